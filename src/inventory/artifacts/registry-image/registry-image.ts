// An image in an OCI registry: nothing is downloaded but what is read.

import { createOciClient, formatReference, parseManifest, parseReference } from '../../../oci/index.ts'
import type { Descriptor, ImageReference, OciClient } from '../../../oci/index.ts'
import { readBounded } from '../../../oci/index.ts'
import { LongwatchError } from '../../../platform/index.ts'
import type { ArtifactKindHandler, ArtifactOptions, LayerSource } from '../artifact.ts'
import { chooseImage } from '../choose-image.ts'
import { imageArtifact } from '../image.ts'
import { attachedSboms, withStated } from './attached-sboms.ts'
import type { ImageBlobs } from '../image.ts'

export const registryImage: ArtifactKindHandler = {
  scheme: 'registry',
  summary: 'an image in a registry: node:22, ghcr.io/org/app@sha256:…',
  // Asked last: whatever is nothing on this disk may be a reference.
  recognizes: async () => Promise.resolve(true),
  async open(target, options) {
    const reference = parseReference(target)
    const client = createOciClient({
      ...options.registry,
      clock: options.clock,
      idleMilliseconds: options.limits.idleMilliseconds,
      manifestBytes: options.limits.manifestBytes,
      layers: options.limits.layers,
    })
    try {
      return await openReference(target, reference, client, options)
    } catch (error) {
      await client.close()
      throw error
    }
  },
}

async function openReference(
  target: string,
  reference: ImageReference,
  client: OciClient,
  options: ArtifactOptions,
): Promise<Awaited<ReturnType<ArtifactKindHandler['open']>>> {
  const { limits, platform, signal } = options
  const place = formatReference(reference)
  const pulled = await client.pullManifest(reference, { signal })
  const start = parseManifest(pulled.bytes, { mediaType: pulled.mediaType, place, layers: limits.layers })
  const read = async ({ digest }: Descriptor): Promise<Uint8Array> =>
    (await client.pullManifest({ ...reference, digest }, { signal })).bytes
  const chosen = await chooseImage(start, pulled.digest, read, {
    limits,
    place,
    ...(platform === undefined ? {} : { platform }),
  })
  const { tag } = reference
  const attached =
    options.attachedSboms === true
      ? await attachedSboms(reference, chosen.digest, client, options)
      : undefined
  const image = await imageArtifact(
    target,
    { ...chosen, tags: tag === undefined ? [] : [tag] },
    registryBlobs(reference, place, client, options),
    limits.manifestBytes,
  )
  if (attached === undefined) return image
  return {
    ...image,
    diagnostics: [...image.diagnostics, ...attached.diagnostics],
    finish: (inventory) => withStated(inventory, attached.documents),
  }
}

function registryBlobs(
  reference: ImageReference,
  place: string,
  client: OciClient,
  options: ArtifactOptions,
): ImageBlobs {
  const { signal } = options
  const address = async (
    descriptor: Pick<Descriptor, 'digest'>,
  ): Promise<{ url: string; headers: Readonly<Record<string, string>> }> =>
    client.blobAddress(reference, descriptor.digest, { signal })
  return {
    place,
    async read(descriptor, limit) {
      const stream = await client.pullBlob(reference, descriptor.digest, descriptor.size, { signal })
      const bytes = await readBounded(stream, limit)
      if (bytes !== undefined) return bytes
      throw new LongwatchError(
        'CONFIG_TOO_LARGE',
        `the configuration of ${place} is larger than ${limit} bytes`,
        { place },
      )
    },
    async layer({ digest, mediaType, size, urls }, diffId): Promise<LayerSource> {
      if (urls.length > 0 && !(await client.hasBlob(reference, digest, { signal }))) {
        throw new LongwatchError('LAYER_FOREIGN', `layer ${digest} is not in the registry`, { place })
      }
      const { certificateAuthority } = options.registry
      return {
        kind: 'registry-blob',
        ...(await address({ digest })),
        ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
        mediaType,
        size,
        digest,
        ...(diffId === undefined ? {} : { diffId }),
      }
    },
    refresh: async (source) =>
      source.kind === 'registry-blob' ? { ...source, ...(await address(source)) } : source,
    close: async () => client.close(),
  }
}
