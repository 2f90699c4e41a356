// Sort keys. A scheme that can write its order into a text compares with `<`, which is total by construction and needs no
// look at the parts again: matching compares each version many times and parses it once.

import type { SchemeName } from '../model/index.ts'
import { compareText } from '../platform/index.ts'
import type { ParsedVersion, Unparsable, VersionScheme } from './scheme.ts'

/** A version whose place in the order is `key`, compared code unit by code unit. */
export interface KeyedVersion extends ParsedVersion {
  readonly key: string
}

/** Longer than any version that was ever released, short enough for any expression that reads it. */
const longest = 1024

/**
 * A scheme from the function that writes the sort key. `keyOf` gets what was given without the space around it, never empty and
 * never longer than 1,024 characters, and may refuse.
 */
export function keyedScheme(
  name: SchemeName,
  specification: string,
  keyOf: (text: string) => string | Unparsable,
): VersionScheme<KeyedVersion> {
  return {
    name,
    specification,
    parse(text) {
      if (text.length > longest) return { reason: `it is longer than ${longest} characters` }
      const trimmed = text.trim()
      if (trimmed === '') return { reason: 'it is empty' }
      const key = keyOf(trimmed)
      return typeof key === 'string' ? { text, key } : key
    },
    compare: (a, b) => compareText(a.key, b.key),
  }
}

const twoCharacters = 0xe0
const lengths: readonly string[] = Array.from({ length: longest + 1 }, (_, length) =>
  length < twoCharacters
    ? String.fromCodePoint(length)
    : String.fromCodePoint(twoCharacters + (length >> 8), length & 0xff),
)

/** Digits of any length as a part of a key: first how many there are, then which. Zeros in front do not count. */
export function numberKey(digits: string): string {
  let start = 0
  while (digits.codePointAt(start) === 0x30) start += 1
  return start === digits.length ? '\0' : (lengths[digits.length - start] ?? '') + digits.slice(start)
}
