// Random histories of feeds, for the laws of the store.

import * as fc from 'fast-check'
import type { FeedRecord } from '../feeds/feed.ts'
import { advisory, affectedPackage } from '../testing.ts'

// The lmdb package writes keys of 64 characters and more in another way.
const long = 'long-and-nearly-endless-'.repeat(4)
export const ids: readonly string[] = [
  'GHSA-1',
  'GHSA-2',
  `GO-${long}1`,
  'GO-2',
  'x_A-1',
  'DSA-1',
  'CVE-2020-0001',
  'CVE-2020-0002',
]
export const names: readonly string[] = ['alpha', 'bêta', `${long}gamma`]
export const parts: readonly string[] = ['one', 'two']

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

/** What one part says at one time. */
export interface Step {
  readonly part: string
  readonly mode: 'full' | 'delta'
  readonly records: readonly FeedRecord[]
}

/** One step, with few ids and names so that they meet often. */
export const step: fc.Arbitrary<Step> = fc.record({
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
