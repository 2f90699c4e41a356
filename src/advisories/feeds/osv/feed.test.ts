import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from '../../../platform/index.ts'
import type { FeedPartState } from '../feed.ts'
import type { ReadPart } from '../testing.ts'
import {
  advisoriesIn,
  clientFor,
  contextFor,
  readFeed,
  statesOf,
  temporaryFolder,
  testClock,
  zipOf,
} from '../testing.ts'
import { osvFeed } from './index.ts'
import { readModifiedList } from './modified.ts'

const host = 'osv-vulnerabilities.storage.googleapis.com'

interface Entry {
  readonly id: string
  readonly modified: string
  readonly text?: string
}

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => {
  folder.remove()
})

const jsonOf = ({ id, modified, text }: Entry): string =>
  text ??
  JSON.stringify({
    id,
    modified,
    affected: [
      {
        package: { ecosystem: 'npm', name: 'x' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }],
      },
    ],
  })

function put(path: string, content: string | Uint8Array): void {
  const file = join(folder.path, 'mirror', host, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

const drop = (path: string): void => rmSync(join(folder.path, 'mirror', host, path))

/** Publishes these records as upstream does. */
function publish(entries: readonly Entry[], singles = true): void {
  const newest = [...entries].sort((a, b) => (a.modified < b.modified ? 1 : -1))
  put('npm/all.zip', zipOf(Object.fromEntries(entries.map((one) => [`${one.id}.json`, jsonOf(one)]))))
  put('npm/modified_id.csv', newest.map(({ id, modified }) => `${modified},${id}\n`).join(''))
  put('ecosystems.txt', 'npm\nnpm:odd\n')
  if (singles) for (const one of entries) put(`npm/${one.id}.json`, jsonOf(one))
}

const many = (count: number): Entry[] =>
  Array.from({ length: count }, (_one, index) => ({
    id: `GHSA-0000-0000-${String(index).padStart(4, '0')}`,
    modified: `2025-01-01T00:00:${String(index % 60).padStart(2, '0')}Z`,
  }))

async function sync(
  states: ReadonlyMap<string, FeedPartState> = new Map(),
  clock = testClock,
  ecosystems: readonly string[] | 'all' = ['npm'],
): Promise<readonly ReadPart[]> {
  const client = clientFor(join(folder.path, 'mirror'))
  const scratch = join(folder.path, 'scratch')
  mkdirSync(scratch, { recursive: true })
  return readFeed(osvFeed, contextFor(client, scratch, states, clock), { ecosystems })
}

const idsOf = (part: ReadPart | undefined): readonly string[] =>
  advisoriesIn(part?.records ?? []).map(({ id }) => id)

describe('OSV’s exports', () => {
  it('come whole the first time, and not at all while nothing changes', async () => {
    publish(many(30))
    const first = await sync()
    expect(first[0]).toMatchObject({ part: 'osv/npm', outcome: 'changed', mode: 'full' })
    expect(idsOf(first[0])).toHaveLength(30)
    expect(first[0]?.state).toMatchObject({ records: 30, refused: 0, dataDate: '2025-01-01T00:00:29Z' })
    expect(await sync(statesOf(first))).toMatchObject([{ outcome: 'unchanged' }])
  })

  it('bring only what changed when that is little', async () => {
    const old = many(30)
    publish(old)
    const first = await sync()
    const changed = { id: 'GHSA-0000-0000-0003', modified: '2025-02-01T00:00:00Z' }
    const added = { id: 'GHSA-9999-0000-0000', modified: '2025-02-02T00:00:00Z' }
    publish([...old.filter(({ id }) => id !== changed.id), changed, added])
    const second = await sync(statesOf(first))
    expect(second[0]).toMatchObject({ outcome: 'changed', mode: 'delta' })
    expect([...idsOf(second[0])].sort()).toEqual([changed.id, added.id])
    expect(await sync(statesOf(second))).toMatchObject([{ outcome: 'unchanged' }])
  })

  it.each([
    ['much changed', many(30).map((one) => ({ ...one, modified: '2025-03-01T00:00:00Z' })), true, testClock],
    ['something is gone', many(29), true, testClock],
    [
      'the mirror has archives only',
      [...many(30), { id: 'GHSA-9', modified: '2025-02-01T00:00:00Z' }],
      false,
      testClock,
    ],
    ['the last whole one is a week old', many(30), true, fixedClock('2026-11-09T12:00:00Z')],
  ])('come whole again when %s', async (_why, entries, singles, clock) => {
    publish(many(30), singles)
    const first = await sync()
    publish(entries, singles)
    const second = await sync(statesOf(first), clock)
    expect(second[0]).toMatchObject({ outcome: 'changed', mode: 'full' })
    expect(idsOf(second[0])).toHaveLength(entries.length)
  })

  it('need no list of what was modified', async () => {
    publish(many(3))
    drop('npm/modified_id.csv')
    const first = await sync()
    expect(idsOf(first[0])).toHaveLength(3)
    expect(await sync(statesOf(first))).toMatchObject([{ outcome: 'unchanged' }])
  })

  it('lose one record to a bad one, with a diagnostic', async () => {
    publish([...many(2), { id: 'GHSA-bad', modified: '2025-01-01T00:00:00Z', text: '{"id":' }])
    const [part] = await sync()
    expect(idsOf(part)).toHaveLength(2)
    expect(part?.state).toMatchObject({ records: 2, refused: 1 })
    expect(part?.diagnostics).toMatchObject([
      { level: 'error', code: 'FEED_RECORD_INVALID', place: 'record GHSA-bad' },
    ])
  })

  it('refuse a record that unpacks to far more than it holds', async () => {
    publish([
      ...many(2),
      { id: 'GHSA-bomb', modified: '2025-01-01T00:00:00Z', text: `"${' '.repeat(8_000_000)}"` },
    ])
    const [part] = await sync()
    expect(idsOf(part)).toHaveLength(2)
    expect(part?.diagnostics).toMatchObject([{ place: 'record GHSA-bomb' }])
  })

  it('refuse a record whose checksum is wrong', async () => {
    const archive = zipOf(Object.fromEntries(many(20).map((one) => [`${one.id}.json`, jsonOf(one)])))
    archive.writeUInt8(archive.readUInt8(120) ^ 0xff, 120)
    put('npm/all.zip', archive)
    const [part] = await sync()
    expect(part?.state).toMatchObject({ records: 19, refused: 1 })
  })

  it.each([
    ['cut off', (archive: Buffer) => archive.subarray(0, archive.length - 30)],
    ['no ZIP', () => Buffer.from('<html>Not today</html>')],
    ['empty', () => Buffer.alloc(0)],
  ])('fail as a whole when the archive is %s', async (_how, spoil) => {
    publish(many(3))
    put('npm/all.zip', spoil(zipOf({ 'a.json': '{}' })))
    expect(await sync()).toMatchObject([{ outcome: 'failed', error: 'FEED_MALFORMED' }])
  })

  it('fail as a whole when most records are bad, and when there are none', async () => {
    publish(many(30).map((one, index) => (index < 25 ? { ...one, text: '[]' } : one)))
    expect(await sync()).toMatchObject([{ outcome: 'broken', error: { code: 'FEED_MALFORMED' } }])
    put('npm/all.zip', zipOf({ 'readme.txt': 'nothing' }))
    expect(await sync()).toMatchObject([{ outcome: 'broken', error: { code: 'FEED_MALFORMED' } }])
  })

  it('fail when the list of modified records is none', async () => {
    publish(many(3))
    put('npm/modified_id.csv', '<html>')
    expect(await sync()).toMatchObject([{ outcome: 'failed', error: 'FEED_MALFORMED' }])
  })

  it('fail when an ecosystem is asked for by name and not there; of all, those come that are listed', async () => {
    publish(many(1))
    expect(await sync(new Map(), testClock, ['npm', 'PyPI'])).toMatchObject([
      { part: 'osv/npm', outcome: 'changed' },
      { part: 'osv/PyPI', outcome: 'failed', error: 'FEED_MISSING' },
    ])
    expect(await sync(new Map(), testClock, ['Amazon Linux'])).toEqual([])
    expect((await sync(new Map(), testClock, 'all')).map(({ part }) => part)).toEqual(['osv/npm'])
  })
})

it('of one millisecond, the list tells the later by its microseconds', () => {
  const text = '2025-01-01T00:00:00.000002Z,b\n2025-01-01T00:00:00.000001Z,a\n'
  expect(readModifiedList(text, '2025-01-01T00:00:00.000001Z', 'x')).toEqual({
    newest: '2025-01-01T00:00:00.000002Z',
    count: 2,
    changed: ['b'],
  })
})
