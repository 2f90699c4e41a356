// One image out of an index: the platform that was asked for, through nested indexes, however they are made.

import type { Digest } from '../../model/index.ts'
import {
  formatPlatform,
  hostPlatform,
  parseManifest,
  parsePlatform,
  platformDistance,
} from '../../oci/index.ts'
import type { Descriptor, ImageIndex, ImageManifest, Platform } from '../../oci/index.ts'
import { compareText, exitCodes, LongwatchError } from '../../platform/index.ts'
import type { Limits } from '../../platform/index.ts'

export interface ChooseOptions {
  readonly platform?: string
  readonly limits: Limits
  /** Names the image in errors. */
  readonly place: string
}

export interface Chosen {
  readonly manifest: ImageManifest
  readonly digest: Digest
}

/** More levels than any tool makes. */
const deepest = 4

/** `start` or the image below it that suits the platform. `read` fetches a manifest and verifies its digest. */
export async function chooseImage(
  start: ImageIndex | ImageManifest,
  digest: Digest,
  read: (descriptor: Descriptor) => Promise<Uint8Array>,
  options: ChooseOptions,
): Promise<Chosen> {
  const wanted = options.platform === undefined ? undefined : parsePlatform(options.platform)
  let current = start
  let name = digest
  for (let depth = 0; current.kind === 'index'; depth += 1) {
    if (depth >= deepest) {
      throw new LongwatchError(
        'INDEX_TOO_DEEP',
        `${options.place} has indexes in indexes, more than ${deepest} deep`,
        {
          place: options.place,
          remedy: 'Name the image itself by its digest.',
        },
      )
    }
    const next = pick(current, wanted, options.place)
    current = parseManifest(await read(next), {
      mediaType: next.mediaType,
      place: options.place,
      layers: options.limits.layers,
    })
    name = next.digest
  }
  return { manifest: current, digest: name }
}

/** Attestations and signatures ride along in indexes; they are for no platform. */
function isImage({ annotations, artifactType, platform }: Descriptor): boolean {
  return (
    platform?.os !== 'unknown' &&
    artifactType === undefined &&
    annotations.get('vnd.docker.reference.type') === undefined
  )
}

function pick(index: ImageIndex, wanted: Platform | undefined, place: string): Descriptor {
  const images = index.manifests.filter(isImage)
  const [only] = images
  if (only === undefined) {
    throw new LongwatchError('INDEX_EMPTY', `${place} is an index without images`, {
      place,
      remedy: 'Push the image again.',
    })
  }
  // With one image there is nothing to choose, unless it is for something else than what was asked for.
  if (images.length === 1 && (wanted === undefined || only.platform === undefined)) return only
  const platform = wanted ?? hostPlatform()
  const [best] = images
    .flatMap((descriptor, position) => {
      const distance =
        descriptor.platform === undefined ? 1_000_000 : platformDistance(platform, descriptor.platform)
      return distance === undefined ? [] : [{ descriptor, distance, position }]
    })
    .sort((a, b) => a.distance - b.distance || a.position - b.position)
  if (best !== undefined) return best.descriptor
  const offered = [
    ...new Set(images.flatMap((image) => (image.platform ? [formatPlatform(image.platform)] : []))),
  ]
  throw new LongwatchError('PLATFORM_NOT_FOUND', `${place} is not there for ${formatPlatform(platform)}`, {
    place,
    remedy: `Choose one with --platform: ${offered.sort(compareText).join(', ')}.`,
    exitCode: exitCodes.usage,
  })
}
