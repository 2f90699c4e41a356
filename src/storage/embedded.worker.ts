// The embedded database's thread: PGlite behind a Unix socket, so that the rest of Longwatch speaks to it as to any PostgreSQL.

import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

const { dataDir, path } = workerData as { readonly dataDir: string; readonly path: string }
const db = await PGlite.create(dataDir)
const server = new PGLiteSocketServer({ db, path, maxConnections: 8 })
await server.start()
parentPort?.once('message', () => {
  void stop()
})
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage('ready')

async function stop(): Promise<void> {
  await server.stop()
  await db.close()
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage('stopped')
}
