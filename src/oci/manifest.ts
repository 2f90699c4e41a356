// Manifests and indexes, from bytes that anybody may have written to types that cannot be wrong.
// https://github.com/opencontainers/image-spec/blob/main/manifest.md, image-index.md, descriptor.md

import { z } from 'zod'
import { parseDigest } from '../model/index.ts'
import type { Digest } from '../model/index.ts'
import { LongwatchError } from '../platform/index.ts'
import { bareMediaType, isIndexType, isManifestType, isSchema1Type, mediaTypes } from './media-types.ts'
import type { Platform } from './platform.ts'
import { shown } from './shown.ts'

/** Names a blob: what it is, its digest and its size. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
  /** Where else it may be had. Never fetched. */
  readonly urls: readonly string[]
  readonly platform?: Platform
  readonly artifactType?: string
  readonly annotations: ReadonlyMap<string, string>
}

export interface ImageIndex {
  readonly kind: 'index'
  readonly mediaType: string
  readonly manifests: readonly Descriptor[]
  readonly annotations: ReadonlyMap<string, string>
}

export interface ImageManifest {
  readonly kind: 'manifest'
  readonly mediaType: string
  readonly artifactType?: string
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly annotations: ReadonlyMap<string, string>
}

export interface ParseManifestOptions {
  /** What the server or the descriptor called it; decides where the document says nothing itself. */
  readonly mediaType?: string
  /** Named in errors: a reference, a file, a digest. */
  readonly place: string
  /** Layers of one image, and ten times as many images of one index. */
  readonly layers: number
}

const annotations = z
  .record(z.string(), z.string())
  .nullish()
  .transform((record) => new Map(Object.entries(record ?? {})))

const digest = z.string().transform((text, context): Digest => {
  const parsed = parseDigest(text)
  if (parsed !== undefined) return parsed
  context.addIssue({ code: 'custom', message: `not a sha256 or sha512 digest: ${shown(text, 80)}` })
  return z.NEVER
})

const descriptor = z
  .object({
    mediaType: z.string().max(255).nullish(),
    digest,
    size: z.int().nonnegative(),
    urls: z.array(z.string()).nullish(),
    platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().nullish() }).nullish(),
    artifactType: z.string().nullish(),
    annotations,
  })
  .transform((raw): Descriptor => ({
    mediaType: bareMediaType(raw.mediaType ?? ''),
    digest: raw.digest,
    size: raw.size,
    urls: raw.urls ?? [],
    ...(raw.platform ? { platform: platformOf(raw.platform) } : {}),
    ...(raw.artifactType ? { artifactType: raw.artifactType } : {}),
    annotations: raw.annotations,
  }))

const indexSchema = z.object({ manifests: z.array(descriptor), annotations })
const manifestSchema = z.object({
  artifactType: z.string().nullish(),
  config: descriptor,
  layers: z.array(descriptor),
  annotations,
})
/** Only what tells one kind of document from another. */
const shapeSchema = z.looseObject({
  schemaVersion: z.unknown().optional(),
  mediaType: z.string().optional().catch(undefined),
  manifests: z.unknown().optional(),
  layers: z.unknown().optional(),
  config: z.unknown().optional(),
  fsLayers: z.unknown().optional(),
})

function platformOf(raw: {
  os: string
  architecture: string
  variant?: string | null | undefined
}): Platform {
  const { os, architecture, variant } = raw
  return { os, architecture, ...(variant ? { variant } : {}) }
}

/**
 * An index or an image manifest. Throws `MANIFEST_INVALID` for what is neither, `MANIFEST_SCHEMA1` for Docker's first format,
 * `LAYERS_LIMIT` for more layers than allowed.
 */
export function parseManifest(bytes: Uint8Array, options: ParseManifestOptions): ImageIndex | ImageManifest {
  const invalid = (why: string, cause?: unknown): LongwatchError =>
    new LongwatchError('MANIFEST_INVALID', `the manifest is damaged: ${why}`, {
      place: options.place,
      remedy: 'Push or save the image again.',
      ...(cause === undefined ? {} : { cause }),
    })
  const shape = shapeSchema.safeParse(parseJson(bytes, (cause) => invalid('it is not JSON', cause)))
  if (!shape.success) throw invalid('it is not a JSON object')
  const { data } = shape
  const stated = bareMediaType(data.mediaType ?? options.mediaType ?? '')
  if (isSchema1Type(stated) || data.schemaVersion === 1 || data.fsLayers !== undefined) {
    throw new LongwatchError(
      'MANIFEST_SCHEMA1',
      'the image is in the format of Docker before 1.10 (schema 1)',
      {
        place: options.place,
        remedy: 'Pull and push it again with a current Docker, which writes schema 2.',
      },
    )
  }
  // A document that is both could be read as two different images: GHSA-qq97-vm5h-rrhg (CVE-2021-41190).
  if (data.manifests !== undefined && (data.layers !== undefined || data.config !== undefined)) {
    throw invalid('it is an index and an image at once')
  }
  const isIndex = data.manifests !== undefined
  if (stated !== '' && (isIndex ? isManifestType(stated) : isIndexType(stated))) {
    throw invalid(`it calls itself ${shown(stated)} and is something else`)
  }
  const listed = isIndex ? data.manifests : data.layers
  const most = isIndex ? options.layers * 10 : options.layers
  if (Array.isArray(listed) && listed.length > most) {
    throw new LongwatchError(
      'LAYERS_LIMIT',
      `the ${isIndex ? 'index' : 'image'} lists ${listed.length} ${isIndex ? 'images' : 'layers'}, more than ${most}`,
      { place: options.place, remedy: 'Raise the limit on layers if the image is to be trusted.' },
    )
  }
  if (isIndex) {
    const index = checked(indexSchema, data, invalid)
    return { kind: 'index', mediaType: isIndexType(stated) ? stated : mediaTypes.ociIndex, ...index }
  }
  const { artifactType, ...manifest } = checked(manifestSchema, data, invalid)
  return {
    kind: 'manifest',
    mediaType: isManifestType(stated) ? stated : mediaTypes.ociManifest,
    ...manifest,
    ...(artifactType ? { artifactType } : {}),
  }
}

/** JSON in UTF-8; what is not fails with the error that `invalid` makes. */
export function parseJson(bytes: Uint8Array, invalid: (cause: unknown) => LongwatchError): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
  } catch (error) {
    throw invalid(error)
  }
}

/** `value` by `schema`; the error names the first thing that is wrong and where it is. */
export function checked<Output>(
  schema: z.ZodType<Output>,
  value: unknown,
  invalid: (why: string) => LongwatchError,
): Output {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const where = issue === undefined ? '' : issue.path.map(String).join('.')
  throw invalid(`${where === '' ? '' : `${shown(where)}: `}${shown(issue?.message ?? 'unreadable')}`)
}
