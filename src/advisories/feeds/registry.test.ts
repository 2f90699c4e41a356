import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeFeeds, feedsDir } from '../../../test/support/lab.ts'
import type { Feed } from './feed.ts'
import { createNvdFeed } from './nvd/index.ts'
import { feeds } from './registry.ts'
import { starterFeed } from './starter/index.ts'
import type { ReadPart } from './testing.ts'
import { advisoriesIn, clientFor, contextFor, readFeed, statesOf, temporaryFolder } from './testing.ts'

describe('the registry', () => {
  it('has every feed there is a folder for', () => {
    // NVD is switched on by who wants it; the starter set is no upstream; one folder has three security databases.
    const elsewhere = new Map([
      ['nvd', [createNvdFeed().name]],
      ['starter', [starterFeed('.').name]],
      ['secdb', ['alpine-secdb', 'wolfi-secdb', 'chainguard-secdb']],
    ])
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((one) =>
      one.isDirectory(),
    )
    const named = new Set([...feeds.map(({ name }) => name), 'nvd', 'starter'])
    expect(folders.length).toBeGreaterThan(8)
    for (const { name } of folders) {
      for (const feed of elsewhere.get(name) ?? [name]) expect(named).toContain(feed)
    }
  })

  it('names each feed once, with its upstream and its licence', () => {
    expect(new Set(feeds.map(({ name }) => name)).size).toBe(feeds.length)
    for (const { name, title, upstream, licence } of feeds) {
      expect(upstream, name).toMatch(/^https:\/\/[\w.-]+\/$/)
      expect(title.length * licence.length, name).toBeGreaterThan(0)
    }
  })
})

it('docs/feeds.md has a row for every feed, and every code that a feed fails with', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../../docs/feeds.md'), 'utf8')
  const rows = [...text.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name ?? '')
  const names = [...feeds.map(({ name }) => name), createNvdFeed().name, starterFeed('.').name]
  expect(rows.filter((row) => !/^[A-Z]/.test(row)).sort()).toEqual(names.sort())
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('testing.ts'))
    .map((name) => readFileSync(resolve(import.meta.dirname, name), 'utf8'))
  const codes = new Set(
    sources.flatMap((source) => source.match(/(?<=')(?:FEED|STARTER)_[A-Z_]+(?=')/g) ?? []),
  )
  codes.delete('FEED_')
  expect(rows.filter((row) => /^[A-Z]/.test(row)).sort()).toEqual([...codes].sort())
})

/** What the mirror has of each feed: parts, and records that are at least there. */
const expected: readonly (readonly [feed: string, parts: number, records: number])[] = [
  ['osv', 14, 43_000],
  ['amazon', 4, 40],
  ['debian-tracker', 1, 10_000],
  ['alpine-secdb', 18, 8_000],
  ['wolfi-secdb', 1, 2_000],
  ['chainguard-secdb', 0, 0],
  ['kev', 1, 1_404],
  ['epss', 1, 360_142],
  ['exploit-db', 1, 24_000],
  ['metasploit', 1, 2_400],
  ['endoflife', 1, 900],
]

/** What the mirror is known to lack. */
const lacking = new Set(['amazon/2/extras'])

describeFeeds('the mirror of real feeds', () => {
  const folder = temporaryFolder()
  const client = clientFor(feedsDir)
  const read = new Map<string, readonly ReadPart[]>()
  const named = (name: string): Feed => feeds.find((feed) => feed.name === name)!

  beforeAll(async () => {
    for (const feed of feeds) read.set(feed.name, await readFeed(feed, contextFor(client, folder.path)))
  })
  afterAll(() => {
    folder.remove()
  })

  it('is asked for by every feed', () => {
    expect(expected.map(([name]) => name).sort()).toEqual(feeds.map(({ name }) => name).sort())
  })

  it.each(expected)(
    '%s: %i parts, all read, with a handful of records refused at most',
    (name, count, least) => {
      const all = read.get(name) ?? []
      const parts = all.filter(({ outcome }) => outcome === 'changed')
      expect(all.filter(({ part }) => !lacking.has(part)).map(({ outcome }) => outcome)).toEqual(
        parts.map(() => 'changed'),
      )
      expect(parts).toHaveLength(count)
      const records = parts.reduce((sum, { state }) => sum + (state?.records ?? 0), 0)
      const refused = parts.reduce((sum, { state }) => sum + (state?.refused ?? 0), 0)
      expect(records).toBeGreaterThanOrEqual(least)
      expect(refused).toBeLessThanOrEqual(5)
      for (const { part, state } of parts) {
        expect(part === name || part.startsWith(`${name}/`)).toBe(true)
        if (state !== undefined && state.records > 0) expect(state.dataDate).toMatch(/^20\d\d-\d\d-\d\dT/)
      }
    },
  )

  // Counted in the mirror's own JSON, by the field that each source keeps its CVEs in.
  it.each([
    ['osv/npm', 587],
    ['osv/PyPI', 2652],
    ['osv/Go', 3902],
    ['osv/Maven', 586],
    ['osv/crates.io', 524],
    ['osv/RubyGems', 1059],
    ['osv/Packagist', 779],
    ['osv/Debian', 8673],
    ['osv/Alpine', 2432],
    ['osv/Wolfi', 14736],
    ['osv/AlmaLinux', 4431],
    ['osv/Ubuntu', 18],
  ])('%s: %i records name a CVE', (name, count) => {
    const part = read.get('osv')?.find((one) => one.part === name)
    const advisories = advisoriesIn(part?.records ?? [])
    expect(advisories.filter(({ cves }) => cves.length > 0)).toHaveLength(count)
  })

  it.each([
    ['osv/Maven', 'GHSA-5mg8-w23w-74h3', 'CVE-2020-8908'],
    ['osv/Debian', 'DSA-5343-1', 'CVE-2023-0286'],
    ['osv/AlmaLinux', 'ALSA-2022:0267', 'CVE-2021-4034'],
    ['osv/Go', 'GO-2021-0084', 'CVE-2019-16354 CVE-2019-16355'],
  ])('%s: %s names %s', (name, id, cve) => {
    const part = read.get('osv')?.find((one) => one.part === name)
    const one = advisoriesIn(part?.records ?? []).find((advisory) => advisory.id === id)
    expect(one?.cves.join(' ')).toContain(cve)
    expect(one?.affected.every(({ ecosystem }) => `osv/${ecosystem}` === name)).toBe(true)
  })

  it.each(expected)('%s: a second sync finds nothing new', async (name, count) => {
    const states = statesOf(read.get(name) ?? [])
    const again = await readFeed(named(name), contextFor(client, folder.path, states))
    expect(again.filter(({ outcome }) => outcome === 'unchanged')).toHaveLength(count)
  })
})
