// What tests of feeds need: a context without a world, servers of this machine, and updates read to their end.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import type { Advisory, Diagnostic, Signals } from '../../model/index.ts'
import { createHttp, fixedClock, silentProgress } from '../../platform/index.ts'
import type { Clock } from '../../platform/index.ts'
import type { FeedClient } from './client.ts'
import { createFeedClient } from './create-client.ts'
import type { Feed, FeedContext, FeedPartState, FeedRecord, FeedScope, FeedUpdate } from './feed.ts'
import type { Tally } from './part.ts'

/** The instant at which tests of feeds take place. */
export const testClock: Clock = fixedClock('2026-11-01T12:00:00Z')

/** An empty folder that is removed by `remove`. */
export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'longwatch-feeds-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A client for a folder, or for any base URL. */
export function clientFor(mirror: string): FeedClient {
  return createFeedClient({
    mirror,
    http: createHttp({ backoffMilliseconds: 1, random: () => 0.5 }),
    clock: testClock,
  })
}

/** A feed's context; `states` holds what earlier syncs left. */
export function contextFor(
  client: FeedClient,
  scratch: string,
  states: ReadonlyMap<string, FeedPartState> = new Map(),
  clock: Clock = testClock,
): FeedContext {
  return {
    client,
    clock,
    progress: silentProgress,
    signal: new AbortController().signal,
    scratch,
    previous: (part) => states.get(part),
  }
}

/** One part, read to its end and disposed. */
export interface ReadPart {
  readonly part: string
  readonly outcome: FeedUpdate['outcome'] | 'broken'
  readonly mode?: 'full' | 'delta'
  readonly records: readonly FeedRecord[]
  readonly state?: FeedPartState
  readonly diagnostics: readonly Diagnostic[]
  /** Why it is `failed`, or what its records threw. */
  readonly error?: unknown
}

/** Every part that the scope touches. */
export async function readFeed(
  feed: Feed,
  context: FeedContext,
  scope: FeedScope = { ecosystems: 'all' },
): Promise<readonly ReadPart[]> {
  const parts: ReadPart[] = []
  for await (const update of feed.update(scope, context)) parts.push(await readUpdate(update))
  return parts
}

async function readUpdate(update: FeedUpdate): Promise<ReadPart> {
  const { part, outcome } = update
  if (outcome === 'unchanged') return { part, outcome, records: [], diagnostics: [] }
  if (outcome === 'failed')
    return { part, outcome, records: [], diagnostics: [update.diagnostic], error: update.diagnostic.code }
  const records: FeedRecord[] = []
  try {
    for await (const record of update.records) records.push(record)
    const { state, diagnostics } = update.finish()
    return { part, outcome, mode: update.mode, records, state, diagnostics }
  } catch (error) {
    return { part, outcome: 'broken', records, diagnostics: [], error }
  } finally {
    await update.dispose()
  }
}

/** The states that the parts left, for the next round. */
export function statesOf(parts: readonly ReadPart[]): ReadonlyMap<string, FeedPartState> {
  return new Map(parts.flatMap(({ part, state }) => (state === undefined ? [] : [[part, state] as const])))
}

/** Only the advisories among the records. */
export function advisoriesIn(records: Iterable<FeedRecord>): readonly Advisory[] {
  return [...records].flatMap((record) => (record.kind === 'advisory' ? [record.advisory] : []))
}

/** The signals among the records, by CVE. */
export function signalsIn(records: Iterable<FeedRecord>): ReadonlyMap<string, Signals> {
  return new Map(
    [...records].flatMap((record) =>
      record.kind === 'signals' ? [[record.cve, record.signals] as const] : [],
    ),
  )
}

/** Collects what an asynchronous source yields. */
export async function collect<T>(source: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const one of source) all.push(one)
  return all
}

/** A tally that remembers. */
export function testTally(): Tally & {
  readonly refused: readonly string[]
  readonly dates: readonly string[]
} {
  const refused: string[] = []
  const dates: string[] = []
  return {
    refused,
    dates,
    refuse: (place, message) => {
      refused.push(`${place}: ${message}`)
    },
    date: (text) => {
      if (text !== undefined) dates.push(text)
    },
  }
}

/** A server of this machine. */
export async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<{
  readonly url: string
  readonly requests: readonly IncomingMessage[]
  readonly close: () => Promise<void>
}> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** A ZIP of these files, deflated. APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16. */
export function zipOf(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(crc32(bytes), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(bytes.length, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, Buffer.from(name), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    central.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\0'), fields, tail, Buffer.from(name)]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(central.length, 4)
  end.writeUInt16LE(central.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\u0005\u0006'), end])
}
