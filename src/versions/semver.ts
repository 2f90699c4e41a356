// Semantic versions, as npm, crates.io, Hex, Pub and Swift write them.
// https://semver.org/spec/v2.0.0.html

import { keyedScheme, numberKey } from './key.ts'
import type { KeyedVersion } from './key.ts'
import type { Unparsable, VersionScheme } from './scheme.ts'

/**
 * npm's `loose` leniences: `v` and `=` in front, no dash before the pre-release, zeros in front of numbers. Beyond them minor and
 * patch may be missing, because advisories of crates.io and Swift have such bounds. Build metadata says nothing.
 */
const pattern =
  /^[v=\s]*(\d+)(?:\.(\d+)(?:\.(\d+))?)?(?!\d)(?:-?([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

export const semver: VersionScheme<KeyedVersion> = keyedScheme(
  'semver',
  'https://semver.org/spec/v2.0.0.html',
  semverKey,
)

function semverKey(text: string): string | Unparsable {
  const match = pattern.exec(text)
  if (match === null) return { reason: 'it is not numbers, an optional pre-release and optional metadata' }
  const [, major = '', minor = '', patch = '', prerelease] = match
  return numberKey(major) + numberKey(minor) + numberKey(patch) + prereleaseKey(prerelease)
}

/**
 * Section 11 of the specification: numbers by value and before words, words as ASCII, fewer identifiers before more, and any
 * pre-release before none (undefined).
 */
export function prereleaseKey(prerelease: string | undefined): string {
  if (prerelease === undefined) return '\u0003'
  let key = ''
  for (const identifier of prerelease.split('.')) {
    key += /^\d+$/.test(identifier) ? `\u0001${numberKey(identifier)}` : `\u0002${identifier}\0`
  }
  return `${key}\0`
}
