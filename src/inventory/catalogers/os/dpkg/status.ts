// One stanza of dpkg's status: a package and whether it is installed.
// https://manpages.debian.org/bookworm/dpkg-dev/deb-control.5.en.html

import type { Diagnostic } from '../../../../model/index.ts'
import type { Extraction } from '../../cataloger.ts'
import { isPlainWord } from '../../language.ts'
import { addProblem, unread } from '../../diagnostics.ts'
import { parseStanzas } from './stanzas.ts'
import type { Stanza } from './stanzas.ts'

export interface DpkgPackage {
  readonly kind: 'package'
  readonly name: string
  readonly version: string
  readonly arch?: string
  readonly sourceName: string
  readonly sourceVersion: string
  /** `Multi-Arch: same`: its files under info/ carry the architecture in their name. */
  readonly multiArch: boolean
}

const wanted = new Set('package status version architecture source multi-arch'.split(' '))

/**
 * The installed packages of a status file. `implied` says that a stanza without `Status` is installed, as in status.d of distroless
 * images; elsewhere it is damage.
 */
export function readStatus(path: string, text: string, implied: boolean): Extraction<DpkgPackage> {
  const facts: DpkgPackage[] = []
  const diagnostics: Diagnostic[] = []
  for (const stanza of parseStanzas(text, wanted)) {
    const read = packageOf(stanza, implied)
    if (read === undefined) continue
    if (typeof read === 'string') {
      addProblem(diagnostics, unread('DPKG_STATUS_MALFORMED', path, read, `line ${stanza.line}`))
    } else facts.push(read)
  }
  return { facts, diagnostics }
}

/** The package; undefined when it is not installed; a sentence when the stanza cannot be read. */
function packageOf({ fields, problem }: Stanza, implied: boolean): DpkgPackage | string | undefined {
  const name = fields.get('package')
  const status = fields.get('status') ?? (implied ? 'install ok installed' : undefined)
  if (name === undefined || name === '') return problem ?? 'a stanza has no Package field'
  if (status === undefined) return `the stanza of ${name} has no Status field`
  // Wanted, error flag, state: whatever was wished for, the third word says what is there.
  if (!installed(status)) return undefined
  const version = fields.get('version')
  if (version === undefined || version === '') return `the stanza of ${name} has no Version field`
  if (!/^[a-z0-9][a-z0-9+.-]*$/i.test(name) || !isPlainWord(version)) {
    return `the stanza of ${name.slice(0, 100)} has a name or a version that no package can have`
  }
  const arch = fields.get('architecture')
  return {
    kind: 'package',
    name,
    version,
    ...(arch === undefined || arch === '' ? {} : { arch }),
    ...sourceOf(fields.get('source'), name, version),
    multiArch: fields.get('multi-arch') === 'same',
  }
}

// `install ok installed`, `hold ok installed`; a package that is half installed or half configured has its files there too.
function installed(status: string): boolean {
  const state = status.split(/\s+/)[2]
  return (
    state === 'installed' ||
    state === 'unpacked' ||
    state === 'half-configured' ||
    state === 'triggers-awaited' ||
    state === 'triggers-pending'
  )
}

// `Source: glibc (2.36-9)`: the version is given where it differs from the binary's.
function sourceOf(
  source: string | undefined,
  name: string,
  version: string,
): { readonly sourceName: string; readonly sourceVersion: string } {
  const found = /^(?<name>[^\s()]+)(?:\s*\(\s*(?<version>[^\s()]+)\s*\))?/.exec(source ?? '')?.groups
  return { sourceName: found?.['name'] ?? name, sourceVersion: found?.['version'] ?? version }
}
