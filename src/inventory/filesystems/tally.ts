// Diagnostics that may come a hundred thousand times: the first one speaks for all, with a count.

import type { Diagnostic } from '../../model/index.ts'

export interface Tally {
  add(diagnostic: Diagnostic): void
  /** The first of each code, in order of appearance; the message says how many more there were. */
  all(): readonly Diagnostic[]
}

export function createTally(): Tally {
  const byCode = new Map<string, { first: Diagnostic; count: number }>()
  return {
    add(diagnostic) {
      const known = byCode.get(diagnostic.code)
      if (known === undefined) byCode.set(diagnostic.code, { first: diagnostic, count: 1 })
      else known.count += 1
    },
    all: () =>
      [...byCode.values()].map(({ first, count }) =>
        count === 1 ? first : { ...first, message: `${first.message} (and ${count - 1} more like it)` },
      ),
  }
}
