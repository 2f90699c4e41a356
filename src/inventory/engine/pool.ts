// Where layers are read: on threads when there is more than one to read, else right here.

import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { packageRoot, runsFromSource } from '../../platform/index.ts'
import { catalogers } from '../catalogers/registry.ts'
import type { LayerFacts } from './layer-facts.ts'
import { runLayerTask } from './layer-task.ts'
import type { LayerTask } from './layer-task.ts'

export interface LayerPool {
  /** Reads a layer; `onBytes` is told how far it is. Rejects on abort only. */
  run(task: LayerTask, signal: AbortSignal, onBytes: (done: number) => void): Promise<LayerFacts>
  /** How many layers it reads at once. */
  readonly width: number
  close(): Promise<void>
}

/**
 * Compressed bytes of a layer that are worth a thread of their own. Inflating is on threads anyway; what a thread saves is the collection
 * of garbage, which every mebibyte that is unpacked brings nearer and which costs little beside a small heap.
 */
const worthThreads = 64 * 1024 * 1024

/** A pool for layers of these sizes. `threads`: at most so many; 0 reads everything in this thread. */
export function createLayerPool(
  sizes: readonly number[],
  threads: number = availableParallelism(),
): LayerPool {
  const large = sizes.filter((size) => size > worthThreads).length
  const width = Math.min(threads, sizes.length)
  return large > 0 && width > 0 ? threadPool(width) : inlinePool(Math.max(1, width))
}

function inlinePool(width: number): LayerPool {
  return {
    width,
    run: async (task, signal, onBytes) => runLayerTask(task, catalogers, { signal, onBytes }),
    close: async () => Promise.resolve(),
  }
}

function threadPool(width: number): LayerPool {
  const pool = new Piscina({
    filename: join(
      packageRoot(),
      runsFromSource ? 'src/inventory/engine/layer.worker.ts' : 'dist/layer.worker.js',
    ),
    minThreads: 0,
    maxThreads: width,
    idleTimeout: 1000,
  })
  return {
    width,
    async run(task, signal, onBytes) {
      signal.throwIfAborted()
      const { port1, port2 } = new MessageChannel()
      const abort = (): void => port1.postMessage('abort')
      signal.addEventListener('abort', abort, { once: true })
      port1.on('message', (done: number) => onBytes(done))
      try {
        return (await pool.run({ task, port: port2 }, { transferList: [port2] })) as LayerFacts
      } catch (error) {
        signal.throwIfAborted()
        throw error
      } finally {
        signal.removeEventListener('abort', abort)
        port1.close()
      }
    },
    close: async () => pool.destroy(),
  }
}
