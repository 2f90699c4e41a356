// Alpine's database of installed packages: stanzas of `X:value` lines, apart by empty lines.
// https://wiki.alpinelinux.org/wiki/Apk_spec

import type { Diagnostic } from '../../../../model/index.ts'
import type { Extraction } from '../../cataloger.ts'
import { isPlainWord } from '../../language.ts'
import { addProblem, unread } from '../../diagnostics.ts'

export interface ApkPackage {
  readonly kind: 'package'
  readonly name: string
  readonly version: string
  readonly arch?: string
  /** The package it was built from, `o:`. */
  readonly origin?: string
  readonly license?: string
  readonly paths: readonly string[]
}

interface Draft {
  name?: string
  version?: string
  arch?: string
  origin?: string
  license?: string
  folder: string
  paths: string[]
  line: number
  problem?: string
}

/** The packages of `lib/apk/db/installed`; virtual ones (`.build-deps`) are no software and are left out. */
export function readInstalled(path: string, text: string): Extraction<ApkPackage> {
  const facts: ApkPackage[] = []
  const diagnostics: Diagnostic[] = []
  let draft: Draft | undefined
  const finish = (): void => {
    if (draft === undefined) return
    const read = packageOf(draft)
    if (typeof read === 'string')
      addProblem(diagnostics, unread('APK_DATABASE_MALFORMED', path, read, `line ${draft.line}`))
    else if (read !== undefined) facts.push(read)
    draft = undefined
  }
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') finish()
    else {
      draft ??= { folder: '', paths: [], line: index + 1 }
      readLine(draft, line.replace(/\r$/, ''), index + 1)
    }
  }
  finish()
  return { facts, diagnostics }
}

function readLine(draft: Draft, line: string, number: number): void {
  const value = line.slice(2)
  if (line[1] !== ':') {
    draft.problem ??= `line ${number} is no field`
    return
  }
  switch (line.slice(0, 1)) {
    case 'P':
      draft.name = value
      break
    case 'V':
      draft.version = value
      break
    case 'A':
      draft.arch = value
      break
    case 'o':
      draft.origin = value
      break
    case 'L':
      draft.license = value
      break
    case 'F':
      draft.folder = value
      break
    case 'R':
      draft.paths.push(draft.folder === '' ? value : `${draft.folder}/${value}`)
      break
    default:
  }
}

/** The package; undefined when it is a virtual one; a sentence when the stanza cannot be read. */
function packageOf(draft: Draft): ApkPackage | string | undefined {
  const { name, version, arch, origin, license } = draft
  if (name === undefined || name === '') return draft.problem ?? 'a stanza has no name (P:)'
  if (name.startsWith('.')) return undefined
  if (version === undefined || version === '')
    return `the stanza of ${name.slice(0, 100)} has no version (V:)`
  if (!isPlainWord(name) || !isPlainWord(version))
    return `the stanza of ${name.slice(0, 100)} has a name or a version that no package can have`
  return {
    kind: 'package',
    name,
    version,
    ...(arch === undefined || arch === '' ? {} : { arch }),
    ...(origin === undefined || origin === '' ? {} : { origin }),
    ...(license === undefined || license === '' ? {} : { license }),
    paths: draft.paths,
  }
}
