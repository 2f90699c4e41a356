// Alpine's versions: digits, an optional letter, suffixes, an optional commit hash, a revision.
// https://wiki.alpinelinux.org/wiki/Package_policies and apk-tools' src/version.c, whose order this is.

import { compareText } from '../platform/index.ts'
import { compareDigits, trimZeros } from './digits.ts'
import type { ParsedVersion, Unparsable, VersionScheme } from './scheme.ts'

interface ApkVersion extends ParsedVersion {
  /** Without leading zeros removed: they count after the first number. */
  readonly numbers: readonly string[]
  readonly letter: string
  readonly suffixes: readonly { readonly rank: number; readonly number: string }[]
  readonly hash: string
  readonly revision: string
}

const ranks: ReadonlyMap<string, number> = new Map([
  ['alpha', -4],
  ['beta', -3],
  ['pre', -2],
  ['rc', -1],
  ['cvs', 1],
  ['svn', 2],
  ['git', 3],
  ['hg', 4],
  ['p', 5],
])

const pattern =
  /^(\d+(?:\.\d+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?:~([0-9a-f]+))?(?:-r(\d+))?$/
const longest = 1024

export const apk: VersionScheme<ApkVersion> = {
  name: 'apk',
  specification: 'https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/src/version.c',
  parse,
  compare(a, b) {
    return (
      compareNumbers(a.numbers, b.numbers) ||
      compareText(a.letter, b.letter) ||
      compareSuffixes(a.suffixes, b.suffixes) ||
      compareText(a.hash, b.hash) ||
      compareDigits(a.revision, b.revision)
    )
  },
}

function parse(text: string): ApkVersion | Unparsable {
  const trimmed = text.trim()
  if (trimmed.length > longest) return { reason: `it is longer than ${longest} characters` }
  const match = pattern.exec(trimmed)
  if (match === null)
    return { reason: 'it is not digits, an optional letter, known suffixes and an optional -rN' }
  const [, numbers = '', letter = '', suffixes = '', hash = '', revision = ''] = match
  return {
    text,
    numbers: numbers.split('.'),
    letter,
    suffixes: suffixes
      .split('_')
      .slice(1)
      .map((suffix) => {
        const name = /^[a-z]+/.exec(suffix)?.[0] ?? ''
        return { rank: ranks.get(name) ?? 0, number: trimZeros(suffix.slice(name.length)) }
      }),
    hash,
    revision: trimZeros(revision),
  }
}

/** The first number by value. Later ones too, unless one of the two begins with zero: then digit by digit, like a fraction. */
function compareNumbers(a: readonly string[], b: readonly string[]): number {
  const length = Math.max(a.length, b.length)
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [a[index], b[index]]
    if (one === undefined) return -1
    if (other === undefined) return 1
    const fraction = index > 0 && (one.startsWith('0') || other.startsWith('0'))
    const difference = fraction ? compareText(one, other) : compareDigits(trimZeros(one), trimZeros(other))
    if (difference !== 0) return difference
  }
  return 0
}

function compareSuffixes(a: ApkVersion['suffixes'], b: ApkVersion['suffixes']): number {
  const length = Math.max(a.length, b.length)
  for (let index = 0; index < length; index += 1) {
    // Nothing stands between `_rc` and `_cvs`.
    const [one, other] = [a[index], b[index]]
    const difference =
      (one?.rank ?? 0) - (other?.rank ?? 0) || compareDigits(one?.number ?? '', other?.number ?? '')
    if (difference !== 0) return difference
  }
  return 0
}
