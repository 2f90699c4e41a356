// OSV's exports, one part per ecosystem. https://google.github.io/osv.dev/data/

import { readFile } from 'node:fs/promises'
import type { Ecosystem } from '../../../model/index.ts'
import { ecosystems } from '../../../model/index.ts'
import { LongwatchError } from '../../../platform/index.ts'
import type { Feed, FeedContext, FeedPartState, FeedRecord, FeedScope, FeedUpdate } from '../feed.ts'
import type { FetchedFile } from '../fetch-file.ts'
import { fetchFile, readText } from '../fetch-file.ts'
import { changedPart, failedPart, malformed, missingPart, unchangedPart } from '../part.ts'
import type { ModifiedList } from './modified.ts'
import { readModifiedList } from './modified.ts'
import { checkOsvZip, readOsvZip, recordsOf } from './zip.ts'

const upstream = 'https://osv-vulnerabilities.storage.googleapis.com'
const mebibyte = 1024 ** 2
const zipBytes = 4096 * mebibyte
const listBytes = 256 * mebibyte
const recordBytes = 32 * mebibyte

/** Records fetched one by one cost a request each; above this many the archive is quicker for every ecosystem. */
const mostSingles = 200
const singlesAtOnce = 8
/** Deleted records show in the archive only, so it comes at least this often. */
const fullEvery = 7 * 24 * 3600 * 1000

export const osvFeed: Feed = {
  name: 'osv',
  title: 'OSV: GitHub, PyPA, Go, RustSec, Debian, Ubuntu, Alpine, AlmaLinux, Rocky, Wolfi and others',
  upstream: `${upstream}/`,
  provides: 'advisories',
  licence: 'CC-BY 4.0 and others, by source; see https://google.github.io/osv.dev/data/',
  async *update(scope, context) {
    for (const ecosystem of await wanted(scope, context)) yield await updatePart(ecosystem, context)
  },
}

/** What is asked for by name must be there; of `all`, what upstream (or the mirror) lists. */
async function wanted(scope: FeedScope, context: FeedContext): Promise<readonly Ecosystem[]> {
  const exported = ecosystems.filter(({ osvExport }) => osvExport !== undefined)
  const { ecosystems: names } = scope
  if (names !== 'all') return exported.filter(({ name }) => names.includes(name))
  try {
    const answer = await context.client.get(`${upstream}/ecosystems.txt`, {
      maximumBytes: mebibyte,
      signal: context.signal,
    })
    if (answer.status !== 'ok') return exported
    const listed = new Set((await readText(answer)).split('\n').map((line) => line.trim().split(':', 1)[0]))
    return exported.filter(({ osvExport }) => listed.has(osvExport))
  } catch (error) {
    context.signal.throwIfAborted()
    if (error instanceof LongwatchError) return exported
    throw error
  }
}

async function updatePart(ecosystem: Ecosystem, context: FeedContext): Promise<FeedUpdate> {
  const part = `osv/${ecosystem.name}`
  const base = `${upstream}/${encodeURIComponent(ecosystem.osvExport ?? ecosystem.name)}`
  try {
    const previous = context.previous(part)
    const list = await fetchList(base, part, previous, context)
    if (list === 'not-modified') return unchangedPart(context, part)
    if (list === 'missing') return await updateWhole(ecosystem, base, undefined, context)
    const stays = mayStay(previous, context) && previous !== undefined && addsUp(list, previous)
    if (stays && list.changed.length === 0) return unchangedPart(context, part)
    const delta = stays ? await fetchDelta(base, list, context) : undefined
    if (delta === undefined) return await updateWhole(ecosystem, base, list, context)
    return changedPart(context, {
      part,
      mode: 'delta',
      cursor: { ...previous?.cursor, ...list.cursor },
      path: context.client.locate(base),
      files: [],
      *read(tally): Generator<FeedRecord> {
        for (const [id, text] of delta) {
          yield* recordsOf(id, text, { feed: part, ecosystem: ecosystem.name }, tally)
        }
      },
    })
  } catch (error) {
    return failedPart(context, part, error)
  }
}

type FetchedList = ModifiedList & { readonly cursor: Readonly<Record<string, string>> }

async function fetchList(
  base: string,
  part: string,
  previous: FeedPartState | undefined,
  context: FeedContext,
): Promise<FetchedList | 'not-modified' | 'missing'> {
  const url = `${base}/modified_id.csv`
  const fetched = await fetchFile(context, url, {
    part: `${part} list`,
    maximumBytes: listBytes,
    cursor: mayStay(previous, context) ? previous?.cursor : undefined,
  })
  if (typeof fetched === 'string') return fetched
  const list = readModifiedList(
    await readFile(fetched.path, 'utf8'),
    previous?.cursor['newest'],
    context.client.locate(url),
  )
  return { ...list, cursor: { ...fetched.cursor, newest: list.newest, count: String(list.count) } }
}

/** False when it is time for the archive whatever the list says. */
function mayStay(previous: FeedPartState | undefined, context: FeedContext): boolean {
  const full = Date.parse(previous?.cursor['fullAt'] ?? '')
  return !Number.isNaN(full) && context.clock.now().getTime() - full < fullEvery
}

/** Fewer records than before: some are gone. More than the changed ones explain: some came with times of the past. */
function addsUp(list: ModifiedList, previous: FeedPartState): boolean {
  const before = Number(previous.cursor['count'] ?? 0)
  return list.count >= before && list.count - list.changed.length <= before
}

/** The changed records one by one; undefined when the archive is less work, or all there is. */
async function fetchDelta(
  base: string,
  list: ModifiedList,
  context: FeedContext,
): Promise<ReadonlyMap<string, string> | undefined> {
  const { changed } = list
  if (changed.length > mostSingles || changed.length * 10 > list.count) return undefined
  const texts = new Map<string, string>()
  for (let start = 0; start < changed.length; start += singlesAtOnce) {
    const batch = changed.slice(start, start + singlesAtOnce)
    const found = await Promise.all(batch.map((id) => fetchSingle(base, id, context)))
    for (const [index, text] of found.entries()) {
      const id = batch[index]
      // A mirror may have the archives alone.
      if (text === undefined || id === undefined) return undefined
      texts.set(id, text)
    }
  }
  return texts
}

async function fetchSingle(base: string, id: string, context: FeedContext): Promise<string | undefined> {
  const answer = await context.client.get(`${base}/${encodeURIComponent(id)}.json`, {
    maximumBytes: recordBytes,
    signal: context.signal,
  })
  return answer.status === 'ok' ? readText(answer) : undefined
}

async function updateWhole(
  ecosystem: Ecosystem,
  base: string,
  list: FetchedList | undefined,
  context: FeedContext,
): Promise<FeedUpdate> {
  const part = `osv/${ecosystem.name}`
  const url = `${base}/all.zip`
  const place = context.client.locate(url)
  const fetched: FetchedFile | 'not-modified' | 'missing' = await fetchFile(context, url, {
    part,
    maximumBytes: zipBytes,
    // With a list the list's validators are kept, which say nothing about the archive.
    ...(list === undefined ? { cursor: context.previous(part)?.cursor } : {}),
  })
  if (fetched === 'missing') throw missingPart(context, url)
  if (fetched === 'not-modified') return unchangedPart(context, part)
  await checkOsvZip(fetched.path).catch((error: unknown) => {
    throw malformed(place, 'the archive is no whole ZIP', error)
  })
  return changedPart(context, {
    part,
    mode: 'full',
    cursor: { ...(list ?? fetched).cursor, fullAt: context.clock.now().toISOString() },
    path: place,
    files: [fetched.path],
    read: (tally) => readOsvZip(fetched.path, { feed: part, ecosystem: ecosystem.name }, tally),
  })
}
