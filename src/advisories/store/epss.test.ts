import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Epss } from '../../model/index.ts'
import { sync, syntheticFeed, temporaryStore } from '../testing.ts'
import { packs } from './epss.ts'
import { openAdvisories } from './open.ts'

const date = '2026-01-01'

describe('EPSS scores', () => {
  it.each([
    ['CVE-2021-44228', 0.97565, true],
    ['CVE-1999-0001', 0, true],
    ['CVE-2021-1234567', 1, true],
    ['CVE-2021-12345678901', 0.5, false],
    ['CVE-2021-00123', 0.5, false],
    ['CVE-2021-44228', 0.1 + 0.2, false],
    ['GHSA-1', 0.5, false],
  ])('of %s with %d: packed: %s', (cve, score, packed) => {
    expect(packs(cve, { score, percentile: 0.5, date })).toBe(packed)
  })

  it('come back exactly, packed or not', { timeout: 60_000 }, async () => {
    const number = fc
      .oneof(fc.integer({ min: 1000, max: 99_999 }), fc.constantFrom(0, 123, 9_999_999_999))
      .map((n) => String(n).padStart(4, '0'))
    const share = fc.oneof(
      fc.nat(100_000).map((n) => n / 100_000),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    const scores = fc.dictionary(
      fc
        .tuple(fc.constantFrom('1999', '2021', '2026'), number)
        .map(([year, digits]) => `CVE-${year}-${digits}`),
      fc.record({ score: share, percentile: share, date: fc.constantFrom(date, '2026-01-02') }),
      { maxKeys: 30 },
    )
    await fc.assert(
      fc.asyncProperty(scores, async (said) => {
        const store = temporaryStore()
        const entries = Object.entries(said)
        await sync(
          store.dbDir,
          syntheticFeed({
            epss: {
              mode: 'full',
              records: entries.map(([cve, epss]) => ({ kind: 'signals', cve, signals: { epss } })),
            },
          }),
        )
        const reader = openAdvisories(store.dbDir)
        const read = entries.map(([cve]): [string, Epss | undefined] => [cve, reader.signals(cve).epss])
        expect(read).toEqual(entries)
        expect(reader.signals('CVE-2021-999').epss).toBeUndefined()
        expect(reader.info.parts[0]?.records).toBe(entries.length)
        await reader.close()
        store.remove()
      }),
      { numRuns: 30 },
    )
  })
})
