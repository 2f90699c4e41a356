import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeFeeds, feedsDir } from '../../test/support/lab.ts'
import { createHttp, fixedClock, silentProgress } from '../platform/index.ts'
import { createFeedClient } from './feeds/create-client.ts'
import { feeds } from './feeds/registry.ts'
import { openAdvisories } from './store/open.ts'
import type { AdvisoryReader } from './store/reader.ts'
import { verifyGeneration } from './store/verify.ts'
import { syncFeeds } from './sync.ts'
import type { SyncResult } from './sync.ts'
import { temporaryStore } from './testing.ts'

describeFeeds('the store of real feeds', () => {
  const store = temporaryStore()
  const http = createHttp()
  const clock = fixedClock('2026-11-01T00:00:00Z')
  const { signal } = new AbortController()
  let reader: AdvisoryReader
  let first: SyncResult

  const update = (): Promise<SyncResult> =>
    syncFeeds({
      dbDir: store.dbDir,
      feeds: feeds.filter(({ name }) => ['osv', 'kev', 'epss'].includes(name)),
      scope: { ecosystems: ['Go', 'Maven', 'npm'] },
      client: createFeedClient({ http, clock, mirror: feedsDir }),
      clock,
      progress: silentProgress,
      signal,
    })

  beforeAll(async () => {
    first = await update()
    reader = openAdvisories(store.dbDir)
  }, 120_000)
  afterAll(async () => {
    await reader.close()
    await http.close()
    store.remove()
  })

  it('is whole, and stays when nothing changed', { timeout: 120_000 }, async () => {
    expect(first.parts.map(({ outcome }) => outcome)).not.toContain('failed')
    expect(await verifyGeneration(store.dbDir, first.generation, signal)).toMatchObject({
      problem: undefined,
    })
    expect(await update()).toMatchObject({ published: false, after: first.after })
  })

  it('puts Log4Shell together from all that speak of it', () => {
    const found = reader.vulnerability('CVE-2021-44228')
    expect(found).toMatchObject({
      id: 'CVE-2021-44228',
      withdrawn: false,
      signals: { kev: { dateAdded: '2021-12-10', ransomware: true } },
    })
    expect(found?.aliases).toContain('GHSA-jfh8-c2jp-5v3q')
    expect(found?.signals.epss?.score).toBeGreaterThan(0.9)
    expect(reader.resolve('GHSA-jfh8-c2jp-5v3q')).toEqual(['CVE-2021-44228'])
    const entries = reader.lookup({
      ecosystem: 'Maven',
      release: '',
      name: 'org.apache.logging.log4j:log4j-core',
    })
    expect(entries.flatMap(({ vulnerabilityIds }) => vulnerabilityIds)).toContain('CVE-2021-44228')
  })

  it('keeps the CVEs of one record apart and loses none (GO-2021-0084)', () => {
    const cves = reader.resolve('GO-2021-0084')
    expect(cves).toHaveLength(2)
    for (const [index, cve] of cves.entries()) {
      const vulnerability = reader.vulnerability(cve)
      expect(vulnerability?.advisories).toContainEqual({ feed: 'osv/Go', id: 'GO-2021-0084' })
      expect(vulnerability?.aliases).not.toContain(cves[1 - index])
    }
    const [affected] = reader.advisory('osv/Go', 'GO-2021-0084')?.affected ?? []
    const entry = reader
      .lookup(affected ?? expect.unreachable('the record names a package'))
      .find(({ advisory }) => advisory === 'GO-2021-0084')
    expect(entry?.vulnerabilityIds).toEqual(cves)
  })

  it('never makes one CVE the alias of another', () => {
    let seen = 0
    for (const key of reader.searchPackages('', 100_000)) {
      for (const { vulnerabilityIds } of reader.lookup(key)) {
        for (const id of vulnerabilityIds.filter((one) => one.startsWith('CVE-'))) {
          seen += 1
          expect(reader.vulnerability(id)?.aliases.filter((alias) => alias.startsWith('CVE-'))).toEqual([])
        }
      }
    }
    expect(seen).toBeGreaterThan(1000)
  })

  it('covers what was synced and nothing else', () => {
    expect(['Go', 'Maven', 'npm', 'PyPI', 'Debian'].map((name) => reader.covers(name, ''))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })
})
