// A feed's file on disk: fetched when it changed, whole or not at all.

import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import type { TransformCallback } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { hasCode, LongwatchError, messageOf } from '../../platform/index.ts'
import type { FeedResponse } from './client.ts'
import type { FeedContext } from './feed.ts'

export interface FetchedFile {
  readonly path: string
  /** Validators and fingerprint, to be kept in the part's cursor under these names. */
  readonly cursor: Readonly<Record<string, string>>
}

export interface FetchOptions {
  /** Name for the progress display and the temporary file. */
  readonly part: string
  readonly maximumBytes: number
  /** The cursor of the last good sync: makes the request conditional. */
  readonly cursor?: Readonly<Record<string, string>> | undefined
  readonly headers?: Readonly<Record<string, string>>
}

const attempts = 3

/**
 * Fetches a file into the scratch folder. `not-modified` when the validators or the bytes are those of the cursor. Throws the
 * client's errors; a body that breaks off is tried again from its start.
 */
export async function fetchFile(
  context: FeedContext,
  url: string,
  options: FetchOptions,
): Promise<FetchedFile | 'not-modified' | 'missing'> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(context, url, options)
    } catch (error) {
      context.signal.throwIfAborted()
      if (!hasCode(error, 'FEED_TRUNCATED') || attempt >= attempts) throw error
    }
  }
}

async function once(
  context: FeedContext,
  url: string,
  { part, maximumBytes, cursor = {}, headers }: FetchOptions,
): Promise<FetchedFile | 'not-modified' | 'missing'> {
  const { client, signal, progress, scratch } = context
  const answer = await client.get(url, {
    maximumBytes,
    signal,
    ...(cursor['etag'] === undefined ? {} : { etag: cursor['etag'] }),
    ...(cursor['lastModified'] === undefined ? {} : { lastModified: cursor['lastModified'] }),
    ...(headers === undefined ? {} : { headers }),
  })
  if (answer.status !== 'ok') return answer.status
  const path = join(scratch, part.replaceAll(/[^\w.-]/g, '_'))
  const task = progress.start(part, 'bytes', answer.length)
  try {
    const fingerprint = await write(answer, path, signal, (bytes) => task.update(bytes))
    task.end()
    if (cursor['sha256'] === fingerprint) {
      await rm(path, { force: true })
      return 'not-modified'
    }
    return {
      path,
      cursor: {
        sha256: fingerprint,
        ...(answer.etag === undefined ? {} : { etag: answer.etag }),
        ...(answer.lastModified === undefined ? {} : { lastModified: answer.lastModified }),
      },
    }
  } catch (error) {
    task.end('failed')
    await rm(path, { force: true })
    signal.throwIfAborted()
    if (error instanceof LongwatchError) throw error
    throw new LongwatchError('FEED_UNREACHABLE', `the answer cannot be kept: ${messageOf(error)}`, {
      place: client.locate(url),
      cause: error,
    })
  }
}

async function write(
  answer: Extract<FeedResponse, { readonly status: 'ok' }>,
  path: string,
  signal: AbortSignal,
  report: (bytes: number) => void,
): Promise<string> {
  const hash = createHash('sha256')
  let bytes = 0
  const counter = new Transform({
    transform(chunk: Uint8Array, _encoding: BufferEncoding, done: TransformCallback) {
      hash.update(chunk)
      bytes += chunk.length
      report(bytes)
      done(null, chunk)
    },
  })
  await pipeline(answer.body, counter, createWriteStream(path), { signal })
  if (answer.length !== undefined && answer.length !== bytes) {
    throw new LongwatchError('FEED_TRUNCATED', `${bytes} bytes came, ${answer.length} were announced`)
  }
  return hash.digest('hex')
}

/** Reads a small body to its end as text. Throws what the body throws. */
export async function readText(answer: Extract<FeedResponse, { readonly status: 'ok' }>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
