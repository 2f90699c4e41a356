// An artifact's packages: every layer read once (or known from before), laid over each other, assembled.

import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Diagnostic, Inventory, LayerSummary } from '../../model/index.ts'
import { compareText, LongwatchError } from '../../platform/index.ts'
import type { Limits, Progress } from '../../platform/index.ts'
import type { Artifact, ArtifactLayer } from '../artifacts/artifact.ts'
import type { Cataloger } from '../catalogers/cataloger.ts'
import { catalogers as registry } from '../catalogers/registry.ts'
import { assembleInventory } from './assemble.ts'
import { openLayerCache } from './cache.ts'
import type { LayerCache, LayerCacheOptions } from './cache.ts'
import { lateWishesOf } from './late-wishes.ts'
import type { LayerFacts } from './layer-facts.ts'
import type { LayerTask } from './layer-task.ts'
import { layOver } from './overlay.ts'
import type { LateFound } from './overlay.ts'
import { createLayerPool } from './pool.ts'
import type { LayerPool } from './pool.ts'

export interface CatalogOptions {
  readonly limits: Limits
  readonly progress: Progress
  /** A folder for temporary files. */
  readonly scratch: string
  readonly signal: AbortSignal
  /** Absent: nothing is remembered. */
  readonly cache?: LayerCacheOptions
  /** Threads at most; as many as there are cores by default, 0 for none. */
  readonly threads?: number
}

interface Reading extends CatalogOptions {
  readonly artifact: Artifact
  readonly catalogers: readonly Cataloger[]
  readonly pool: LayerPool
  readonly layerCache: LayerCache | undefined
}

/**
 * Reads an artifact's packages. Whatever could not be read is a diagnostic of level `error` with the layer's digest, and everything else
 * is there all the same. Rejects on abort.
 */
export async function catalog(artifact: Artifact, options: CatalogOptions): Promise<Inventory> {
  if (artifact.stated !== undefined) return artifact.stated
  const { limits, signal } = options
  const catalogers = registry.filter((cataloger) => cataloger.modes.includes(artifact.mode))
  const scratch = await mkdtemp(join(options.scratch, 'catalog-'))
  const deadline = AbortSignal.timeout(limits.artifactMilliseconds)
  const pool = createLayerPool(
    artifact.layers.map(({ size }) => size),
    options.threads,
  )
  const reading: Reading = {
    ...options,
    scratch,
    signal: AbortSignal.any([signal, deadline]),
    artifact,
    catalogers,
    pool,
    layerCache:
      options.cache === undefined
        ? undefined
        : openLayerCache(options.cache, catalogers, artifact.mode, limits),
  }
  try {
    return await readArtifact(reading)
  } catch (error) {
    signal.throwIfAborted()
    if (!deadline.aborted) throw error
    throw new LongwatchError(
      'ARTIFACT_TIMEOUT',
      `${artifact.summary.target} took longer than ${limits.artifactMilliseconds} ms`,
      {
        place: artifact.summary.target,
        remedy: 'Raise the limit on time if the artifact is to be trusted.',
      },
    )
  } finally {
    await pool.close()
    await rm(scratch, { recursive: true, force: true })
    await reading.layerCache?.trim()
  }
}

async function readArtifact(reading: Reading): Promise<Inventory> {
  const { artifact, catalogers } = reading
  const layers = await readLayers(reading)
  let overlay = layOver(layers)
  const late = lateWishesOf(layers, overlay, catalogers)
  const lateDiagnostics: Diagnostic[] = [...late.diagnostics]
  const lateFound: LateFound[] = []
  for (const [position, only] of late.byLayer) {
    const layer = artifact.layers[position]
    if (layer === undefined) continue
    const more = await readFresh(reading, layer, only)
    lateFound.push({ layer: position, found: more.found })
    lateDiagnostics.push(...more.diagnostics.map((diagnostic) => ofLayer(diagnostic, layer)))
  }
  if (lateFound.length > 0) overlay = layOver(layers, lateFound)
  const assembled = assembleInventory(
    overlay,
    catalogers,
    artifact.mode,
    artifact.layers.map(({ digest }) => digest),
  )
  const diagnostics = [
    ...artifact.diagnostics,
    ...artifact.layers.flatMap((layer, position) =>
      (layers[position]?.diagnostics ?? []).map((diagnostic) => ofLayer(diagnostic, layer)),
    ),
    ...lateDiagnostics,
    ...assembled.diagnostics,
  ]
  const { distribution } = assembled
  const inventory: Inventory = {
    artifact: {
      ...artifact.summary,
      layers: artifact.layers.flatMap((layer, position) =>
        summaryOf(artifact, layer, position, layers[position]),
      ),
    },
    ...(distribution === undefined ? {} : { distribution }),
    packages: assembled.packages,
    diagnostics: sortedOnce(diagnostics),
  }
  return artifact.finish?.(inventory) ?? inventory
}

/** All layers, from the base up; those that occur twice are read once. */
async function readLayers(reading: Reading): Promise<LayerFacts[]> {
  const { layers } = reading.artifact
  const results: (LayerFacts | undefined)[] = layers.map(() => undefined)
  const byDigest = new Map<string, Promise<LayerFacts>>()
  let next = 0
  const work = async (): Promise<void> => {
    while (next < layers.length) {
      const position = next
      next += 1
      const layer = layers[position]
      if (layer === undefined) continue
      const key = layer.digest === undefined ? `#${position}` : `${layer.digest} ${prefixOf(layer)}`
      const promise = byDigest.get(key) ?? readLayerOnce(reading, layer)
      byDigest.set(key, promise)
      results[position] = await promise
    }
  }
  await Promise.all(Array.from({ length: Math.min(layers.length, reading.pool.width + 1) }, work))
  return results.map((facts) => facts ?? nothing([]))
}

const prefixOf = ({ source }: ArtifactLayer): string => (source.kind === 'zip' ? (source.prefix ?? '') : '')

async function readLayerOnce(reading: Reading, layer: ArtifactLayer): Promise<LayerFacts> {
  const { layerCache } = reading
  const { digest } = layer
  // Under a folder of its own its paths are others: that is not kept.
  const cacheable = digest !== undefined && prefixOf(layer) === ''
  const known = cacheable ? await layerCache?.get(digest) : undefined
  if (known !== undefined) return known
  if (layer.unread !== undefined) return nothing([layer.unread])
  const facts = await readFresh(reading, layer)
  // What failed may work the next time.
  if (facts.complete && cacheable) await layerCache?.set(digest, facts)
  return facts
}

async function readFresh(
  reading: Reading,
  layer: ArtifactLayer,
  only?: LayerTask['only'],
): Promise<LayerFacts> {
  const { artifact, catalogers, limits, pool, progress, scratch, signal } = reading
  const task = progress.start(nameOf(layer), 'bytes', layer.size)
  const attempt = async (source: ArtifactLayer['source']): Promise<LayerFacts> =>
    pool.run(
      {
        source,
        catalogers: catalogers.map(({ name }) => name),
        limits,
        scratch,
        ...(only === undefined ? {} : { only }),
      },
      signal,
      (done) => task.update(done),
    )
  let complete = false
  try {
    let facts = await attempt(layer.source)
    // A token that ran out while other layers were read.
    if (
      facts.diagnostics.some(({ code }) => code === 'LAYER_UNAUTHORIZED') &&
      artifact.refresh !== undefined
    ) {
      facts = await attempt(await artifact.refresh(layer.source))
    }
    complete = facts.complete
    return facts
  } finally {
    task.end(complete ? 'done' : 'failed')
  }
}

function nameOf(layer: ArtifactLayer): string {
  return layer.digest === undefined ? 'files' : `layer ${layer.digest.slice(7, 19)}`
}

function nothing(diagnostics: readonly Diagnostic[]): LayerFacts {
  const none = new Float64Array(0)
  return {
    found: [],
    links: [],
    hardLinks: [],
    whiteouts: [],
    opaques: [],
    files: none,
    folders: none,
    diagnostics,
    complete: diagnostics.length === 0,
  }
}

function summaryOf(
  artifact: Artifact,
  layer: ArtifactLayer,
  position: number,
  facts: LayerFacts | undefined,
): readonly LayerSummary[] {
  const { createdBy, diffId, digest, size } = layer
  if (digest === undefined) return []
  const base = artifact.base === undefined ? undefined : position < artifact.base.layers
  return [
    {
      digest,
      ...(diffId === undefined ? {} : { diffId }),
      size,
      ...(createdBy === undefined ? {} : { createdBy }),
      ...(base === undefined ? {} : { base }),
      read: facts?.complete === true,
    },
  ]
}

function ofLayer(diagnostic: Diagnostic, layer: ArtifactLayer): Diagnostic {
  return layer.digest === undefined ? diagnostic : { ...diagnostic, layer: layer.digest }
}

/** Sorted, and each once: a layer that is there twice has its troubles once. */
function sortedOnce(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const keyed = new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]))
  return [...keyed.entries()]
    .sort(
      ([a, one], [b, other]) =>
        compareText(one.layer ?? '', other.layer ?? '') ||
        compareText(one.path ?? '', other.path ?? '') ||
        compareText(one.code, other.code) ||
        compareText(a, b),
    )
    .map(([, diagnostic]) => diagnostic)
}
