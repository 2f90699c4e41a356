// Orders that are the same on every machine and in every locale.

/** Compares by UTF-16 code units: stable, locale-free. */
export function compareText(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0
  return a < b ? -1 : 1
}
