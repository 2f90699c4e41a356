// Semantic versions, as npm, crates.io, Hex and Pub write them.
// https://semver.org/spec/v2.0.0.html

import { compareText } from '../platform/index.ts'
import { compareDigits, trimZeros } from './digits.ts'
import type { ParsedVersion, Unparsable, VersionScheme } from './scheme.ts'

export interface SemverVersion extends ParsedVersion {
  readonly numbers: readonly [string, string, string]
  /** Empty for a release. */
  readonly prerelease: readonly string[]
}

const longest = 1024
/** `v` and `=` in front, and missing minor and patch, are what advisories and old packages write. Build metadata says nothing. */
const pattern =
  /^[v=\s]*(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-?((?:[0-9A-Za-z-]+)(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]*)?$/

export const semver: VersionScheme<SemverVersion> = {
  name: 'semver',
  specification: 'https://semver.org/spec/v2.0.0.html',
  parse: parseSemver,
  compare: compareSemver,
}

/** Reads a version with npm's `loose` leniences. */
export function parseSemver(text: string): SemverVersion | Unparsable {
  const trimmed = text.trim()
  if (trimmed.length > longest) return { reason: `it is longer than ${longest} characters` }
  const match = pattern.exec(trimmed)
  if (match === null) return { reason: 'it is not numbers, an optional pre-release and optional metadata' }
  const [, major = '0', minor = '0', patch = '0', prerelease = ''] = match
  return {
    text,
    numbers: [trimZeros(major), trimZeros(minor), trimZeros(patch)],
    prerelease: prerelease === '' ? [] : prerelease.split('.'),
  }
}

/** Precedence, section 11. */
export function compareSemver(a: SemverVersion, b: SemverVersion): number {
  return (
    compareDigits(a.numbers[0], b.numbers[0]) ||
    compareDigits(a.numbers[1], b.numbers[1]) ||
    compareDigits(a.numbers[2], b.numbers[2]) ||
    comparePrerelease(a.prerelease, b.prerelease)
  )
}

function comparePrerelease(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length
  for (let index = 0; index < a.length && index < b.length; index += 1) {
    const [one = '', other = ''] = [a[index], b[index]]
    const [numeric, otherNumeric] = [/^\d+$/.test(one), /^\d+$/.test(other)]
    if (numeric !== otherNumeric) return numeric ? -1 : 1
    const difference = numeric ? compareDigits(trimZeros(one), trimZeros(other)) : compareText(one, other)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
