// Versions of PHP's packages: composer's normal form, compared as PHP's version_compare does.
// https://getcomposer.org/doc/articles/versions.md
// https://github.com/composer/semver/blob/main/src/VersionParser.php
// https://www.php.net/manual/function.version-compare.php

import { keyedScheme, numberKey } from './key.ts'
import type { KeyedVersion } from './key.ts'
import type { Unparsable, VersionScheme } from './scheme.ts'

const specification = 'https://getcomposer.org/doc/articles/versions.md'

/** Branches (`dev-main`, `dev-master`) have no place in the order and are refused; numbered ones (`2.x-dev`) have. */
export const packagist: VersionScheme<KeyedVersion> = keyedScheme('packagist', specification, (text) => {
  const version = text
    .replace(/^([^,\s]+) +as +[^,\s]+$/, '$1')
    .replace(/@(?:stable|RC|beta|alpha|dev)$/i, '')
    .replace(/^([^,\s+]+)\+\S+$/, '$1')
  if (/^(?:dev-|(?:master|trunk|default)$)/i.test(version)) {
    return { reason: 'a branch has no place among versions' }
  }
  return classicalKey(version) ?? dateKey(version) ?? branchKey(version) ?? refusal
})

const refusal: Unparsable = { reason: 'composer cannot read it' }

const modifier = String.raw`[._-]?(?:(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?\d+)*)?)?([.-]?dev)?`
const classical = new RegExp(String.raw`^v?(\d{1,5})(\.\d+)?(\.\d+)?(\.\d+)?(?!\d)${modifier}$`, 'i')
const date = new RegExp(
  String.raw`^v?(\d{4}(?:[.:-]?\d{2}){1,6}(?:[.:-]?\d{1,3}){0,2})(?!\d)${modifier}$`,
  'i',
)
const branch = /^v?(\d+)(\.(?:\d+|[x*]))?(\.(?:\d+|[x*]))?(\.(?:\d+|[x*]))?[.-]?dev$/i

function classicalKey(version: string): string | undefined {
  const match = classical.exec(version)
  if (match === null) return undefined
  const [, first = '', second = '', third = '', fourth = '', ...modifiers] = match
  return versionKey(
    [first, second, third, fourth].map((part) => part.replace('.', '')),
    modifiers,
  )
}

function dateKey(version: string): string | undefined {
  const match = date.exec(version)
  return match === null ? undefined : versionKey((match[1] ?? '').split(/\D/), match.slice(2))
}

/** `2.x-dev` is after every release of 2. */
function branchKey(version: string): string | undefined {
  const match = branch.exec(version)
  if (match === null) return undefined
  const [, first = '', second = 'x', third = 'x', fourth = 'x'] = match
  const numbers = [first, second, third, fourth].map((part) =>
    /\d/.test(part) ? part.replace('.', '') : '9999999',
  )
  return versionKey(numbers, [undefined, undefined, 'dev'])
}

// What may follow an equal beginning, lowest first: version_compare's words, the end between `RC` and a number, and patches last.
const end = '\u0005'
const number = '\u0006'
const words: ReadonlyMap<string, string> = new Map([
  ['alpha', '\u0002'],
  ['a', '\u0002'],
  ['beta', '\u0003'],
  ['b', '\u0003'],
  ['rc', '\u0004'],
  ['patch', '\u0007'],
  ['pl', '\u0007'],
  ['p', '\u0007'],
])
const dev = '\u0001'

function versionKey(
  numbers: readonly string[],
  [word, wordNumbers = '', isDev]: readonly (string | undefined)[],
): string {
  let key = numbers.map(numberPart).join('')
  // `stable` ends the version, whatever follows.
  if (word?.toLowerCase() === 'stable') return key + end
  if (word !== undefined) {
    key += words.get(word.toLowerCase()) ?? ''
    key += (wordNumbers.match(/\d+/g) ?? []).map(numberPart).join('')
  }
  return key + (isDev === undefined ? '' : dev) + end
}

const numberPart = (digits: string): string => number + numberKey(digits)
