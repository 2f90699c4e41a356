// What catalogers of language packages share.

import type { Diagnostic, PackageState } from '../../model/index.ts'
import { compareText } from '../../platform/index.ts'
import type { Assembled, FoundPackage } from './cataloger.ts'
import { addProblem, unread } from './diagnostics.ts'
import { purlOf } from './purl.ts'

/** A language package before it has a purl. */
export interface LanguagePackage {
  readonly type: string
  /** As advisories write it: `@scope/name`, `group:artifact`, `github.com/x/y`. */
  readonly name: string
  readonly version: string
  readonly path: string
  readonly state: PackageState
  readonly certainty: 'exact' | 'derived'
  readonly licenses?: readonly string[] | undefined
  readonly notes?: readonly string[] | undefined
  readonly qualifiers?: Readonly<Record<string, string | undefined>>
}

/** Gives each its purl and sorts them; one that cannot have a purl becomes a diagnostic. */
export function assembleLanguage(packages: readonly LanguagePackage[]): Assembled {
  const found: FoundPackage[] = []
  const diagnostics: Diagnostic[] = []
  for (const one of packages) {
    const purl = purlOf({
      ...purlName(one),
      type: one.type,
      version: one.version,
      qualifiers: one.qualifiers ?? {},
    })
    if (purl === undefined) {
      addProblem(
        diagnostics,
        unread(
          'PACKAGE_NAME_INVALID',
          one.path,
          `${one.name.slice(0, 100)} is no name of a package of type ${one.type}`,
        ),
      )
      continue
    }
    const { type, name, version, state, certainty, path, licenses, notes } = one
    found.push({
      purl,
      type,
      name,
      version,
      ...(licenses === undefined || licenses.length === 0 ? {} : { licenses }),
      state,
      certainty,
      ...(notes === undefined || notes.length === 0 ? {} : { notes }),
      path,
    })
  }
  found.sort((a, b) => compareText(a.purl, b.purl) || compareText(a.path, b.path))
  return { packages: found, diagnostics }
}

/** Types whose names hold a namespace. */
const namespaced = new Set(['maven', 'golang', 'npm', 'composer', 'swift', 'githubactions'])

/** Splits a name into purl's namespace and name. */
function purlName({ type, name }: LanguagePackage): { readonly namespace?: string; readonly name: string } {
  const separator = type === 'maven' ? ':' : '/'
  const at = namespaced.has(type) ? name.lastIndexOf(separator) : -1
  return at < 0 ? { name } : { namespace: name.slice(0, at), name: name.slice(at + 1) }
}

/** True for a name or version that can be shown: short, without white space, control characters and marks that turn the direction of writing. */
export function isPlainWord(text: string): boolean {
  return (
    text !== '' &&
    text.length <= 512 &&
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    !/[\s\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufffd]/.test(text)
  )
}
