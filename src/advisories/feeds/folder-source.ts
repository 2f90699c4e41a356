// A feeds mirror that is a folder: `<folder>/<host>/<path>`.

import { realpath } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { LongwatchError, messageOf } from '../../platform/index.ts'
import type { FeedClient, FeedRequest, FeedResponse } from './client.ts'

/**
 * Reads upstream URLs from a folder. Links are followed inside the folder only. Size and modification time make the ETag.
 * A query string belongs to the file name, as mirroring tools write it.
 */
export function createFolderSource(folder: string): FeedClient {
  const locate = (upstreamUrl: string): string => join(folder, ...segmentsOf(new URL(upstreamUrl)))
  return {
    locate,
    async get(upstreamUrl, request) {
      const path = locate(upstreamUrl)
      const root = await rootOf(folder)
      try {
        const real = await realpath(path)
        if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) throw outside(path)
        const file = await open(real)
        try {
          return await answerOf(file, path, request)
        } catch (error) {
          await file.close()
          throw error
        }
      } catch (error) {
        if (error instanceof LongwatchError) throw error
        const code = codeOf(error)
        if (code === 'ENOENT' || code === 'ENOTDIR') return { status: 'missing' }
        throw new LongwatchError('FEED_REFUSED', `the file cannot be read: ${messageOf(error)}`, {
          place: path,
          cause: error,
        })
      }
    },
  }
}

async function answerOf(file: FileHandle, path: string, request: FeedRequest): Promise<FeedResponse> {
  const stat = await file.stat({ bigint: true })
  if (!stat.isFile()) {
    await file.close()
    return { status: 'missing' }
  }
  const etag = `"${stat.size.toString(16)}-${stat.mtimeNs.toString(16)}"`
  if (request.etag === etag) {
    await file.close()
    return { status: 'not-modified' }
  }
  if (stat.size > BigInt(request.maximumBytes)) {
    throw new LongwatchError('FEED_TOO_LARGE', `the file has more than ${request.maximumBytes} bytes`, {
      place: path,
    })
  }
  const length = Number(stat.size)
  // `end` keeps a file that grows meanwhile within the bound.
  const body: Readable =
    length === 0
      ? file.createReadStream()
      : file.createReadStream({ end: length - 1, signal: request.signal, highWaterMark: 256 * 1024 })
  // A file's own time is when the mirror was made from upstream's, as near as a folder can tell.
  return { status: 'ok', etag, lastModified: stat.mtime.toUTCString(), length, body }
}

function segmentsOf(url: URL): readonly string[] {
  const segments = [url.host, ...url.pathname.split('/').filter((segment) => segment !== '')].map(decode)
  const last = segments.pop() ?? ''
  const all = [...segments, url.search === '' ? last : `${last}${decode(url.search.replaceAll('/', '%2F'))}`]
  for (const segment of all) {
    if (segment === '.' || segment === '..' || /[/\\\0]/.test(segment)) throw outside(url.href)
  }
  return all
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // Not an escape after all; the name is what it is.
    return text
  }
}

async function rootOf(folder: string): Promise<string> {
  try {
    return await realpath(folder)
  } catch (error) {
    throw new LongwatchError(
      'FEED_UNREACHABLE',
      `the mirror's folder cannot be opened: ${messageOf(error)}`,
      {
        place: folder,
        remedy: 'Name the folder that has one folder for each upstream host.',
        cause: error,
      },
    )
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

const outside = (place: string): LongwatchError =>
  new LongwatchError('FEED_REFUSED', 'the address leaves the mirror', { place })
