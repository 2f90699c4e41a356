// A generation as an OCI artifact: any container registry keeps and spreads it.
// https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage

import { createHash } from 'node:crypto'
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Digest } from '../../model/index.ts'
import {
  formatReference,
  mediaTypes,
  parseManifest as parseOciManifest,
  readBounded,
} from '../../oci/index.ts'
import type { Descriptor, ImageReference, OciClient } from '../../oci/index.ts'
import { invalid, largestManifest, packGeneration, parseManifest, unpackGeneration } from './package.ts'
import type { UnpackOptions } from './package.ts'
import { checkSignature, signBytes } from './signature.ts'
import type { Imported } from './transfer.ts'

const types = {
  artifact: 'application/vnd.longwatch.advisories.v1',
  config: 'application/vnd.longwatch.advisories.manifest.v1+json',
  payload: 'application/vnd.longwatch.advisories.payload.v1+zstd',
  signature: 'application/vnd.longwatch.advisories.signature.v1+json',
} as const

export interface PushOptions {
  readonly dbDir: string
  /** Name of the generation. */
  readonly name: string
  readonly client: OciClient
  readonly reference: ImageReference
  /** Ed25519 private key, PEM; without one the artifact is not signed. */
  readonly privateKey?: string
  readonly signal: AbortSignal
}

export interface Pushed {
  /** Of the artifact's manifest. */
  readonly digest: Digest
  readonly id: string
  readonly bytes: number
  readonly signed: boolean
}

/** Pushes a generation under a reference. Throws what the registry client throws, `KEY_INVALID`, and as opening a generation does. */
export async function pushGeneration(options: PushOptions): Promise<Pushed> {
  const { dbDir, name, client, reference, privateKey, signal } = options
  const scratch = mkdtempSync(join(tmpdir(), 'longwatch-push-'))
  try {
    const path = join(scratch, 'payload')
    const { manifest, bytes } = await packGeneration(dbDir, name, path, Buffer.alloc(0), signal)
    const signature = privateKey === undefined ? undefined : signBytes(bytes, privateKey)
    const { payload } = manifest
    await client.pushBlob(reference, payload.digest, payload.bytes, createReadStream(path), { signal })
    const config = await pushSmall(client, reference, types.config, bytes, signal)
    const layers: Named[] = [{ mediaType: types.payload, digest: payload.digest, size: payload.bytes }]
    if (signature !== undefined)
      layers.push(await pushSmall(client, reference, types.signature, signature, signal))
    const document = {
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      artifactType: types.artifact,
      config,
      layers,
      annotations: {
        'org.opencontainers.image.created': manifest.createdAt,
        'io.longwatch.generation': manifest.id,
      },
    }
    const target = reference.tag ?? reference.digest ?? 'latest'
    const digest = await client.pushManifest(
      reference,
      target,
      Buffer.from(JSON.stringify(document)),
      mediaTypes.ociManifest,
      { signal },
    )
    return { digest, id: manifest.id, bytes: payload.bytes, signed: signature !== undefined }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

interface Named {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
}

async function pushSmall(
  client: OciClient,
  reference: ImageReference,
  mediaType: string,
  bytes: Buffer,
  signal: AbortSignal,
): Promise<Named> {
  const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  await client.pushBlob(reference, digest, bytes.length, bytes, { signal })
  return { mediaType, digest, size: bytes.length }
}

export interface PullOptions extends UnpackOptions {
  readonly client: OciClient
  readonly reference: ImageReference
  /** Public keys, PEM: with any, the artifact has to be signed by one of them. */
  readonly trusted?: readonly string[]
}

/** Makes the generation of an artifact the live one. Throws as `importGeneration` does, and what the registry client throws. */
export async function pullGeneration(options: PullOptions): Promise<Imported> {
  const { client, reference, trusted = [], signal } = options
  const place = formatReference(reference)
  const pulled = await client.pullManifest(reference, { signal })
  const document = parseOciManifest(pulled.bytes, { place, mediaType: pulled.mediaType, layers: 16 })
  if (document.kind !== 'manifest' || document.config.mediaType !== types.config) {
    throw invalid(place, 'it is an artifact of another kind')
  }
  const payload = document.layers.find(({ mediaType }) => mediaType === types.payload)
  if (payload === undefined) throw invalid(place, 'its payload is missing')
  const small = async (descriptor: Descriptor): Promise<Uint8Array> => {
    if (descriptor.size > largestManifest) throw invalid(place, 'its manifest is too large')
    const blob = await client.pullBlob(reference, descriptor.digest, descriptor.size, { signal })
    const bytes = await readBounded(blob, largestManifest)
    if (bytes === undefined) throw invalid(place, 'its manifest is too large')
    return bytes
  }
  const manifestBytes = await small(document.config)
  const manifest = parseManifest(manifestBytes, place)
  if (manifest.payload.digest !== payload.digest || manifest.payload.bytes !== payload.size) {
    throw invalid(place, 'its payload is another one than its manifest names')
  }
  const signed = document.layers.find(({ mediaType }) => mediaType === types.signature)
  const signature = signed === undefined ? undefined : await small(signed)
  const signer = checkSignature(manifestBytes, signature, trusted, place)
  const content: Readable = await client.pullBlob(reference, payload.digest, payload.size, { signal })
  return { ...(await unpackGeneration(manifest, content, place, options)), manifest, signer }
}
