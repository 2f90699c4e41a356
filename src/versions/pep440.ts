// Python's versions.
// https://packaging.python.org/en/latest/specifications/version-specifiers/

import { compareText } from '../platform/index.ts'
import { compareDigits, trimZeros } from './digits.ts'
import type { ParsedVersion, Unparsable, VersionScheme } from './scheme.ts'

interface Pep440Version extends ParsedVersion {
  readonly epoch: string
  /** Without trailing zeros, which do not count. */
  readonly release: readonly string[]
  /** `dev` without anything before it comes before `a`. */
  readonly pre: readonly [rank: number, number: string]
  readonly post: string | undefined
  readonly dev: string | undefined
  readonly local: readonly string[] | undefined
}

const longest = 1024
const pattern =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?(?:[-_.]?dev[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/

export const pep440: VersionScheme<Pep440Version> = {
  name: 'pep440',
  specification: 'https://packaging.python.org/en/latest/specifications/version-specifiers/',
  parse,
  compare(a, b) {
    return (
      compareDigits(a.epoch, b.epoch) ||
      compareRelease(a.release, b.release) ||
      a.pre[0] - b.pre[0] ||
      compareDigits(a.pre[1], b.pre[1]) ||
      compareOptional(a.post, b.post, -1) ||
      compareOptional(a.dev, b.dev, 1) ||
      compareLocal(a.local, b.local)
    )
  },
}

const preRanks: ReadonlyMap<string, number> = new Map([
  ['a', 1],
  ['alpha', 1],
  ['b', 2],
  ['beta', 2],
  ['c', 3],
  ['rc', 3],
  ['pre', 3],
  ['preview', 3],
])

function parse(text: string): Pep440Version | Unparsable {
  const trimmed = text.trim().toLowerCase()
  if (trimmed.length > longest) return { reason: `it is longer than ${longest} characters` }
  const match = pattern.exec(trimmed)
  if (match === null) return { reason: 'it is not what PEP 440 allows' }
  const [, epoch, release = '', preWord, preNumber, dashPost, wordPost, devNumber, local] = match
  const post = dashPost ?? wordPost
  return {
    text,
    epoch: value(epoch),
    release: trimmedRelease(release),
    pre: preOf(preWord, preNumber, post !== undefined, devNumber !== undefined),
    post: post === undefined ? undefined : value(post),
    dev: devNumber === undefined ? undefined : value(devNumber),
    local: local?.split(/[-_.]/),
  }
}

const value = (digits: string | undefined): string => trimZeros(digits ?? '')

function trimmedRelease(release: string): readonly string[] {
  const numbers = release.split('.').map(value)
  while (numbers.length > 1 && numbers.at(-1) === '') numbers.pop()
  return numbers
}

/** A pre-release sorts before the release, and a bare development release before every pre-release. */
function preOf(
  word: string | undefined,
  number: string | undefined,
  isPost: boolean,
  isDev: boolean,
): readonly [number, string] {
  if (word !== undefined) return [preRanks.get(word) ?? 3, value(number)]
  return [isDev && !isPost ? 0 : 4, '']
}

function compareRelease(a: readonly string[], b: readonly string[]): number {
  const length = Math.max(a.length, b.length)
  for (let index = 0; index < length; index += 1) {
    const difference = compareDigits(a[index] ?? '', b[index] ?? '')
    if (difference !== 0) return difference
  }
  return 0
}

/** `absent`: where a version without the part stands. */
function compareOptional(a: string | undefined, b: string | undefined, absent: -1 | 1): number {
  if (a === undefined || b === undefined) {
    if (a === b) return 0
    return a === undefined ? absent : -absent
  }
  return compareDigits(a, b)
}

function compareLocal(a: readonly string[] | undefined, b: readonly string[] | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  for (let index = 0; index < a.length && index < b.length; index += 1) {
    const [one = '', other = ''] = [a[index], b[index]]
    const [numeric, otherNumeric] = [/^\d+$/.test(one), /^\d+$/.test(other)]
    // Numbers are newer than words.
    if (numeric !== otherNumeric) return numeric ? 1 : -1
    const difference = numeric ? compareDigits(value(one), value(other)) : compareText(one, other)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
