// The work on one layer, in this thread or another: plain data in, plain data out.

import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Http, Limits } from '../../platform/index.ts'
import type { LayerSource } from '../artifacts/artifact.ts'
import { openLayerTree } from '../artifacts/open-layer.ts'
import type { Cataloger } from '../catalogers/cataloger.ts'
import type { LayerFacts } from './layer-facts.ts'
import { readLayer } from './read-layer.ts'
import type { LateWish } from './read-layer.ts'

/** Everything a thread needs to know. */
export interface LayerTask {
  readonly source: LayerSource
  /** Names, in the registry's order. */
  readonly catalogers: readonly string[]
  readonly limits: Limits
  readonly scratch: string
  readonly only?: readonly LateWish[]
}

export interface LayerTaskContext {
  readonly signal: AbortSignal
  readonly http?: Http
  onBytes(done: number): void
}

/** Reads the layer. Rejects on abort only. */
export async function runLayerTask(
  task: LayerTask,
  registry: readonly Cataloger[],
  context: LayerTaskContext,
): Promise<LayerFacts> {
  const { limits, only, source } = task
  const scratch = await mkdtemp(join(task.scratch, 'layer-'))
  try {
    const tree = openLayerTree(source, {
      limits,
      scratch,
      onBytes: (done) => context.onBytes(done),
      ...(context.http === undefined ? {} : { http: context.http }),
    })
    return await readLayer(tree, {
      catalogers: task.catalogers.flatMap(
        (name) => registry.find((cataloger) => cataloger.name === name) ?? [],
      ),
      limits,
      scratch,
      signal: context.signal,
      ...(only === undefined ? {} : { only }),
    })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
