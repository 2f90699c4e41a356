import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FeedRecord } from '../feeds/feed.ts'
import { advisory, affectedPackage, sync, syntheticFeed, temporaryStore } from '../testing.ts'
import type { PartNews } from '../testing.ts'
import { generationFolder, readHeader } from './generations.ts'
import { verifyGeneration } from './verify.ts'

// The lmdb package writes keys of 64 characters and more in another way.
const long = 'long-and-nearly-endless-'.repeat(4)
const ids = ['GHSA-1', 'GHSA-2', `GO-${long}1`, 'GO-2', 'x_A-1', 'DSA-1', 'CVE-2020-0001', 'CVE-2020-0002']
const names = ['alpha', 'bêta', `${long}gamma`]
const parts = ['one', 'two']

const aboutAdvisory = fc
  .record({
    id: fc.constantFrom(...ids),
    aliases: fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 3 }),
    cves: fc.uniqueArray(fc.constantFrom('CVE-2020-0001', 'CVE-2020-0003'), { maxLength: 2 }),
    names: fc.array(fc.constantFrom(...names), { maxLength: 3 }),
    withdrawn: fc.boolean(),
    summary: fc.constantFrom('a', 'b'),
  })
  .map(({ id, aliases, cves, names: affected, withdrawn, summary }): FeedRecord => ({
    kind: 'advisory',
    advisory: advisory(id, {
      aliases,
      cves,
      summary,
      affected: affected.map((name) => affectedPackage(name)),
      ...(withdrawn ? { withdrawn: '2026-01-01T00:00:00Z' } : {}),
    }),
  }))

const cve = fc.constantFrom('CVE-2020-0001', 'CVE-2020-0002', 'CVE-2021-99999')
const aboutSignals = fc
  .record({ cve, score: fc.constantFrom(undefined, 0.25, 0.5), exploited: fc.boolean() })
  .map(({ cve, score, exploited }): FeedRecord => ({
    kind: 'signals',
    cve,
    signals: {
      ...(score === undefined ? {} : { epss: { score, percentile: 0.5, date: '2026-01-01' } }),
      ...(exploited ? { kev: { dateAdded: '2026-01-01', ransomware: false } } : {}),
    },
  }))

const aboutLifecycle = fc
  .record({
    product: fc.constantFrom('nodejs', 'go'),
    cycle: fc.constantFrom('1', '2'),
    endOfLife: fc.boolean(),
  })
  .map((lifecycle): FeedRecord => ({ kind: 'lifecycle', lifecycle }))

const aboutRemoval = fc.constantFrom(...ids).map((id): FeedRecord => ({ kind: 'removed', id }))

const step = fc.record({
  part: fc.constantFrom(...parts),
  mode: fc.constantFrom('full', 'delta'),
  records: fc.array(
    fc.oneof(
      { weight: 5, arbitrary: aboutAdvisory },
      { weight: 2, arbitrary: aboutSignals },
      { weight: 1, arbitrary: aboutLifecycle },
      { weight: 1, arbitrary: aboutRemoval },
    ),
    { maxLength: 6 },
  ),
})
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** What a part says in the end, record by record. */
function endOf(history: readonly Step[], part: string): FeedRecord[] {
  let state = new Map<string, FeedRecord>()
  for (const one of history.filter((other) => other.part === part)) {
    if (one.mode === 'full') state = new Map()
    for (const record of one.records) {
      if (record.kind === 'removed')
        for (const kind of ['advisory', 'signals']) state.delete(`${kind} ${record.id}`)
      else state.set(`${record.kind} ${keyOf(record)}`, record)
    }
  }
  return [...state.values()]
}

function keyOf(record: Exclude<FeedRecord, { kind: 'removed' }>): string {
  if (record.kind === 'advisory') return record.advisory.id
  return record.kind === 'signals' ? record.cve : `${record.lifecycle.product} ${record.lifecycle.cycle}`
}

describe('a generation', () => {
  it('is the same whether it was built step by step or at once', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (history) => {
        const stepwise = temporaryStore()
        const atOnce = temporaryStore()
        try {
          let last = { after: '', generation: '' }
          for (const one of history) {
            const news: PartNews = { mode: one.mode, records: one.records }
            last = await sync(stepwise.dbDir, syntheticFeed({ [one.part]: news }), { allowShrink: true })
          }
          const everything = Object.fromEntries(
            parts.map((part): [string, PartNews] => [
              part,
              { mode: 'full', records: endOf(history, part).toReversed() },
            ]),
          )
          const fresh = await sync(atOnce.dbDir, syntheticFeed(everything))
          expect(last.after).toBe(fresh.after)
          const { signal } = new AbortController()
          expect((await verifyGeneration(stepwise.dbDir, last.generation, signal)).problem).toBeUndefined()
          const folder = generationFolder(stepwise.dbDir, last.generation)
          expect(readHeader(folder).id).toBe(last.after)
          expect(readFileSync(join(stepwise.dbDir, 'current'), 'utf8').trim()).toBe(last.generation)
        } finally {
          stepwise.remove()
          atOnce.remove()
        }
      }),
      { numRuns: 60 },
    )
  })
})
