// Which of many names a person may have meant.

import { compareText } from '../platform/index.ts'

/** Up to `count` of `names`, those most like `wanted` first: by edit distance over their first 40 characters, then by name. */
export function nearest(wanted: string, names: readonly string[], count: number): readonly string[] {
  return names
    .map((name) => ({ name, distance: editDistance(wanted.slice(0, 40), name.slice(0, 40)) }))
    .sort((a, b) => a.distance - b.distance || compareText(a.name, b.name))
    .slice(0, count)
    .map(({ name }) => name)
}

/** Levenshtein's, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
