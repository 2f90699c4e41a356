// Maven's versions, as org.apache.maven.artifact.versioning.ComparableVersion of Maven 3.9 orders them.
// https://maven.apache.org/pom.html#version-order-specification
// https://github.com/apache/maven/blob/maven-3.9.x/maven-artifact/src/main/java/org/apache/maven/artifact/versioning/ComparableVersion.java

import { keyedScheme, numberKey } from './key.ts'
import type { KeyedVersion } from './key.ts'
import type { VersionScheme } from './scheme.ts'

/**
 * Maven reads any text; refused is what it forbids in a version's file name, ranges, unresolved properties, and spaces.
 *
 * Its comparison is no order for some forms that hardly occur: 1.sp.2 < 1-alpha < 1 < 1.sp.2, and 1-sp < 1.0.alpha.1 < 1 < 1-sp.
 * Here what comes before its release by its first word is before all that comes after it; among either kind Maven's order holds.
 */
export const maven: VersionScheme<KeyedVersion> = keyedScheme(
  'maven',
  'https://maven.apache.org/pom.html#version-order-specification',
  (text) => {
    // oxlint-disable-next-line no-control-regex -- control characters are what is refused
    if (/[\u0000-\u0020\u007f-\u00a0\\/:"<>|?*[\](){},$]/.test(text)) {
      return { reason: 'it has a character that no version may have' }
    }
    return itemsKey(normalized(itemsOf(text.toLowerCase())))
  },
)

/** `open` begins the list that a dash, or a change between letters and digits, makes; a list ends with the version. */
type Item =
  | { readonly kind: 'open' }
  | { readonly kind: 'number'; readonly digits: string }
  | { readonly kind: 'word'; readonly rank: string }

const open: Item = { kind: 'open' }
const zero: Item = { kind: 'number', digits: '0' }

/** ComparableVersion.parseVersion, piece by piece. */
function itemsOf(text: string): readonly Item[] {
  const items: Item[] = []
  const listIsEmpty = (): boolean => items.length === 0 || items.at(-1) === open
  let pending = ''
  for (const [piece] of text.matchAll(/[.-]|\d+|[^\d.-]+/g)) {
    if (piece === '.' || piece === '-') {
      items.push(pending === '' ? zero : itemOf(pending, false))
      if (piece === '-') items.push(open)
      pending = ''
      continue
    }
    if (pending !== '') {
      const isWord = !isNumber(pending)
      if (isWord && !listIsEmpty()) items.push(open)
      items.push(itemOf(pending, isWord), open)
    }
    pending = piece
  }
  if (pending !== '') {
    // `.X` at the end is read like `-X`.
    if (!isNumber(pending) && !listIsEmpty()) items.push(open)
    items.push(itemOf(pending, false))
  }
  return items
}

const isNumber = (piece: string): boolean => /^\d/.test(piece)

/** Places of the words that Maven knows; the release itself is 5. All other words come after `sp`, as text. */
const release = '5'
const ranks: ReadonlyMap<string, string> = new Map([
  ['alpha', '0'],
  ['beta', '1'],
  ['milestone', '2'],
  ['rc', '3'],
  ['cr', '3'],
  ['snapshot', '4'],
  ['ga', release],
  ['final', release],
  ['release', release],
  ['sp', '6'],
])
const shortWords: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['m', 'milestone'],
])

function itemOf(piece: string, beforeDigit: boolean): Item {
  if (isNumber(piece)) return { kind: 'number', digits: piece }
  const word = beforeDigit ? (shortWords.get(piece) ?? piece) : piece
  return { kind: 'word', rank: ranks.get(word) ?? `7${word}\0` }
}

/** Where the version comes to stand by this item alone: before its release, after it, or undecided (zero, `final`, a new list). */
function sideOf(item: Item): 'before' | 'after' | undefined {
  switch (item.kind) {
    case 'open':
      return undefined
    case 'number':
      return /[^0]/.test(item.digits) ? 'after' : undefined
    case 'word':
      return item.rank === release ? undefined : item.rank < release ? 'before' : 'after'
    default:
      return item satisfies never
  }
}

/** Without what decides nothing at the end of a list, and without lists that are empty then. */
function normalized(items: readonly Item[]): readonly Item[] {
  const kept: Item[] = []
  let atEnd = true
  for (const item of items.toReversed()) {
    if (item.kind === 'open') {
      if (kept.length > 0) kept.push(item)
      atEnd = true
    } else if (!atEnd || sideOf(item) !== undefined) {
      kept.push(item)
      atEnd = false
    }
  }
  return kept.reverse()
}

// What may follow an equal beginning, lowest first. A version that ended goes on with nothing but zeros, so it stands between
// what its first deciding item puts before the release and what it puts after it.
const end = '\u0004'
const marks = {
  before: { word: '\u0001', open: '\u0002', number: '\u0003' },
  after: { word: '\u0005', open: '\u0006', number: '\u0007' },
} as const

function itemsKey(items: readonly Item[]): string {
  let key = end
  let side: 'before' | 'after' = 'after'
  for (const item of items.toReversed()) {
    side = sideOf(item) ?? side
    key = marks[side][item.kind] + valueKey(item) + key
  }
  return key
}

function valueKey(item: Item): string {
  switch (item.kind) {
    case 'open':
      return ''
    case 'number':
      return numberKey(item.digits)
    case 'word':
      return item.rank
    default:
      return item satisfies never
  }
}
