// The one door to upstream: https hosts, a mirror that serves `<base>/<host>/<path>`, or a folder laid out the same way.

import { Transform, pipeline } from 'node:stream'
import type { Readable, TransformCallback } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { createGunzip } from 'node:zlib'
import type { Clock, Http, HttpResponse } from '../../platform/index.ts'
import { LongwatchError, messageOf } from '../../platform/index.ts'
import type { FeedClient, FeedRequest, FeedResponse } from './client.ts'
import { createFolderSource } from './folder-source.ts'

export interface FeedClientOptions {
  /** Base URL or folder that holds `<host>/<path>` for each upstream; absent: upstream itself. */
  readonly mirror?: string
  readonly http: Http
  readonly clock: Clock
}

/** A client for upstream or for a mirror of it. A mirror's query strings are passed on; a folder has them in the file name. */
export function createFeedClient(options: FeedClientOptions): FeedClient {
  const { mirror } = options
  if (mirror === undefined) return httpClient(options.http, (url) => url.href)
  const base = URL.parse(mirror)
  if (base?.protocol === 'http:' || base?.protocol === 'https:') {
    const root = base.href.replace(/[?#].*$/, '').replace(/\/+$/, '')
    return httpClient(options.http, (url) => `${root}/${url.host}${url.pathname}${url.search}`)
  }
  return createFolderSource(base?.protocol === 'file:' ? fileURLToPath(base) : mirror)
}

function httpClient(http: Http, rewrite: (url: URL) => string): FeedClient {
  const locate = (upstreamUrl: string): string => rewrite(new URL(upstreamUrl))
  return {
    locate,
    async get(upstreamUrl, request) {
      const url = locate(upstreamUrl)
      let response: HttpResponse
      try {
        response = await http.request(url, { headers: headersOf(request), signal: request.signal })
      } catch (error) {
        request.signal.throwIfAborted()
        throw unreachable(url, error)
      }
      return answerOf(url, response, request)
    },
  }
}

const headersOf = ({ etag, lastModified, headers }: FeedRequest): Record<string, string> => ({
  'accept-encoding': 'gzip',
  ...headers,
  ...(etag === undefined ? {} : { 'if-none-match': etag }),
  // RFC 9110, section 13.1.3: ignored by the server when If-None-Match is there.
  ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
})

function answerOf(url: string, response: HttpResponse, request: FeedRequest): FeedResponse {
  const { status, headers, body } = response
  const drop = (): void => {
    body.on('error', () => undefined).destroy()
  }
  if (status !== 200) {
    drop()
    if (status === 304) return { status: 'not-modified' }
    if (status === 404 || status === 410) return { status: 'missing' }
    throw refused(url, status)
  }
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (!['identity', 'gzip', 'x-gzip'].includes(encoding)) {
    drop()
    throw new LongwatchError('FEED_REFUSED', `the answer is encoded as ${encoding.slice(0, 40)}`, {
      place: url,
    })
  }
  const plain = encoding === 'identity'
  const length = Number(headers.get('content-length') ?? Number.NaN)
  if (plain && length > request.maximumBytes) {
    drop()
    throw tooLarge(url, request.maximumBytes)
  }
  const etag = headers.get('etag')
  const lastModified = headers.get('last-modified')
  return {
    status: 'ok',
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
    ...(plain && Number.isSafeInteger(length) ? { length } : {}),
    body: decoded(url, body, plain, request.maximumBytes),
  }
}

/** Decompresses, counts, and gives every failure of the body our codes. */
function decoded(url: string, body: Readable, plain: boolean, maximumBytes: number): Readable {
  let bytes = 0
  const counter = new Transform({
    transform(chunk: Uint8Array, _encoding: BufferEncoding, done: TransformCallback) {
      bytes += chunk.length
      if (bytes > maximumBytes) done(tooLarge(url, maximumBytes))
      else done(null, chunk)
    },
    destroy(error, done) {
      done(error === null ? null : namedBodyError(url, error))
    },
  })
  // The reader gets the error from the stream itself.
  const ended = (): void => undefined
  if (plain) pipeline(body, counter, ended)
  else pipeline(body, createGunzip(), counter, ended)
  return counter
}

function namedBodyError(url: string, error: Error): Error {
  if (error.name === 'AbortError') return error
  if (error instanceof LongwatchError && error.code.startsWith('FEED_')) return error
  return new LongwatchError('FEED_TRUNCATED', `the answer broke off: ${messageOf(error)}`, {
    place: url,
    remedy: 'Try again; the last good data stays in use.',
    cause: error,
  })
}

function refused(url: string, status: number): LongwatchError {
  // Only after every retry: what the server could not do just now is no refusal.
  const busy = status >= 500 || status === 429 || status === 408
  return new LongwatchError(
    busy ? 'FEED_UNREACHABLE' : 'FEED_REFUSED',
    `${new URL(url).host} answered with status ${status}`,
    {
      place: url,
      remedy: busy
        ? 'Try again later; the last good data stays in use.'
        : 'Check the address and what it asks for (a proxy, a key).',
    },
  )
}

const tooLarge = (url: string, maximumBytes: number): LongwatchError =>
  new LongwatchError('FEED_TOO_LARGE', `the answer has more than ${maximumBytes} bytes`, { place: url })

function unreachable(url: string, error: unknown): LongwatchError {
  const remedy = error instanceof LongwatchError ? error.remedy : undefined
  return new LongwatchError('FEED_UNREACHABLE', messageOf(error), {
    place: url,
    ...(remedy === undefined ? {} : { remedy }),
    cause: error,
  })
}
