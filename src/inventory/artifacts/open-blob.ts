// Opens a layer's compressed bytes, from a file or from a registry, and vouches for them: what ends without an
// error had the size and the digest that the manifest names. Importable from a worker thread; takes plain data.

import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { downloadBlob, verifiedBlob } from '../../oci/index.ts'
import { createHttp, LongwatchError, messageOf } from '../../platform/index.ts'
import type { Http, Limits } from '../../platform/index.ts'
import type { LayerSource } from './artifact.ts'

type FileSource = Extract<LayerSource, { readonly kind: 'blob-file' }>
type RegistrySource = Extract<LayerSource, { readonly kind: 'registry-blob' }>

/** The kinds of layer that are one blob of (mostly compressed) tar. */
export type BlobSource = FileSource | RegistrySource

export interface OpenBlobOptions {
  readonly signal: AbortSignal
  readonly limits: Limits
  /** For registry blobs; one that lasts as long as the stream is made when absent. */
  readonly http?: Http
}

const chunkBytes = 1024 * 1024

/**
 * The blob's bytes as they are stored, read once. Rejects when it cannot be opened: `LAYER_MISSING`, `LAYER_UNAUTHORIZED` (fresh
 * credentials may help: `Artifact.refresh`), `REGISTRY_RATE_LIMITED`, `REGISTRY_TIMEOUT`, `REGISTRY_UNREACHABLE`,
 * `REGISTRY_CERTIFICATE`, `REGISTRY_FAILED`. Reading throws `LAYER_TRUNCATED` or `LAYER_DIGEST_MISMATCH` once that is known, at
 * the latest in place of its end, `REGISTRY_TIMEOUT` when the registry stalls, and the signal's reason on abort. The
 * caller reads it to its end or returns early.
 */
export async function openBlob(
  source: BlobSource,
  options: OpenBlobOptions,
): Promise<AsyncGenerator<Uint8Array>> {
  options.signal.throwIfAborted()
  return source.kind === 'blob-file' ? openFile(source, options.signal) : openRegistryBlob(source, options)
}

async function openFile(source: FileSource, signal: AbortSignal): Promise<AsyncGenerator<Uint8Array>> {
  const { file: place, digest, length: size } = source
  const handle = await open(source.file, 'r').catch((error: unknown) => {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    const message = absent
      ? `layer ${digest} is missing`
      : `layer ${digest} cannot be opened: ${messageOf(error)}`
    throw new LongwatchError('LAYER_MISSING', message, {
      place,
      remedy: 'Copy or save the image again.',
      cause: error,
    })
  })
  const range = { start: source.offset, end: source.offset + size - 1, highWaterMark: chunkBytes }
  if (size === 0) await handle.close()
  const bytes = size === 0 ? nothing() : createReadStream('', { fd: handle, ...range })
  return verifiedBlob(bytes, { digest, size, noun: 'layer', place }, { signal, stop: () => undefined })
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function openRegistryBlob(
  source: RegistrySource,
  options: OpenBlobOptions,
): Promise<AsyncGenerator<Uint8Array>> {
  const { certificateAuthority, digest, size, url } = source
  const stopped = new AbortController()
  const signal = AbortSignal.any([options.signal, stopped.signal])
  const http = options.http ?? createHttp(certificateAuthority === undefined ? {} : { certificateAuthority })
  return downloadBlob(
    async (from) =>
      http.request(url, {
        signal,
        headers: { ...source.headers, ...(from === 0 ? {} : { range: `bytes=${from}-` }) },
        idleMilliseconds: options.limits.idleMilliseconds,
        retries: 2,
      }),
    { digest, size, noun: 'layer', place: url },
    {
      signal: options.signal,
      stop() {
        stopped.abort()
        // It only waits for connections that are ending already.
        if (options.http === undefined) http.close().catch(() => undefined)
      },
    },
  )
}
