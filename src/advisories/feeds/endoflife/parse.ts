// endoflife.date's API v0: one JSON list of release cycles per product. https://endoflife.date/docs/api/v0/

import { z } from 'zod'
import type { FeedRecord, ProductCycle } from '../feed.ts'
import type { Tally } from '../part.ts'

const dateOrFlag = z.union([z.string().regex(/^\d{4}-\d\d-\d\d$/), z.boolean()])

const cycle = z.object({
  cycle: z.union([z.string(), z.number()]).transform(String),
  releaseDate: z.string().nullish().catch(undefined),
  eol: dateOrFlag,
  support: dateOrFlag.nullish().catch(undefined),
  extendedSupport: dateOrFlag.nullish().catch(undefined),
  lts: dateOrFlag.nullish().catch(undefined),
  latest: z.union([z.string(), z.number()]).transform(String).nullish().catch(undefined),
})

/** Reads one product's list. Throws when it is no list; a cycle without an end of life is refused. */
export function* parseEndOfLife(product: string, text: string, tally: Tally): Generator<FeedRecord> {
  for (const [index, one] of z.array(z.unknown()).max(10_000).parse(JSON.parse(text)).entries()) {
    const read = cycle.safeParse(one)
    if (read.success) yield { kind: 'lifecycle', lifecycle: cycleOf(product, read.data) }
    else tally.refuse(`record ${product} ${index + 1}`, read.error.issues[0]?.message ?? 'not a cycle')
  }
}

/** The products that upstream lists. Throws when it is no list. */
export function parseProducts(text: string): readonly string[] {
  return z.array(z.string()).max(100_000).parse(JSON.parse(text))
}

function cycleOf(product: string, one: z.infer<typeof cycle>): ProductCycle {
  const { releaseDate, eol, support, extendedSupport, lts, latest } = one
  return {
    product,
    cycle: one.cycle,
    ...(isFilled(releaseDate) ? { releaseDate } : {}),
    endOfLife: eol,
    ...(isFilled(support) ? { support } : {}),
    ...(isFilled(extendedSupport) ? { extendedSupport } : {}),
    // A date is the day from which on the cycle is a long-term one.
    ...(isFilled(lts) ? { lts: lts !== false } : {}),
    ...(isFilled(latest) ? { latest } : {}),
  }
}

const isFilled = <T>(value: T | null | undefined): value is T => value !== undefined && value !== null
