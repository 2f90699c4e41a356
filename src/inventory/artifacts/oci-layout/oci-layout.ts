// An image in an OCI layout, a folder or an archive of one.
// https://github.com/opencontainers/image-spec/blob/main/image-layout.md

import { nearest, parseManifest } from '../../../oci/index.ts'
import type { Descriptor, ImageIndex } from '../../../oci/index.ts'
import { exitCodes, LongwatchError } from '../../../platform/index.ts'
import { archiveStore } from '../archive-store.ts'
import type { Artifact, ArtifactKindHandler, ArtifactOptions } from '../artifact.ts'
import { blobName, folderStore, readBlob, readNamed } from '../blob-store.ts'
import type { BlobStore } from '../blob-store.ts'
import { chooseImage } from '../choose-image.ts'
import { imageArtifact } from '../image.ts'
import type { ImageBlobs } from '../image.ts'
import { archiveKind, isFolderWith, splitTag } from '../on-disk.ts'

export const ociLayout: ArtifactKindHandler = {
  scheme: 'oci',
  summary: 'an OCI layout folder, with :tag or @digest when it has several images',
  recognizes: async (target) => isFolderWith((await splitTag(target)).path, ['oci-layout', 'index.json']),
  async open(target, options) {
    const { path, tag } = await splitTag(target)
    return openLayout(target, await folderStore(path, options.limits), tag, options)
  },
}

export const ociArchive: ArtifactKindHandler = {
  scheme: 'oci-archive',
  summary: 'a tar archive of an OCI layout',
  recognizes: async (target) => (await archiveKind((await splitTag(target)).path)) === 'oci',
  async open(target, options) {
    const { path, tag } = await splitTag(target)
    return openLayout(target, await archiveStore(path, options), tag, options)
  },
}

/** An image of a layout by its tag or digest; without either, the only one there is. */
export async function openLayout(
  target: string,
  store: BlobStore,
  tag: string | undefined,
  options: ArtifactOptions,
): Promise<Artifact> {
  try {
    const { limits, platform } = options
    const place = store.place
    const bytes = await readNamed(store, 'index.json', limits.manifestBytes)
    const top = parseManifest(bytes, { place: `${place}/index.json`, layers: limits.layers })
    if (top.kind !== 'index') {
      throw new LongwatchError('MANIFEST_INVALID', `${place}/index.json is no index`, {
        place,
        remedy: 'Copy the image again.',
      })
    }
    const chosen = await chooseImage(
      { ...top, manifests: named(top, tag, place) },
      'sha256:',
      async (descriptor) => readBlob(store, descriptor, limits.manifestBytes),
      { limits, place, ...(platform === undefined ? {} : { platform }) },
    )
    const tags = top.manifests.flatMap((one) => (one.digest === chosen.digest ? tagsOf(one) : []))
    return await imageArtifact(target, { ...chosen, tags }, storeBlobs(store), limits.manifestBytes)
  } catch (error) {
    await store.close()
    throw error
  }
}

function tagsOf(descriptor: Descriptor): readonly string[] {
  const tag = descriptor.annotations.get('org.opencontainers.image.ref.name')
  return tag === undefined ? [] : [tag]
}

/** The images under a tag or digest; all of them when neither is given, unless they have different tags. */
function named(index: ImageIndex, tag: string | undefined, place: string): readonly Descriptor[] {
  const tags = [...new Set(index.manifests.flatMap(tagsOf))]
  if (tag === undefined) {
    const latest = index.manifests.filter((one) => tagsOf(one).includes('latest'))
    if (tags.length < 2) return index.manifests
    if (latest.length > 0) return latest
    throw new LongwatchError('TAG_NEEDED', `${place} has several images`, {
      place,
      remedy: `Add one of these after a colon: ${tags.slice(0, 10).join(', ')}.`,
      exitCode: exitCodes.usage,
    })
  }
  const matching = index.manifests.filter((one) => one.digest === tag || tagsOf(one).includes(tag))
  if (matching.length > 0) return matching
  throw new LongwatchError('TAG_UNKNOWN', `${place} has no image ${tag}`, {
    place,
    remedy:
      tags.length === 0
        ? 'Its images have no tags: leave it out.'
        : `It has: ${nearest(tag, tags, 10).join(', ')}.`,
  })
}

/** The blobs of a store in OCI's layout. */
export function storeBlobs(store: BlobStore): ImageBlobs {
  return {
    place: store.place,
    read: async (descriptor, limit) => readBlob(store, descriptor, limit),
    async layer({ digest, mediaType, size }, diffId) {
      const part = await store.locate(blobName(digest))
      if (part === undefined) {
        throw new LongwatchError('LAYER_MISSING', `layer ${digest} is missing from ${store.place}`, {
          place: store.place,
          remedy: 'Copy or save the image again.',
        })
      }
      const { file, offset } = part
      return {
        kind: 'blob-file',
        file,
        offset,
        // The manifest's size: a blob that is longer or shorter is found out when it is read.
        length: offset === 0 ? Math.max(size, part.length) : size,
        mediaType,
        digest,
        ...(diffId === undefined ? {} : { diffId }),
      }
    },
    close: async () => store.close(),
  }
}
