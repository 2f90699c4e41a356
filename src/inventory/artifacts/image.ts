// From a manifest to an artifact, wherever image and blobs are kept: in a registry, a layout or an archive.

import type { ArtifactSummary, Diagnostic, Digest } from '../../model/index.ts'
import {
  formatPlatform,
  isForeignLayerType,
  isImageConfigType,
  isLayerType,
  parseImageConfig,
} from '../../oci/index.ts'
import type { Descriptor, ImageConfig, ImageManifest } from '../../oci/index.ts'
import { LongwatchError, messageOf } from '../../platform/index.ts'
import type { Artifact, ArtifactLayer, LayerSource } from './artifact.ts'

/** Where the blobs of an image are. */
export interface ImageBlobs {
  /** Names it in errors. */
  readonly place: string
  /** A small blob, its digest verified, at most `limit` bytes. */
  read(descriptor: Descriptor, limit: number): Promise<Uint8Array>
  /** How a thread opens a layer. */
  layer(descriptor: Descriptor, diffId: Digest | undefined): Promise<LayerSource>
  refresh?(source: LayerSource): Promise<LayerSource>
  close(): Promise<void>
}

/** An image that was chosen. */
export interface ChosenImage {
  readonly manifest: ImageManifest
  /** Of the manifest. */
  readonly digest: Digest
  readonly tags: readonly string[]
}

/** The artifact of an image. The content of layers is not touched. Throws `NOT_AN_IMAGE` for charts, signatures and the like. */
export async function imageArtifact(
  target: string,
  image: ChosenImage,
  blobs: ImageBlobs,
  manifestBytes: number,
): Promise<Artifact> {
  const { digest, manifest, tags } = image
  if (!isImageConfigType(manifest.config.mediaType) && !manifest.layers.some(isImageLayer)) {
    const what = manifest.artifactType ?? manifest.config.mediaType
    throw new LongwatchError(
      'NOT_AN_IMAGE',
      `${target} is no container image but ${what || 'something else'}`,
      {
        place: blobs.place,
        remedy: 'Name an image; for what is attached to one, scan the image itself.',
      },
    )
  }
  const diagnostics: Diagnostic[] = []
  const config = await readConfig(manifest, blobs, manifestBytes, diagnostics)
  const steps = config?.history.filter(({ empty }) => !empty) ?? []
  const diffIds = config?.diffIds ?? []
  if (config !== undefined && diffIds.length !== manifest.layers.length) {
    diagnostics.push({
      level: 'warning',
      code: 'CONFIG_MISMATCH',
      message: `the image configuration lists ${diffIds.length} layers and the manifest ${manifest.layers.length}`,
      place: blobs.place,
    })
  }
  const aligned = diffIds.length === manifest.layers.length
  const layers = await Promise.all(
    manifest.layers.map(async (descriptor, position): Promise<ArtifactLayer> => {
      const diffId = aligned ? diffIds[position] : undefined
      const createdBy = steps.length === manifest.layers.length ? steps[position]?.createdBy : undefined
      return {
        digest: descriptor.digest,
        ...(diffId === undefined ? {} : { diffId }),
        size: descriptor.size,
        ...(createdBy === undefined ? {} : { createdBy }),
        ...(await sourceOf(descriptor, diffId, blobs)),
      }
    }),
  )
  const base = config === undefined ? undefined : guessBase(config)
  return {
    summary: summaryOf(target, digest, tags, config),
    mode: 'installed',
    layers,
    diagnostics,
    ...(base === undefined ? {} : { base }),
    ...(blobs.refresh === undefined
      ? {}
      : { refresh: async (source) => (await blobs.refresh?.(source)) ?? source }),
    close: async () => blobs.close(),
  }
}

const isImageLayer = (descriptor: Descriptor): boolean =>
  isLayerType(descriptor.mediaType) || isForeignLayerType(descriptor.mediaType)

async function readConfig(
  manifest: ImageManifest,
  blobs: ImageBlobs,
  manifestBytes: number,
  diagnostics: Diagnostic[],
): Promise<ImageConfig | undefined> {
  try {
    return parseImageConfig(await blobs.read(manifest.config, manifestBytes), blobs.place)
  } catch (error) {
    if (!(error instanceof LongwatchError)) throw error
    // Packages are found without it; what is lost is the platform, labels and build steps.
    diagnostics.push({
      level: 'warning',
      code: error.code,
      message: error.message,
      place: blobs.place,
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    })
    return undefined
  }
}

/** A foreign layer is one that its owner does not let registries pass on; its addresses are the image author's and not asked. */
async function sourceOf(
  descriptor: Descriptor,
  diffId: Digest | undefined,
  blobs: ImageBlobs,
): Promise<Pick<ArtifactLayer, 'source' | 'unread'>> {
  try {
    return { source: await blobs.layer(descriptor, diffId) }
  } catch (error) {
    if (!(error instanceof LongwatchError)) throw error
    const foreign = isForeignLayerType(descriptor.mediaType) || descriptor.urls.length > 0
    return {
      source: { kind: 'folder', folder: '/nonexistent', oneFilesystem: true },
      unread: {
        level: 'error',
        code: foreign ? 'LAYER_FOREIGN' : error.code,
        message: foreign
          ? `layer ${descriptor.digest} is kept elsewhere by its owner and was not fetched`
          : messageOf(error),
        remedy: foreign
          ? 'Push the image with its foreign layers included.'
          : (error.remedy ?? 'Push the image again.'),
      },
    }
  }
}

function summaryOf(
  target: string,
  digest: Digest,
  tags: readonly string[],
  config: ImageConfig | undefined,
): Omit<ArtifactSummary, 'layers'> {
  const { created, labels, platform } = config ?? {}
  return {
    kind: 'image',
    target,
    digest,
    ...(platform === undefined ? {} : { platform: formatPlatform(platform) }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(labels === undefined || labels.size === 0 ? {} : { labels: Object.fromEntries(labels) }),
    ...(created === undefined ? {} : { created }),
  }
}

/**
 * Base images end with a CMD or ENTRYPOINT and what is built on them begins after it: the last such step that has a layer after it
 * marks the border. Undefined when there is none.
 */
function guessBase(config: ImageConfig): Artifact['base'] | undefined {
  let above = false
  for (let at = config.history.length - 1; at >= 0; at -= 1) {
    const step = config.history[at]
    if (step === undefined) continue
    if (!step.empty) above = true
    else if (above && /^(?:\/bin\/sh -c #\(nop\)\s+)?(?:CMD|ENTRYPOINT)\b/.test(step.createdBy ?? '')) {
      const layers = config.history.slice(0, at).filter(({ empty }) => !empty).length
      return layers === 0 ? undefined : { layers, how: 'build history' }
    }
  }
  return undefined
}
