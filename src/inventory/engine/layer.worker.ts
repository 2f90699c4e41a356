// A thread of the pool: the catalogers are loaded once, and layers come one after the other.

import type { MessagePort } from 'node:worker_threads'
import { catalogers } from '../catalogers/registry.ts'
import type { LayerFacts } from './layer-facts.ts'
import { runLayerTask } from './layer-task.ts'
import type { LayerTask } from './layer-task.ts'

/** Reports are not worth more than this many bytes each. */
const reportBytes = 1024 * 1024

export default async function work(job: {
  readonly task: LayerTask
  readonly port: MessagePort
}): Promise<LayerFacts> {
  const { port, task } = job
  const controller = new AbortController()
  port.on('message', () => controller.abort())
  let reported = 0
  try {
    return await runLayerTask(task, catalogers, {
      signal: controller.signal,
      onBytes(done) {
        if (done - reported < reportBytes) return
        reported = done
        port.postMessage(done)
      },
    })
  } finally {
    port.close()
  }
}
