// Parts that are one file: fetched when it changed, checked, read record by record.

import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { FeedContext, FeedRecord, FeedUpdate } from './feed.ts'
import { fetchFile } from './fetch-file.ts'
import type { Tally } from './part.ts'
import { changedPart, failedPart, missingPart, unchangedPart } from './part.ts'

export interface FilePart {
  readonly part: string
  readonly url: string
  readonly maximumBytes: number
  readonly mayBeEmpty?: boolean
  /** Reads the file. Throws when the whole is not what it should be. `instant`: when upstream last changed it, or now. */
  readonly read: (
    file: string,
    tally: Tally,
    instant: string,
  ) => AsyncIterable<FeedRecord> | Iterable<FeedRecord>
}

/** The part's update. A part that is not there is `failed`, unless `optional`: then it is undefined. */
export async function updateFilePart(context: FeedContext, one: FilePart): Promise<FeedUpdate>
export async function updateFilePart(
  context: FeedContext,
  one: FilePart,
  optional: true,
): Promise<FeedUpdate | undefined>
export async function updateFilePart(
  context: FeedContext,
  { part, url, maximumBytes, mayBeEmpty = false, read }: FilePart,
  optional = false,
): Promise<FeedUpdate | undefined> {
  try {
    const cursor = context.previous(part)?.cursor
    const fetched = await fetchFile(context, url, { part, maximumBytes, cursor })
    if (fetched === 'not-modified') return unchangedPart(context, part)
    if (fetched === 'missing') {
      if (optional) return undefined
      throw missingPart(context, url)
    }
    const changedAt = Date.parse(fetched.cursor['lastModified'] ?? '')
    const instant = Number.isNaN(changedAt) ? context.clock.now() : new Date(changedAt)
    return changedPart(context, {
      part,
      mode: 'full',
      cursor: fetched.cursor,
      path: context.client.locate(url),
      files: [fetched.path],
      mayBeEmpty,
      read: (tally) => read(fetched.path, tally, instant.toISOString()),
    })
  } catch (error) {
    return failedPart(context, part, error)
  }
}

/** The file's content, inflated when it is gzip: some servers send `.gz` files already unpacked. */
export async function openMaybeGzip(file: string): Promise<Readable> {
  const handle = await open(file)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
  await handle.close()
  const source = createReadStream(file, { highWaterMark: 256 * 1024 })
  if (bytesRead < 2 || buffer.readUInt16BE(0) !== 0x1f8b) return source
  return pipeline(source, createGunzip(), () => undefined)
}

/** The stream's text, in pieces; throws once there are more bytes than `most`. */
export async function* boundedText(stream: Readable, most: number): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes > most) throw new Error(`it unpacks to more than ${most} bytes`)
    yield decoder.decode(chunk, { stream: true })
  }
  yield decoder.decode()
}
