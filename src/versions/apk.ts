// Alpine's versions: digits, an optional letter, suffixes, an optional commit hash, a revision.
// The order is that of apk-tools 3, whose source is the specification:
// https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/src/version.c
// https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/doc/apk-package.5.scd

import { keyedScheme, numberKey } from './key.ts'
import type { KeyedVersion } from './key.ts'
import type { VersionScheme } from './scheme.ts'

const specification = 'https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/src/version.c'

const pattern =
  /^(\d+)((?:\.\d+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?:~([0-9a-f]+))?(?:-r(\d+))?$/

// What may follow an equal beginning, lowest first. The end stands above the pre-release suffixes and below all else, so
// `1.0` is before `1.0-r0`, and `1.0_p` before `1.0_p0`.
const mark = {
  before: '\u0001',
  end: '\u0002',
  revision: '\u0003',
  hash: '\u0004',
  suffixNumber: '\u0005',
  after: '\u0006',
  letter: '\u0007',
  number: '\u0008',
} as const

const suffixes: ReadonlyMap<string, string> = new Map([
  ...['alpha', 'beta', 'pre', 'rc'].map((name, index) => [name, mark.before + String(index)] as const),
  ...['cvs', 'svn', 'git', 'hg', 'p'].map((name, index) => [name, mark.after + String(index)] as const),
])

export const apk: VersionScheme<KeyedVersion> = keyedScheme('apk', specification, (text) => {
  const match = pattern.exec(text)
  if (match === null)
    return { reason: 'it is not digits, an optional letter, known suffixes and an optional -rN' }
  const [, first = '', others = '', letter, suffixed = '', hash, revision] = match
  let key = numberKey(first)
  if (others !== '') for (const digits of others.slice(1).split('.')) key += laterNumber(digits)
  if (letter) key += mark.letter + letter
  for (const [, name = '', number = ''] of suffixed.matchAll(/_([a-z]+)(\d*)/g)) {
    key += suffixes.get(name) ?? ''
    if (number !== '') key += mark.suffixNumber + numberKey(number)
  }
  if (hash !== undefined) key += mark.hash + hash
  if (revision !== undefined) key += mark.revision + numberKey(revision)
  return key + mark.end
})

/** By value, but where one of the two begins with zero, digit by digit like a fraction: such a one is always the lower. */
function laterNumber(digits: string): string {
  return mark.number + (digits.startsWith('0') ? `\0${digits}` : numberKey(digits))
}
