// Streams that vouch for what they give: one that ends without an error had the size and the digest it was promised.

import { createHash } from 'node:crypto'
import type { Digest } from '../model/index.ts'
import { hasCode, LongwatchError } from '../platform/index.ts'
import type { HttpResponse } from '../platform/index.ts'
import { registryFailure, statusError } from './registry-error.ts'

/** A blob as a manifest names it, and what to call it in errors. */
export interface BlobIdentity {
  readonly digest: Digest
  readonly size: number
  readonly noun: 'layer' | 'blob'
  /** The file or URL it comes from. */
  readonly place: string
}

/** Asks for the blob from this byte on. May throw what the http client throws. */
export type BlobRequest = (from: number) => Promise<HttpResponse>

const codes = {
  layer: {
    mismatch: 'LAYER_DIGEST_MISMATCH',
    truncated: 'LAYER_TRUNCATED',
    missing: 'LAYER_MISSING',
    unauthorized: 'LAYER_UNAUTHORIZED',
  },
  blob: {
    mismatch: 'BLOB_DIGEST_MISMATCH',
    truncated: 'BLOB_TRUNCATED',
    missing: 'BLOB_MISSING',
    unauthorized: 'REGISTRY_UNAUTHORIZED',
  },
} as const
const again = 'Pull or save the image again; if it stays so, it must be built and pushed anew.'

/** How often a download that broke off is taken up where it ended. */
const resumes = 3

/**
 * A blob over HTTP. Rejects when the first answer is not the blob; reading it throws `LAYER_TRUNCATED` or `LAYER_DIGEST_MISMATCH`
 * (`BLOB_…` for other blobs), `REGISTRY_TIMEOUT` when it stalls, the signal's reason on abort. A connection that breaks is taken up
 * again with a range. `stop` is called once, when reading ends or is given up: it must end requests under way.
 */
export async function downloadBlob(
  request: BlobRequest,
  blob: BlobIdentity,
  options: { readonly signal: AbortSignal; stop(): void },
): Promise<AsyncGenerator<Uint8Array>> {
  try {
    const first = await ask(request, 0, blob, options.signal)
    return verifiedBlob(continued(first, request, blob, options.signal), blob, options)
  } catch (error) {
    options.stop()
    throw error
  }
}

async function ask(
  request: BlobRequest,
  from: number,
  blob: BlobIdentity,
  signal: AbortSignal,
): Promise<HttpResponse> {
  let response: HttpResponse
  try {
    response = await request(from)
  } catch (error) {
    signal.throwIfAborted()
    throw registryFailure(error, `${blob.noun} ${blob.digest}`)
  }
  const { status } = response
  if (status === 200 || status === 206) return response
  const { host } = new URL(blob.place)
  const { place } = blob
  if (status === 404 || status === 410) {
    response.body.on('error', () => undefined).destroy()
    const message = `${host} does not have ${blob.noun} ${blob.digest}`
    throw new LongwatchError(codes[blob.noun].missing, message, { place, remedy: 'Push the image again.' })
  }
  throw await statusError(response, {
    host,
    place,
    what: `${blob.noun} ${blob.digest}`,
    unauthorized: codes[blob.noun].unauthorized,
  })
}

async function* continued(
  first: HttpResponse,
  request: BlobRequest,
  blob: BlobIdentity,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let { body, status } = first
  let received = 0
  for (let left = resumes; ; left -= 1) {
    // A server without ranges begins anew: what we have is passed over.
    let known = status === 206 ? 0 : received
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        const fresh = known === 0 ? chunk : chunk.subarray(Math.min(known, chunk.length))
        known -= chunk.length - fresh.length
        if (fresh.length === 0) continue
        received += fresh.length
        yield fresh
      }
      return
    } catch (error) {
      if (!hasCode(error, 'HTTP_BROKEN')) throw registryFailure(error, `${blob.noun} ${blob.digest}`)
      if (left === 0 || received >= blob.size) throw truncated(blob, received, error)
    }
    ;({ body, status } = await ask(request, received, blob, signal))
  }
}

/**
 * `bytes`, counted and hashed on their way. An error comes after everything that was good before it, so that what can be read of a
 * damaged blob is read. The caller iterates to the end or returns early.
 */
export async function* verifiedBlob(
  bytes: AsyncIterable<Uint8Array>,
  blob: BlobIdentity,
  options: { readonly signal: AbortSignal; stop(): void },
): AsyncGenerator<Uint8Array> {
  const { signal } = options
  const [algorithm, hex] = blob.digest.split(':') as [string, string]
  const hash = createHash(algorithm)
  let received = 0
  try {
    signal.throwIfAborted()
    for await (const chunk of bytes) {
      signal.throwIfAborted()
      received += chunk.length
      if (received > blob.size) {
        throw mismatch(blob, `it is longer than the ${blob.size} bytes that the manifest says`)
      }
      hash.update(chunk)
      yield chunk
    }
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    options.stop()
  }
  if (received < blob.size) throw truncated(blob, received)
  if (hash.digest('hex') !== hex) throw mismatch(blob, 'its bytes are not those that the digest names')
}

function mismatch({ digest, noun, place }: BlobIdentity, why: string): LongwatchError {
  return new LongwatchError(codes[noun].mismatch, `${noun} ${digest} is damaged: ${why}`, {
    place,
    remedy: again,
  })
}

function truncated(
  { digest, noun, place, size }: BlobIdentity,
  received: number,
  cause?: unknown,
): LongwatchError {
  const message = `${noun} ${digest} is cut short: ${received} of ${size} bytes are there`
  return new LongwatchError(codes[noun].truncated, message, {
    place,
    remedy: again,
    ...(cause === undefined ? {} : { cause }),
  })
}
