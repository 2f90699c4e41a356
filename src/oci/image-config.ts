// The configuration of an image: platform, labels, history, and the digests of its layers unpacked.
// https://github.com/opencontainers/image-spec/blob/main/config.md

import { z } from 'zod'
import { parseDigest } from '../model/index.ts'
import type { Digest } from '../model/index.ts'
import { LongwatchError } from '../platform/index.ts'
import { checked, parseJson } from './manifest.ts'
import type { Platform } from './platform.ts'
import { shown } from './shown.ts'

/** One build step. */
export interface HistoryEntry {
  readonly createdBy?: string
  /** True for a step that made no layer. */
  readonly empty: boolean
}

export interface ImageConfig {
  readonly platform?: Platform
  readonly created?: string
  /** Sorted by name. */
  readonly labels: ReadonlyMap<string, string>
  /** From the base up, one for each layer. */
  readonly diffIds: readonly Digest[]
  readonly history: readonly HistoryEntry[]
}

const digest = z.string().transform((text, context): Digest => {
  const parsed = parseDigest(text)
  if (parsed !== undefined) return parsed
  context.addIssue({ code: 'custom', message: `not a sha256 or sha512 digest: ${shown(text, 80)}` })
  return z.NEVER
})

const text = z.string().nullish().catch(undefined)
const labels = z.record(z.string(), z.string()).nullish().catch(undefined)
/** Only `rootfs` decides what is scanned; whatever else is odd is left out rather than refused. */
const schema = z.object({
  os: text,
  architecture: text,
  variant: text,
  created: text,
  config: z.object({ Labels: labels }).nullish().catch(undefined),
  rootfs: z.object({ diff_ids: z.array(digest).nullish() }),
  history: z
    .array(z.object({ created_by: text, empty_layer: z.boolean().nullish().catch(undefined) }))
    .nullish()
    .catch(undefined),
})

/** Throws `CONFIG_INVALID` for what is not an image's configuration. */
export function parseImageConfig(bytes: Uint8Array, place: string): ImageConfig {
  const invalid = (why: string, cause?: unknown): LongwatchError =>
    new LongwatchError('CONFIG_INVALID', `the image configuration is damaged: ${why}`, {
      place,
      remedy: 'Build and push the image again.',
      ...(cause === undefined ? {} : { cause }),
    })
  const json = parseJson(bytes, (cause) => invalid('it is not JSON', cause))
  const raw = checked(schema, json, invalid)
  const { os, architecture, variant, created } = raw
  return {
    ...(os && architecture ? { platform: { os, architecture, ...(variant ? { variant } : {}) } } : {}),
    ...(created && !Number.isNaN(Date.parse(created)) ? { created } : {}),
    labels: new Map(Object.entries(raw.config?.Labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))),
    diffIds: raw.rootfs.diff_ids ?? [],
    history: (raw.history ?? []).map(({ created_by, empty_layer }): HistoryEntry => {
      const empty = empty_layer === true
      return created_by ? { createdBy: created_by, empty } : { empty }
    }),
  }
}
