// Opens a layer's compressed bytes, from a file or from a registry, and vouches for them: what ends without an
// error had the size and the digest that the manifest names. Importable from a worker thread; takes plain data.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable, Transform, pipeline } from 'node:stream'
import type { Digest } from '../../model/index.ts'
import { createHttp, hasCode, LongwatchError, messageOf } from '../../platform/index.ts'
import type { Http, HttpResponse, Limits } from '../../platform/index.ts'
import type { LayerSource } from './artifact.ts'

/** The kinds of layer that are one blob of (mostly compressed) tar. */
export type BlobSource = Extract<LayerSource, { readonly kind: 'blob-file' | 'registry-blob' }>

export interface OpenBlobOptions {
  readonly signal: AbortSignal
  readonly limits: Limits
  /** For registry blobs; one that lasts as long as the stream is made when absent. */
  readonly http?: Http
}

/** How often a download that broke off is taken up again where it ended. */
const resumes = 3
const chunkBytes = 256 * 1024

/**
 * The blob's bytes as they are stored. Rejects when it cannot be opened: `LAYER_MISSING`, `LAYER_UNAUTHORIZED` (fresh
 * credentials may help: `Artifact.refresh`), `REGISTRY_RATE_LIMITED`, `REGISTRY_TIMEOUT`, `REGISTRY_UNREACHABLE`, `REGISTRY_FAILED`.
 * The stream errors with `LAYER_TRUNCATED` or `LAYER_DIGEST_MISMATCH` once that is known, at the latest in place of its end, with
 * `REGISTRY_TIMEOUT` when the registry stalls, and with the signal's reason on abort. The caller reads it to its end or destroys it.
 */
export async function openBlob(source: BlobSource, options: OpenBlobOptions): Promise<Readable> {
  options.signal.throwIfAborted()
  return source.kind === 'blob-file' ? openFile(source, options) : openRegistryBlob(source, options)
}

async function openFile(
  source: Extract<BlobSource, { kind: 'blob-file' }>,
  { signal }: OpenBlobOptions,
): Promise<Readable> {
  const place = source.file
  const handle = await open(source.file, 'r').catch((error: unknown) => {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new LongwatchError(
      'LAYER_MISSING',
      absent
        ? `layer ${source.digest} is missing`
        : `layer ${source.digest} cannot be opened: ${messageOf(error)}`,
      { place, remedy: 'Copy or save the image again.', cause: error },
    )
  })
  const verify = verifier(source.digest, source.length, place)
  if (source.length === 0) {
    await handle.close()
    verify.end()
    return verify
  }
  const bytes = createReadStream('', {
    fd: handle,
    start: source.offset,
    end: source.offset + source.length - 1,
    highWaterMark: chunkBytes,
  })
  return joined(bytes, verify, signal, () => undefined)
}

async function openRegistryBlob(
  source: Extract<BlobSource, { kind: 'registry-blob' }>,
  options: OpenBlobOptions,
): Promise<Readable> {
  const stopped = new AbortController()
  const signal = AbortSignal.any([options.signal, stopped.signal])
  const { certificateAuthority } = source
  const own =
    options.http === undefined
      ? createHttp(certificateAuthority === undefined ? {} : { certificateAuthority })
      : undefined
  const finish = (): void => {
    stopped.abort()
    own?.close().catch(() => undefined) // it only waits for connections that are ending already
  }
  const request: Fetch = async (from) => {
    const http = options.http ?? own
    if (http === undefined) throw new TypeError('no http client')
    try {
      return await http.request(source.url, {
        signal,
        headers: { ...source.headers, ...(from === 0 ? {} : { range: `bytes=${from}-` }) },
        idleMilliseconds: options.limits.idleMilliseconds,
        retries: 2,
      })
    } catch (error) {
      options.signal.throwIfAborted()
      throw registryError(error, source)
    }
  }
  try {
    const first = await request(0)
    checkStatus(first, source)
    const bytes = Readable.from(download(first, request, source), { objectMode: false })
    return joined(bytes, verifier(source.digest, source.size, source.url), options.signal, finish)
  } catch (error) {
    finish()
    throw error
  }
}

type Fetch = (from: number) => Promise<HttpResponse>

/** The body, taken up again with a range where the connection broke off. */
async function* download(
  first: HttpResponse,
  request: Fetch,
  source: Extract<BlobSource, { kind: 'registry-blob' }>,
): AsyncGenerator<Uint8Array> {
  let response = first
  let received = 0
  for (let left = resumes; ; left -= 1) {
    try {
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        received += chunk.length
        yield chunk
      }
      return
    } catch (error) {
      if (!hasCode(error, 'HTTP_BROKEN')) throw registryError(error, source)
      if (left === 0 || received >= source.size) throw truncated(source.digest, received, source.size, error)
      response = await request(received)
      checkStatus(response, source)
      // Without ranges the answer begins anew: pass over what we have.
      if (response.status !== 206) response = { ...response, body: skip(response.body, received) }
    }
  }
}

function skip(body: Readable, bytes: number): Readable {
  return Readable.from(
    (async function* rest() {
      let left = bytes
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        if (left < chunk.length) yield chunk.subarray(left)
        left = Math.max(0, left - chunk.length)
      }
    })(),
    { objectMode: false },
  )
}

/** Connects source and verifier so that the end, an error or an abort of one ends the other. */
function joined(bytes: Readable, verify: Transform, signal: AbortSignal, finish: () => void): Readable {
  const onAbort = (): void => void verify.destroy(abortReason(signal))
  signal.addEventListener('abort', onAbort, { once: true })
  verify.once('close', () => {
    signal.removeEventListener('abort', onAbort)
    finish()
  })
  // Errors reach the caller through `verify`, which pipeline destroys with them.
  pipeline(bytes, verify, () => undefined)
  if (signal.aborted) onAbort()
  return verify
}

function abortReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason })
}

/** Passes bytes on while counting and hashing them; the end comes only when both are right. */
function verifier(digest: Digest, size: number, place: string): Transform {
  const [algorithm, hex] = digest.split(':') as [string, string]
  const hash = createHash(algorithm)
  let received = 0
  return new Transform({
    readableHighWaterMark: chunkBytes,
    writableHighWaterMark: chunkBytes,
    transform(chunk: Uint8Array, _encoding, done) {
      received += chunk.length
      if (received > size) {
        done(mismatch(digest, place, `it is longer than the ${size} bytes that the manifest says`))
        return
      }
      hash.update(chunk)
      done(null, chunk)
    },
    flush(done) {
      if (received < size) done(truncated(digest, received, size, undefined, place))
      else if (hash.digest('hex') === hex) done()
      else done(mismatch(digest, place, 'its bytes are not those that the digest names'))
    },
  })
}

function mismatch(digest: Digest, place: string, why: string): LongwatchError {
  return new LongwatchError('LAYER_DIGEST_MISMATCH', `layer ${digest} is damaged: ${why}`, {
    place,
    remedy: 'Pull or save the image again; if it stays so, the image must be rebuilt and pushed anew.',
  })
}

function truncated(
  digest: Digest,
  received: number,
  size: number,
  cause?: unknown,
  place?: string,
): LongwatchError {
  return new LongwatchError(
    'LAYER_TRUNCATED',
    `layer ${digest} is cut short: ${received} of ${size} bytes are there`,
    {
      place: place ?? digest,
      remedy: 'Pull or save the image again; if it stays so, the image must be rebuilt and pushed anew.',
      ...(cause === undefined ? {} : { cause }),
    },
  )
}

function checkStatus(response: HttpResponse, source: Extract<BlobSource, { kind: 'registry-blob' }>): void {
  const { status } = response
  if (status === 200 || status === 206) return
  response.body.on('error', () => undefined).destroy()
  const { host } = new URL(source.url)
  const place = source.url
  if (status === 401 || status === 403) {
    throw new LongwatchError('LAYER_UNAUTHORIZED', `${host} refuses layer ${source.digest} (${status})`, {
      place,
      remedy: 'Sign in with `docker login`, or pass --username and --password.',
    })
  }
  if (status === 404 || status === 410) {
    throw new LongwatchError('LAYER_MISSING', `${host} does not have layer ${source.digest}`, {
      place,
      remedy: 'Push the image again.',
    })
  }
  if (status === 429) {
    const after = response.headers.get('retry-after')
    throw new LongwatchError('REGISTRY_RATE_LIMITED', `${host} limits requests`, {
      place,
      remedy: after === undefined ? 'Try again later, or sign in.' : `Try again after ${after}, or sign in.`,
    })
  }
  throw new LongwatchError('REGISTRY_FAILED', `${host} answers ${status} for layer ${source.digest}`, {
    place,
    remedy: 'Try again later.',
  })
}

function registryError(error: unknown, source: Extract<BlobSource, { kind: 'registry-blob' }>): Error {
  const { host } = new URL(source.url)
  const place = source.url
  if (hasCode(error, 'HTTP_IDLE')) {
    return new LongwatchError('REGISTRY_TIMEOUT', `${host} stopped sending layer ${source.digest}`, {
      place,
      remedy: 'Try again; a slow registry may need a longer idle limit.',
      cause: error,
    })
  }
  if (hasCode(error, 'HTTP_UNREACHABLE') || hasCode(error, 'HTTP_REDIRECT') || hasCode(error, 'HTTP_URL')) {
    return new LongwatchError(
      'REGISTRY_UNREACHABLE',
      `layer ${source.digest} cannot be fetched: ${error.message}`,
      {
        place,
        ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
        cause: error,
      },
    )
  }
  return error instanceof Error ? error : new Error(messageOf(error))
}
