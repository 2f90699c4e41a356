// Haskell's versions: numbers with dots, in which 1.0 is before 1.0.0.
// https://pvp.haskell.org/ and https://hackage.haskell.org/package/Cabal-syntax/docs/Distribution-Types-Version.html

import { keyedScheme, numberKey } from './key.ts'
import type { KeyedVersion } from './key.ts'
import type { VersionScheme } from './scheme.ts'

/** Cabal refuses zeros in front, more than nine digits and the tags of old (`1.0-beta`); so does this. */
export const hackage: VersionScheme<KeyedVersion> = keyedScheme(
  'hackage',
  'https://pvp.haskell.org/',
  (text) =>
    /^(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8}))*$/.test(text)
      ? listKey(text.split('.'))
      : { reason: 'it is not numbers with dots between' },
)

/** Numbers by value; of two of which one begins like the other, the shorter is before. */
export function listKey(numbers: readonly string[]): string {
  return `${numbers.map((digits) => `\u0001${numberKey(digits)}`).join('')}\0`
}
