import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FeedRecord } from '../feeds/feed.ts'
import { sync, syntheticFeed, temporaryStore } from '../testing.ts'
import type { PartNews } from '../testing.ts'
import { generationFolder, readHeader } from './generations.ts'
import { parts, step } from './histories.ts'
import type { Step } from './histories.ts'
import { verifyGeneration } from './verify.ts'

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
