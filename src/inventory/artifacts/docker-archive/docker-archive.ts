// What `docker save` writes: manifest.json, configurations, and layers as tars. Since Docker 25 it is an OCI layout at the same time.
// https://github.com/moby/docker-image-spec/blob/main/spec.md#combined-image-json--filesystem-changeset-format

import { createHash, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { z } from 'zod'
import { parseDigest } from '../../../model/index.ts'
import type { Digest } from '../../../model/index.ts'
import { mediaTypes, nearest, parseImageConfig } from '../../../oci/index.ts'
import type { Descriptor, ImageManifest } from '../../../oci/index.ts'
import { exitCodes, LongwatchError, messageOf } from '../../../platform/index.ts'
import { archiveStore } from '../archive-store.ts'
import type { Artifact, ArtifactKindHandler, ArtifactOptions } from '../artifact.ts'
import { readNamed, readPart } from '../blob-store.ts'
import type { BlobStore, FilePart } from '../blob-store.ts'
import { imageArtifact } from '../image.ts'
import type { ImageBlobs } from '../image.ts'
import { archiveKind, splitTag } from '../on-disk.ts'
import { compressionOf } from '../../filesystems/decompress.ts'

export const dockerArchive: ArtifactKindHandler = {
  scheme: 'docker-archive',
  summary: 'a tar archive from docker save or podman save',
  recognizes: async (target) => {
    const kind = await archiveKind((await splitTag(target)).path)
    return kind === 'docker' || kind === 'compressed'
  },
  async open(target, options) {
    const { path, tag } = await splitTag(target)
    const store = await archiveStore(path, options)
    try {
      return await openSaved(target, store, tag, options)
    } catch (error) {
      await store.close()
      throw error
    }
  },
}

const savedImages = z
  .array(
    z.object({
      Config: z.string(),
      RepoTags: z.array(z.string()).nullish(),
      Layers: z.array(z.string()).nullish(),
    }),
  )
  .min(1)
type SavedImage = z.infer<typeof savedImages>[number]

async function openSaved(
  target: string,
  store: BlobStore,
  tag: string | undefined,
  options: ArtifactOptions,
): Promise<Artifact> {
  const { limits, signal } = options
  const image = named(await readList(store, limits.manifestBytes), tag, store.place)
  const layerNames = image.Layers ?? []
  if (layerNames.length > limits.layers) {
    throw new LongwatchError(
      'LAYERS_LIMIT',
      `${store.place} lists ${layerNames.length} layers, more than ${limits.layers}`,
      {
        place: store.place,
        remedy: 'Raise the limit on layers if the image is to be trusted.',
      },
    )
  }
  const configBytes = await readNamed(store, image.Config, limits.manifestBytes)
  const { diffIds } = parseImageConfig(configBytes, store.place)
  const parts = new Map<Digest, FilePart>()
  const layers: Descriptor[] = []
  for (const [position, name] of layerNames.entries()) {
    const part = await store.locate(name)
    const digest =
      part === undefined ? diffIds[position] : await digestOf(part, name, diffIds[position], signal)
    if (digest === undefined) {
      throw new LongwatchError('LAYER_MISSING', `${store.place} has no ${name}`, {
        place: store.place,
        remedy: 'Save the image again.',
      })
    }
    if (part !== undefined) parts.set(digest, part)
    layers.push({
      mediaType: mediaTypes.ociLayer,
      digest,
      size: part?.length ?? 0,
      urls: [],
      annotations: new Map(),
    })
  }
  const configDigest: Digest = `sha256:${hash('sha256', configBytes)}`
  const manifest: ImageManifest = {
    kind: 'manifest',
    mediaType: mediaTypes.dockerManifest,
    config: {
      mediaType: mediaTypes.dockerConfig,
      digest: configDigest,
      size: configBytes.length,
      urls: [],
      annotations: new Map(),
    },
    layers,
    annotations: new Map(),
  }
  // Docker calls an image by the digest of its configuration; the archive has no other manifest.
  const tags = image.RepoTags ?? []
  return imageArtifact(
    target,
    { manifest, digest: configDigest, tags },
    savedBlobs(store, configBytes, parts),
    limits.manifestBytes,
  )
}

async function readList(store: BlobStore, limit: number): Promise<readonly SavedImage[]> {
  const bytes = await readNamed(store, 'manifest.json', limit)
  try {
    return savedImages.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
  } catch (error) {
    const why = error instanceof z.ZodError ? (error.issues[0]?.message ?? 'unreadable') : messageOf(error)
    throw new LongwatchError('MANIFEST_INVALID', `manifest.json in ${store.place} is damaged: ${why}`, {
      place: store.place,
      remedy: 'Save the image again.',
      cause: error,
    })
  }
}

function named(images: readonly SavedImage[], tag: string | undefined, place: string): SavedImage {
  const tags = images.flatMap(({ RepoTags }) => RepoTags ?? [])
  const found =
    tag === undefined
      ? images.slice(0, images.length === 1 ? 1 : 0)
      : images.filter(
          ({ RepoTags }) => RepoTags?.some((one) => one === tag || one.endsWith(`:${tag}`)) === true,
        )
  const [image] = found
  if (image !== undefined) return image
  throw tag === undefined
    ? new LongwatchError('TAG_NEEDED', `${place} has several images`, {
        place,
        remedy: `Add one of these after a colon: ${tags.slice(0, 10).join(', ')}.`,
        exitCode: exitCodes.usage,
      })
    : new LongwatchError('TAG_UNKNOWN', `${place} has no image ${tag}`, {
        place,
        remedy:
          tags.length === 0
            ? 'Its images have no tags: leave it out.'
            : `It has: ${nearest(tag, tags, 10).join(', ')}.`,
      })
}

/** What the stored bytes must hash to: their own name says it, or the configuration does, or (compressed, unnamed) they do. */
async function digestOf(
  part: FilePart,
  name: string,
  diffId: Digest | undefined,
  signal: AbortSignal,
): Promise<Digest | undefined> {
  const stated = parseDigest(name.replace(/^blobs\/(sha\d+)\//, '$1:'))
  if (stated !== undefined) return stated
  const head = await readPart({ ...part, length: Math.min(6, part.length) }, 6)
  if (head !== undefined && compressionOf(head) === 'none') return diffId
  const sum = createHash('sha256')
  const range = { start: part.offset, end: part.offset + part.length - 1, signal }
  for await (const chunk of createReadStream(part.file, range) as AsyncIterable<Buffer>) sum.update(chunk)
  return `sha256:${sum.digest('hex')}`
}

function savedBlobs(store: BlobStore, config: Uint8Array, parts: ReadonlyMap<Digest, FilePart>): ImageBlobs {
  return {
    place: store.place,
    read: async () => Promise.resolve(config),
    async layer({ digest, mediaType }, diffId) {
      const part = parts.get(digest)
      if (part === undefined) {
        throw new LongwatchError('LAYER_MISSING', `layer ${digest} is missing from ${store.place}`, {
          place: store.place,
          remedy: 'Save the image again.',
        })
      }
      return Promise.resolve({
        kind: 'blob-file',
        ...part,
        mediaType,
        digest,
        ...(diffId === undefined ? {} : { diffId }),
      })
    },
    close: async () => store.close(),
  }
}
