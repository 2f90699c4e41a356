// What holds for every feed whatever upstream sends: real samples, cut small, then truncated and damaged by a seeded hand.

import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeFeeds, feedsDir } from '../../../test/support/lab.ts'
import { LongwatchError } from '../../platform/index.ts'
import type { Feed } from './feed.ts'
import { feeds } from './registry.ts'
import type { ReadPart } from './testing.ts'
import { clientFor, contextFor, readFeed, temporaryFolder, zipOf } from './testing.ts'

/** A sample: where it stands, its bytes, and what is damaged before it is packed again. */
interface Sample {
  readonly feed: string
  readonly path: string
  readonly bytes: () => Buffer
  /** Files that must be there besides; `bytes` is the damaged sample. */
  readonly around?: (bytes: Buffer) => Readonly<Record<string, string | Buffer>>
  readonly pack?: (bytes: Buffer) => Buffer
  /** A list of lines can end anywhere and be whole. */
  readonly lines?: true
}

const real = (path: string): Buffer => readFileSync(join(feedsDir, path))
const json = (path: string): unknown => JSON.parse(real(path).toString('utf8'))
const first = (object: unknown, count: number): object =>
  Object.fromEntries(Object.entries(object as object).slice(0, count))
const text = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

const osv = 'osv-vulnerabilities.storage.googleapis.com'
const kev = 'www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json'
const epss = 'epss.empiricalsecurity.com/epss_scores-current.csv.gz'
const exploits = 'gitlab.com/exploit-database/exploitdb/-/raw/main/files_exploits.csv'
const modules = 'raw.githubusercontent.com/rapid7/metasploit-framework/master/db/modules_metadata_base.json'
const tracker = 'security-tracker.debian.org/tracker/data/json'
const secdb = 'secdb.alpinelinux.org/v3.11/main.json'
const amazon = 'cdn.amazonlinux.com/al2023/core'

const samples: readonly Sample[] = [
  {
    feed: 'osv',
    path: `${osv}/NuGet/all.zip`,
    bytes: () => real(`${osv}/NuGet/all.zip`),
    around: () => ({ [`${osv}/ecosystems.txt`]: 'NuGet\n' }),
  },
  {
    feed: 'osv',
    path: `${osv}/Go/all.zip`,
    // One record at a time, so that its JSON is what is damaged and not the archive.
    bytes: () =>
      Buffer.from(
        JSON.stringify({
          id: 'GO-1',
          modified: '2024-01-01T00:00:00Z',
          aliases: ['CVE-2020-1111'],
          affected: [
            {
              package: { ecosystem: 'Go', name: 'a' },
              ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.0.0' }] }],
            },
          ],
        }),
      ),
    pack: (bytes) => zipOf({ 'GO-1.json': bytes.toString('latin1') }),
    around: () => ({ [`${osv}/ecosystems.txt`]: 'Go\n' }),
  },
  {
    feed: 'kev',
    path: kev,
    bytes: () => {
      const all = json(kev) as { vulnerabilities: unknown[] }
      return text({ ...all, count: 20, vulnerabilities: all.vulnerabilities.slice(0, 20) })
    },
  },
  {
    feed: 'epss',
    path: epss,
    bytes: () =>
      gzipSync(gunzipSync(real(epss)).toString('latin1').split('\n').slice(0, 500).join('\n') + '\n'),
  },
  {
    feed: 'epss',
    path: epss,
    bytes: () =>
      Buffer.from(`${gunzipSync(real(epss)).toString('latin1').split('\n').slice(0, 200).join('\n')}\n`),
    lines: true,
  },
  {
    feed: 'exploit-db',
    path: exploits,
    bytes: () => Buffer.from(`${real(exploits).toString('utf8').split('\n').slice(0, 100).join('\n')}\n`),
    lines: true,
  },
  { feed: 'metasploit', path: modules, bytes: () => text(first(json(modules), 20)) },
  { feed: 'debian-tracker', path: tracker, bytes: () => text(first(json(tracker), 10)) },
  {
    feed: 'alpine-secdb',
    path: secdb,
    bytes: () => {
      const all = json(secdb) as { packages: unknown[] }
      return text({ ...all, packages: all.packages.slice(0, 30) })
    },
  },
  {
    feed: 'endoflife',
    path: 'endoflife.date/api/debian.json',
    bytes: () => text(json('endoflife.date/api/debian.json')),
    around: () => ({ 'endoflife.date/api/all.json': '["debian"]' }),
  },
  {
    feed: 'amazon',
    path: `${amazon}/x/x86_64/repodata/updateinfo.xml.gz`,
    bytes: () => {
      const [guid = ''] = readdirSync(join(feedsDir, amazon, 'guids'))
      return Buffer.from(
        gunzipSync(real(`${amazon}/guids/${guid}/x86_64/repodata/updateinfo.xml.gz`))
          .toString('utf8')
          .trimEnd(),
      )
    },
    pack: (bytes) => gzipSync(bytes),
    around: (bytes) => ({
      [`${amazon}/mirrors/latest/x86_64/mirror.list`]: `https://${amazon}/x/x86_64/\n`,
      [`${amazon}/x/x86_64/repodata/repomd.xml`]: `<repomd><data type="updateinfo"><checksum type="sha256">${createHash('sha256').update(bytes).digest('hex')}</checksum><location href="repodata/updateinfo.xml.gz"/></data></repomd>`,
    }),
  },
]

/** https://gist.github.com/tommyettinger/46a874533244883189143505d203312c (public domain) */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Flips, overwrites, cuts out or repeats some bytes. */
function damaged(bytes: Buffer, next: () => number): Buffer {
  let spoiled = Buffer.from(bytes)
  for (let times = 1 + Math.floor(next() * 4); times > 0; times -= 1) {
    const at = Math.floor(next() * spoiled.length)
    const length = Math.min(Math.floor(next() * 40), spoiled.length - at)
    const kind = Math.floor(next() * 4)
    if (kind === 0) spoiled[at] = Math.floor(next() * 256)
    else if (kind === 1) spoiled.fill(Math.floor(next() * 256), at, at + length)
    else if (kind === 2) spoiled = Buffer.concat([spoiled.subarray(0, at), spoiled.subarray(at + length)])
    else spoiled = Buffer.concat([spoiled.subarray(0, at + length), spoiled.subarray(at)])
  }
  return spoiled
}

describeFeeds('whatever upstream sends', () => {
  const folder = temporaryFolder()
  const mirror = join(folder.path, 'mirror')
  const scratch = join(folder.path, 'scratch')
  beforeAll(() => {
    mkdirSync(scratch)
  })
  afterAll(() => {
    folder.remove()
  })

  function put(path: string, content: string | Buffer): void {
    mkdirSync(dirname(join(mirror, path)), { recursive: true })
    writeFileSync(join(mirror, path), content)
  }

  async function readSample({ feed, path, pack, around }: Sample, bytes: Buffer): Promise<ReadPart> {
    rmSync(mirror, { recursive: true, force: true })
    const packed = pack === undefined ? bytes : pack(bytes)
    put(path, packed)
    for (const [name, content] of Object.entries(around?.(packed) ?? {})) put(name, content)
    const named: Feed = feeds.find(({ name }) => name === feed)!
    const parts = await readFeed(named, contextFor(clientFor(mirror), scratch))
    const [part] = parts
    if (part === undefined) throw new Error(`${feed} said nothing`)
    return part
  }

  it.each(samples.map((sample, index) => [sample.feed, sample.path, index] as const))(
    '%s: whole it is read, cut off or damaged it gives records, diagnostics or one of our errors (%s)',
    async (_feed, _path, index) => {
      const sample = samples[index]!
      const bytes = sample.bytes()
      expect((await readSample(sample, bytes)).outcome).toBe('changed')
      const next = random(20261101 + index)
      for (let round = 0; round < 30; round += 1) {
        const cut = await readSample(sample, bytes.subarray(0, Math.floor(next() * (bytes.length - 2))))
        // A record that is cut off is a record less; a whole that is cut off is none.
        if (sample.lines === undefined) expect(cut.outcome).not.toBe('changed')
        const spoiled = await readSample(sample, damaged(bytes, next))
        for (const { outcome, error, records, state, diagnostics } of [cut, spoiled]) {
          if (outcome === 'broken') expect(error).toBeInstanceOf(LongwatchError)
          else if (outcome === 'failed') expect(diagnostics[0]?.code).toMatch(/^FEED_(?!FAILED)/)
          else expect(state).toMatchObject({ records: records.length, refused: diagnostics.length })
        }
      }
    },
  )
})
