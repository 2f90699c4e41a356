import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LongwatchError } from '../platform/index.ts'
import { openAdvisories } from './store/open.ts'
import { advisory, affectedPackage, records, sync, syntheticFeed, temporaryStore } from './testing.ts'
import type { AdvisoryReader } from './store/reader.ts'

let store: ReturnType<typeof temporaryStore>
beforeEach(() => {
  store = temporaryStore()
})
afterEach(() => store.remove())

async function read<Result>(ask: (reader: AdvisoryReader) => Result): Promise<Result> {
  const reader = openAdvisories(store.dbDir)
  try {
    return ask(reader)
  } finally {
    await reader.close()
  }
}

const lodash = { ecosystem: 'npm', release: '', name: 'lodash' }
const advisoriesOfLodash = (): Promise<string[]> =>
  read((reader) => reader.lookup(lodash).map(({ advisory }) => advisory))

describe('a sync', () => {
  it('finds what it synced', async () => {
    const result = await sync(
      store.dbDir,
      syntheticFeed({
        'osv/npm': {
          mode: 'full',
          records: [
            ...records(advisory('GHSA-1', { aliases: ['CVE-2020-0001'] })),
            {
              kind: 'signals',
              cve: 'CVE-2020-0001',
              signals: { kev: { dateAdded: '2021-01-01', ransomware: true } },
            },
            {
              kind: 'signals',
              cve: 'CVE-2020-0001',
              signals: { epss: { score: 0.5, percentile: 0.9, date: '2026-01-01' } },
            },
            { kind: 'lifecycle', lifecycle: { product: 'nodejs', cycle: '18', endOfLife: '2025-04-30' } },
          ],
        },
      }),
    )
    expect(result).toMatchObject({
      published: true,
      before: undefined,
      parts: [{ part: 'osv/npm', outcome: 'changed', records: 3 }],
    })
    await read((reader) => {
      expect(reader.info.id).toBe(result.after)
      expect(reader.lookup(lodash)).toMatchObject([
        {
          advisory: 'GHSA-1',
          feed: 'osv/npm',
          vulnerabilityIds: ['CVE-2020-0001'],
          ecosystem: 'npm',
          status: 'affected',
        },
      ])
      expect(reader.covers('npm', '')).toBe(true)
      expect(reader.covers('PyPI', '')).toBe(false)
      expect(reader.resolve('GHSA-1')).toEqual(['CVE-2020-0001'])
      expect(reader.lifecycle('nodejs')).toMatchObject([{ cycle: '18' }])
      expect(reader.searchPackages('LODA', 5)).toEqual([lodash])
      expect(reader.vulnerability('CVE-2020-0001')).toMatchObject({
        id: 'CVE-2020-0001',
        aliases: ['GHSA-1'],
        title: 'About GHSA-1',
        withdrawn: false,
      })
    })
  })

  it('replaces, and drops what a full update does not name', async () => {
    const full = (ids: readonly string[]): ReturnType<typeof syntheticFeed> =>
      syntheticFeed({ 'osv/npm': { mode: 'full', records: records(...ids.map((id) => advisory(id))) } })
    await sync(store.dbDir, full(['A-1', 'A-2', 'A-3']))
    const result = await sync(store.dbDir, full(['A-2', 'A-4']), { allowShrink: true })
    expect(await advisoriesOfLodash()).toEqual(['A-2', 'A-4'])
    expect(result.changes).toMatchObject({ packages: 1, withdrawn: 2, added: 1 })
  })

  it('keeps what a delta does not name, and drops what it calls removed', async () => {
    await sync(
      store.dbDir,
      syntheticFeed({ p: { mode: 'full', records: records(advisory('A-1'), advisory('A-2')) } }),
    )
    await sync(
      store.dbDir,
      syntheticFeed({
        p: { mode: 'delta', records: [{ kind: 'removed', id: 'A-1' }, ...records(advisory('A-3'))] },
      }),
    )
    expect(await advisoriesOfLodash()).toEqual(['A-2', 'A-3'])
  })

  it('publishes nothing when nothing changed, but says when it looked', async () => {
    const feed = syntheticFeed({ p: { mode: 'full', records: records(advisory('A-1')) } })
    const first = await sync(store.dbDir, feed)
    const clock = { now: () => new Date('2026-12-24T00:00:00Z') }
    const second = await sync(store.dbDir, feed, { clock })
    expect(second).toMatchObject({
      published: false,
      before: first.after,
      after: first.after,
      generation: first.generation,
    })
    expect(second.parts).toMatchObject([{ outcome: 'unchanged' }])
    await read((reader) =>
      expect(reader.info.parts).toMatchObject([{ checkedAt: '2026-12-24T00:00:00.000Z' }]),
    )
  })

  it('moves a package between names without leaving a trace', async () => {
    const about = (name: string): ReturnType<typeof syntheticFeed> =>
      syntheticFeed({
        p: { mode: 'full', records: records(advisory('A-1', { affected: [affectedPackage(name)] })) },
      })
    await sync(store.dbDir, about('lodash'))
    await sync(store.dbDir, about('underscore'))
    await read((reader) => {
      expect(reader.lookup(lodash)).toEqual([])
      expect(reader.lookup({ ...lodash, name: 'underscore' })).toHaveLength(1)
      expect(reader.searchPackages('lodash', 1)).toEqual([])
    })
  })

  it('keeps a withdrawn record, without its packages', async () => {
    const withdrawn = advisory('GHSA-1', { aliases: ['CVE-2020-0001'], withdrawn: '2026-01-02T00:00:00Z' })
    await sync(store.dbDir, syntheticFeed({ p: { mode: 'full', records: records(withdrawn) } }))
    await read((reader) => {
      expect(reader.lookup(lodash)).toEqual([])
      expect(reader.advisory('p', 'GHSA-1')).toMatchObject({ withdrawn: '2026-01-02T00:00:00Z' })
      expect(reader.vulnerability('CVE-2020-0001')).toMatchObject({ withdrawn: true })
    })
    const back = advisory('GHSA-1', { aliases: ['CVE-2020-0001'] })
    const result = await sync(store.dbDir, syntheticFeed({ p: { mode: 'full', records: records(back) } }))
    expect(result.changes).toMatchObject({ restored: 1, packages: 1, vulnerabilities: 1 })
    expect(await advisoriesOfLodash()).toEqual(['GHSA-1'])
  })
})

describe('aliases', () => {
  const chain = (count: number): ReturnType<typeof syntheticFeed> =>
    syntheticFeed({
      p: {
        mode: 'full',
        records: records(
          ...Array.from({ length: count }, (_, n) =>
            advisory(`A-${n}`, { aliases: n === 0 ? [] : [`A-${n - 1}`] }),
          ),
        ),
      },
    })

  it('make one vulnerability of records that hang together step by step', async () => {
    await sync(store.dbDir, chain(6))
    await read((reader) => {
      expect(reader.resolve('A-5')).toEqual(['A-0'])
      expect(reader.vulnerability('A-0')?.advisories).toHaveLength(6)
      expect(reader.lookup(lodash).map(({ vulnerabilityIds }) => vulnerabilityIds)).toEqual(
        Array.from({ length: 6 }, () => ['A-0']),
      )
    })
  })

  it('that bring very many ids together are told, unless all of them name the same one', async () => {
    const notices = Array.from({ length: 60 }, (_, n) => advisory(`CGA-${n}`, { aliases: ['GHSA-1'] }))
    const star = syntheticFeed({ q: { mode: 'full', records: records(...notices) } })
    expect((await sync(store.dbDir, star)).warnings).toEqual([])
    expect((await sync(store.dbDir, chain(10))).warnings).toEqual([])
    expect((await sync(store.dbDir, chain(60))).warnings).toMatchObject([
      { code: 'ALIAS_GROUP_LARGE', place: 'record A-0' },
    ])
  })
})

describe('what fails', () => {
  const good = syntheticFeed({
    p: { mode: 'full', records: records(...Array.from({ length: 10 }, (_, n) => advisory(`A-${n}`))) },
  })

  it('leaves the last good data and says so', async () => {
    await sync(store.dbDir, good)
    const result = await sync(store.dbDir, syntheticFeed({ p: { failed: 'FEED_UNREACHABLE' } }))
    expect(result.parts).toMatchObject([
      { outcome: 'failed', records: 10, failure: { code: 'FEED_UNREACHABLE' } },
    ])
    await read((reader) => {
      expect(reader.lookup(lodash)).toHaveLength(10)
      expect(reader.info.parts).toMatchObject([
        { part: 'p', records: 10, failure: { code: 'FEED_UNREACHABLE', at: '2026-11-01T12:00:00.000Z' } },
      ])
    })
    const later = { now: () => new Date('2026-12-24T00:00:00Z') }
    await sync(store.dbDir, syntheticFeed({ p: { failed: 'FEED_UNREACHABLE' } }), { clock: later })
    await read((reader) => expect(reader.info.parts[0]?.failure?.at).toBe('2026-11-01T12:00:00.000Z'))
    await sync(store.dbDir, syntheticFeed({ p: 'unchanged' }), { clock: later })
    await read((reader) => expect(reader.info.parts[0]).not.toHaveProperty('failure'))
  })

  it('takes nothing of an update that breaks at its end', async () => {
    await sync(store.dbDir, good)
    const error = new LongwatchError('FEED_TRUNCATED', 'the file ended early')
    const broken = syntheticFeed({
      p: {
        mode: 'full',
        records: records(...Array.from({ length: 10 }, (_, n) => advisory(`B-${n}`))),
        breaks: { after: 10, error },
      },
      q: { mode: 'full', records: records(advisory('Q-1')) },
    })
    const result = await sync(store.dbDir, broken)
    expect(result.parts).toMatchObject([
      { part: 'p', outcome: 'failed', failure: { code: 'FEED_TRUNCATED' } },
      { part: 'q', outcome: 'changed' },
    ])
    expect(await advisoriesOfLodash()).toEqual([...Array.from({ length: 10 }, (_, n) => `A-${n}`), 'Q-1'])
  })

  it('refuses a full update that lost more than a tenth, unless told to take it', async () => {
    await sync(store.dbDir, good)
    const of = (count: number): ReturnType<typeof syntheticFeed> =>
      syntheticFeed({
        p: { mode: 'full', records: records(...Array.from({ length: count }, (_, n) => advisory(`A-${n}`))) },
      })
    const refused = await sync(store.dbDir, of(8))
    expect(refused.parts).toMatchObject([{ outcome: 'failed', failure: { code: 'FEED_SHRANK' } }])
    expect(await advisoriesOfLodash()).toHaveLength(10)
    expect((await sync(store.dbDir, of(9))).parts).toMatchObject([{ outcome: 'changed' }])
    expect((await sync(store.dbDir, of(2), { allowShrink: true })).parts).toMatchObject([
      { outcome: 'changed', records: 2 },
    ])
    expect(await advisoriesOfLodash()).toHaveLength(2)
  })

  it('ends with status 4 when everything failed and there is nothing', async () => {
    const failing = syntheticFeed({ p: { failed: 'FEED_UNREACHABLE' }, q: { failed: 'FEED_REFUSED' } })
    await expect(sync(store.dbDir, failing)).rejects.toMatchObject({ code: 'NO_ADVISORIES', exitCode: 4 })
    expect(() => openAdvisories(store.dbDir)).toThrow(
      expect.objectContaining({ code: 'NO_ADVISORIES', exitCode: 4 }),
    )
  })

  it('leaves out one bad record and counts it', async () => {
    const odd = advisory('A-\u0001')
    const result = await sync(
      store.dbDir,
      syntheticFeed({ p: { mode: 'full', records: records(advisory('A-1'), odd) } }),
    )
    expect(result.parts).toMatchObject([{ outcome: 'changed', refused: 1 }])
    expect(await advisoriesOfLodash()).toEqual(['A-1'])
  })

  it('takes a feed that throws for one that failed, and goes on', async () => {
    const throwing = {
      ...syntheticFeed({}, 'broken'),
      update: () => {
        throw new TypeError('oops')
      },
    }
    const result = await sync(store.dbDir, [throwing, good])
    expect(result.parts).toMatchObject([
      { part: 'broken', failure: { code: 'FEED_FAILED' } },
      { outcome: 'changed' },
    ])
  })
})
