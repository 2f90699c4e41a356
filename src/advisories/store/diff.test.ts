import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PackageKey, Signals } from '../../model/index.ts'
import { compareText } from '../../platform/index.ts'
import type { FeedRecord } from '../feeds/feed.ts'
import { advisory, affectedPackage, records, sync, syntheticFeed, temporaryStore } from '../testing.ts'
import { diffGenerations, summarizeDiff } from './diff.ts'
import type { GenerationDiff } from './diff.ts'
import { names, step } from './histories.ts'
import { openGeneration } from './open.ts'

let store: ReturnType<typeof temporaryStore>
beforeEach(() => {
  store = temporaryStore()
})
afterEach(() => store.remove())

const signals = (cve: string, said: Signals): FeedRecord => ({ kind: 'signals', cve, signals: said })
const epss = (score: number): Signals => ({ epss: { score, percentile: 0.5, date: '2026-01-01' } })

async function between(before: readonly FeedRecord[], after: readonly FeedRecord[]): Promise<GenerationDiff> {
  const say = async (news: readonly FeedRecord[]): Promise<string> =>
    (await sync(store.dbDir, syntheticFeed({ p: { mode: 'full', records: news } }), { allowShrink: true }))
      .generation
  const first = await say(before)
  return diffGenerations(store.dbDir, first, await say(after))
}

describe('a diff', () => {
  it('is empty between a generation and itself', async () => {
    const diff = await between(records(advisory('A-1')), records(advisory('A-1')))
    expect(
      Object.values(summarizeDiff(diff)).filter((count) => typeof count === 'number' && count > 0),
    ).toEqual([])
  })

  it('names the package keys whose answers differ, and not those whose words do', async () => {
    const quiet = (summary: string) => advisory('A-1', { summary, modified: `2026-0${summary}-01T00:00:00Z` })
    const fixed = (version: string) =>
      advisory('A-2', {
        affected: [
          affectedPackage('same'),
          affectedPackage('other', {
            ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: version }] }],
          }),
        ],
      })
    const diff = await between(records(quiet('1'), fixed('1.0.0')), records(quiet('2'), fixed('1.0.1')))
    expect(diff.packages).toEqual([{ ecosystem: 'npm', release: '', name: 'other' }])
    expect(diff.modified.map(({ id }) => id)).toEqual(['A-1', 'A-2'])
    expect(diff.vulnerabilities).toEqual([])
  })

  it('names a vulnerability whose rating or alias changed', async () => {
    const rated = (score: 'L' | 'H') =>
      advisory('A-1', {
        aliases: ['CVE-2020-0001'],
        severities: [{ version: '3.1', vector: `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:${score}/I:N/A:N` }],
      })
    expect((await between(records(rated('L')), records(rated('H')))).vulnerabilities).toEqual([
      'CVE-2020-0001',
    ])
    const named = advisory('A-1', { aliases: ['CVE-2020-0001', 'GHSA-1'] })
    expect(
      (await between(records(advisory('A-1', { aliases: ['CVE-2020-0001'] })), records(named)))
        .vulnerabilities,
    ).toEqual(['CVE-2020-0001'])
  })

  it('names withdrawn, removed and restored records', async () => {
    const withdrawn = (id: string) => advisory(id, { withdrawn: '2026-01-01T00:00:00Z' })
    const diff = await between(
      records(advisory('A-1'), advisory('A-2'), withdrawn('A-3'), withdrawn('A-4')),
      records(withdrawn('A-1'), advisory('A-3'), withdrawn('A-5')),
    )
    expect(diff.withdrawn.map(({ id }) => id)).toEqual(['A-1', 'A-2'])
    expect(diff.restored.map(({ id }) => id)).toEqual(['A-3'])
    expect(diff.added).toEqual([])
  })

  it('names signals by their kind, with both scores', async () => {
    const kev: Signals = { kev: { dateAdded: '2026-01-01', ransomware: false } }
    const known: Signals = { exploitDb: [{ id: '1' }] }
    const diff = await between(
      [
        signals('CVE-2020-0001', epss(0.1)),
        signals('CVE-2020-0002', epss(0.2)),
        signals('CVE-2020-0003', known),
      ],
      [
        signals('CVE-2020-0001', epss(0.3)),
        signals('CVE-2020-0003', { ...known, ...kev }),
        signals('CVE-2021-0004', epss(0.4)),
      ],
    )
    expect(diff.signals).toEqual({
      kev: ['CVE-2020-0003'],
      epss: ['CVE-2020-0001', 'CVE-2020-0002', 'CVE-2021-0004'],
      exploitDb: [],
      metasploit: [],
      nvd: [],
    })
    expect(diff.scores).toEqual([
      { cve: 'CVE-2020-0001', before: 0.1, after: 0.3 },
      { cve: 'CVE-2020-0002', before: 0.2, after: undefined },
      { cve: 'CVE-2021-0004', before: undefined, after: 0.4 },
    ])
  })

  it('names products whose cycles changed', async () => {
    const cycle = (endOfLife: string): FeedRecord => ({
      kind: 'lifecycle',
      lifecycle: { product: 'go', cycle: '1', endOfLife },
    })
    expect((await between([cycle('2026-01-01')], [cycle('2027-01-01')])).lifecycles).toEqual(['go'])
  })

  it('works both ways', async () => {
    const one = await sync(
      store.dbDir,
      syntheticFeed({ p: { mode: 'full', records: records(advisory('A-1')) } }),
    )
    const two = await sync(
      store.dbDir,
      syntheticFeed({ p: { mode: 'delta', records: records(advisory('A-2')) } }),
    )
    const forth = await diffGenerations(store.dbDir, one.generation, two.generation)
    const back = await diffGenerations(store.dbDir, two.generation, one.generation)
    expect(back.packages).toEqual(forth.packages)
    expect(back.withdrawn).toEqual(forth.added)
  })

  it('names exactly the keys that a look at all of them would', { timeout: 120_000 }, async () => {
    const keys = names.map((name): PackageKey => ({ ecosystem: 'npm', release: '', name }))
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 4 }), async (history) => {
        const fresh = temporaryStore()
        try {
          const generations: string[] = []
          for (const { part, mode, records } of history) {
            const feed = syntheticFeed({ [part]: { mode, records } })
            generations.push((await sync(fresh.dbDir, feed, { allowShrink: true })).generation)
          }
          const answers = async (name: string): Promise<readonly string[]> => {
            const reader = openGeneration(fresh.dbDir, name)
            const found = keys.map((key) => JSON.stringify(reader.lookup(key)))
            await reader.close()
            return found
          }
          const [before = '', after = ''] = generations.slice(-2)
          const [old, now] = [await answers(before), await answers(after)]
          const differing = keys.filter((_, index) => old[index] !== now[index]).map(({ name }) => name)
          const { packages } = await diffGenerations(fresh.dbDir, before, after)
          expect(packages.map(({ name }) => name)).toEqual(differing.sort(compareText))
        } finally {
          fresh.remove()
        }
      }),
      { numRuns: 40 },
    )
  })
})
