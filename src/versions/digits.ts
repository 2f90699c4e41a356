// Numbers of any length, as the digits they are written with.

import { compareText } from '../platform/index.ts'

/** The digits without leading zeros; zero is the empty text. */
export const trimZeros = (digits: string): string => digits.replace(/^0+/, '')

/** Compares digits that `trimZeros` has seen, by value. */
export function compareDigits(a: string, b: string): number {
  return a.length - b.length || compareText(a, b)
}
