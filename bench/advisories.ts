// The advisory store: what a cold build, a small update, opening and look-ups cost. The baseline of a build is reading the same
// archive and nothing but `JSON.parse` of every record. With LONGWATCH_BENCH_RECORDS=500000 one ecosystem is multiplied, under
// distinct names, to that many records.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import yauzl from 'yauzl'
import {
  createFeedClient,
  diffGenerations,
  feeds,
  listGenerations,
  openAdvisories,
  syncFeeds,
} from '../src/advisories/index.ts'
import type { Feed, FeedRecord, SyncResult } from '../src/advisories/index.ts'
import type { Advisory } from '../src/model/index.ts'
import { createHttp, silentProgress, systemClock } from '../src/platform/index.ts'
import { feedsDir } from '../test/support/lab.ts'
import { measure } from './support/measure.ts'
import { megabytes, print, ratio, seconds } from './support/print.ts'

const ecosystem = 'Debian'
const updated = 100

/** Prints the table. */
export async function run(): Promise<void> {
  const dbDir = mkdtempSync(join(tmpdir(), 'longwatch-bench-'))
  try {
    const archive = join(feedsDir, `osv-vulnerabilities.storage.googleapis.com/${ecosystem}/all.zip`)
    const baseline = await timed(() => parseArchive(archive))
    const cold = await timed(() =>
      sync(
        dbDir,
        feeds.filter(({ name }) => name === 'osv'),
      ),
    )
    const records = cold.result.parts.reduce((sum, part) => sum + part.records, 0)
    const child = measure([process.execPath, import.meta.filename, 'build'])
    const unchanged = await timed(() =>
      sync(
        dbDir,
        feeds.filter(({ name }) => name === 'osv'),
      ),
    )
    const some = await sample(dbDir, updated)
    const small = await timed(() =>
      sync(dbDir, [
        deltaOf(some.map((one) => ({ ...one, summary: 'changed', affected: one.affected.slice(1) }))),
      ]),
    )
    const [before, after] = listGenerations(dbDir).slice(-2)
    const diff = await timed(() => diffGenerations(dbDir, before?.name ?? '', after?.name ?? ''))
    const rows: (string | number)[][] = [
      [`unzip and JSON.parse ${records} records`, seconds(baseline.time), '', ratio(1, 1)],
      ['cold build', seconds(cold.time), megabytes(child.megabytes), ratio(cold.time, baseline.time)],
      ['nothing changed', seconds(unchanged.time), '', ratio(unchanged.time, baseline.time)],
      [`${updated} records changed`, seconds(small.time), '', ratio(small.time, baseline.time)],
      [
        `diff of that (${diff.result.packages.length} package keys)`,
        seconds(diff.time),
        '',
        ratio(diff.time, baseline.time),
      ],
      ...(await readingRows(dbDir, baseline.time)),
      ...(await multipliedRows(dbDir)),
    ]
    print({
      title: `advisory store, OSV ${ecosystem}`,
      columns: ['what', 'time', 'peak', 'of the baseline'],
      rows,
    })
  } finally {
    rmSync(dbDir, { recursive: true })
  }
}

async function readingRows(dbDir: string, baseline: number): Promise<(string | number)[][]> {
  const opens = 50
  const opening = await timed(async () => {
    for (let round = 0; round < opens; round += 1) await openAdvisories(dbDir).close()
  })
  const reader = openAdvisories(dbDir)
  const keys = reader.searchPackages('', 1_000_000)
  const lookUp = (): Promise<number> =>
    Promise.resolve(keys.reduce((sum, key) => sum + reader.lookup(key).length, 0))
  const first = await timed(lookUp)
  const second = await timed(lookUp)
  await reader.close()
  const rate = (time: number): string => `${Math.round(keys.length / time).toLocaleString('en-US')} a second`
  return [
    ['open', `${((opening.time / opens) * 1000).toFixed(2)} ms`, '', ratio(opening.time / opens, baseline)],
    [`look up ${keys.length} package keys, first`, rate(first.time), '', ratio(first.time, baseline)],
    ['the same again', rate(second.time), '', ratio(second.time, baseline)],
  ]
}

async function multipliedRows(dbDir: string): Promise<(string | number)[][]> {
  const wanted = Number(process.env['LONGWATCH_BENCH_RECORDS'] ?? 0)
  if (!(wanted > 0)) return []
  const large = mkdtempSync(join(tmpdir(), 'longwatch-bench-'))
  try {
    const base = await sample(dbDir, 5000)
    const built = await timed(() => sync(large, [multiplied(base, wanted)]))
    const name = built.result.generation
    const { bytes = 0 } = listGenerations(large).at(-1) ?? {}
    const small = await timed(() => sync(large, [deltaOf(base.slice(0, updated), `multiplied`)]))
    const reader = await timed(async () => openAdvisories(large))
    await reader.result.close()
    return [
      [
        `build of ${wanted} records (${name})`,
        seconds(built.time),
        megabytes(process.resourceUsage().maxRSS / 1024),
        '',
      ],
      ['its size', megabytes(bytes / 1e6), '', ''],
      [`${updated} records added to it`, seconds(small.time), '', ''],
      ['open it', `${(reader.time * 1000).toFixed(2)} ms`, '', ''],
    ]
  } finally {
    rmSync(large, { recursive: true })
  }
}

async function sync(dbDir: string, some: readonly Feed[]): Promise<SyncResult> {
  const http = createHttp()
  try {
    return await syncFeeds({
      dbDir,
      feeds: some,
      scope: { ecosystems: [ecosystem] },
      client: createFeedClient({ http, clock: systemClock, mirror: feedsDir }),
      clock: systemClock,
      progress: silentProgress,
      signal: new AbortController().signal,
    })
  } finally {
    await http.close()
  }
}

async function timed<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly time: number; readonly result: Result }> {
  const from = performance.now()
  const result = await work()
  return { time: (performance.now() - from) / 1000, result }
}

/** Records that the store has, in order of the packages they name. */
async function sample(dbDir: string, count: number): Promise<readonly Advisory[]> {
  const reader = openAdvisories(dbDir)
  const found = new Map<string, Advisory>()
  for (const key of reader.searchPackages('', 1_000_000)) {
    for (const { feed, advisory } of reader.lookup(key)) {
      const record = found.has(advisory) ? undefined : reader.advisory(feed, advisory)
      if (record !== undefined && found.size < count) found.set(advisory, record)
    }
  }
  await reader.close()
  return [...found.values()]
}

const deltaOf = (advisories: readonly Advisory[], part = `osv/${ecosystem}`): Feed =>
  feedOf(part, 'delta', () => advisories.map((advisory) => ({ kind: 'advisory', advisory })))

const multiplied = (base: readonly Advisory[], wanted: number): Feed =>
  feedOf('multiplied', 'full', function* () {
    for (let made = 0; made < wanted; made += 1) {
      const one = base[made % base.length]
      if (one === undefined) return
      const copy = Math.floor(made / base.length)
      const affected = one.affected.map((each) => ({ ...each, name: `${each.name}-${copy}` }))
      yield {
        kind: 'advisory',
        advisory: { ...one, id: `${one.id}-${copy}`, cves: [], aliases: [], affected },
      }
    }
  })

function feedOf(part: string, mode: 'full' | 'delta', make: () => Iterable<FeedRecord>): Feed {
  const state = {
    part,
    checkedAt: systemClock.now().toISOString(),
    dataDate: '2026-01-01T00:00:00Z',
    records: 0,
    refused: 0,
    cursor: {},
  }
  return {
    name: 'bench',
    title: 'made for the benchmark',
    upstream: 'https://bench.invalid/',
    provides: 'advisories',
    licence: 'none',
    async *update() {
      yield {
        outcome: 'changed',
        part,
        mode,
        records: (async function* () {
          yield* make()
        })(),
        finish: () => ({ state, diagnostics: [] }),
        dispose: async () => undefined,
      }
    },
  }
}

/** Inflates and parses every record; gives their number. */
async function parseArchive(path: string): Promise<number> {
  const archive = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false })
  const bytes = readFileSync(path)
  let records = 0
  for await (const entry of archive.eachEntry()) {
    const header = entry.relativeOffsetOfLocalHeader
    const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28)
    const text = inflateRawSync(bytes.subarray(start, start + entry.compressedSize)).toString('utf8')
    if (typeof JSON.parse(text) === 'object') records += 1
  }
  archive.close()
  return records
}

// Run by itself it builds once: its peak is that of the build alone.
if (process.argv[1] === import.meta.filename && process.argv[2] === 'build') {
  const dbDir = mkdtempSync(join(tmpdir(), 'longwatch-bench-'))
  try {
    await sync(
      dbDir,
      feeds.filter(({ name }) => name === 'osv'),
    )
  } finally {
    rmSync(dbDir, { recursive: true })
  }
}
