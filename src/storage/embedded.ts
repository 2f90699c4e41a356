// The default database: nothing to install, nothing to configure.

import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { LongwatchError, messageOf, packageRoot, runsFromSource } from '../platform/index.ts'
import { lockFolder } from './lock.ts'

/** A running embedded database. */
export interface Embedded {
  /** The folder of its socket, which `pg` takes as the host. */
  readonly host: string
  /** Writes everything out, ends the thread and gives the folder back. */
  stop(): Promise<void>
}

/** Starts the database in `folder`, or in memory when there is none. STORAGE_LOCKED when another process has the folder. */
export async function startEmbedded(folder: string | undefined): Promise<Embedded> {
  const lock = folder === undefined ? undefined : lockFolder(folder)
  // Not in the data folder: a socket's path must be shorter than 104 bytes. Only this user may enter.
  const host = mkdtempSync(join(tmpdir(), 'lw-'))
  const dataDir = folder === undefined ? 'memory://' : join(folder, 'database')
  const clean = (): void => {
    rmSync(host, { recursive: true, force: true })
    lock?.release()
  }
  try {
    if (folder !== undefined) mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const worker = new Worker(
      join(packageRoot(), runsFromSource ? 'src/storage/embedded.worker.ts' : 'dist/embedded.worker.js'),
      { workerData: { dataDir, path: join(host, '.s.PGSQL.5432') } },
    )
    await once(worker, 'message')
    return {
      host,
      async stop() {
        try {
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
          worker.postMessage('stop')
          await once(worker, 'message')
          await worker.terminate()
        } finally {
          clean()
        }
      },
    }
  } catch (error) {
    clean()
    throw new LongwatchError(
      'STORAGE_UNUSABLE',
      `the embedded database does not start: ${messageOf(error)}`,
      {
        ...(folder === undefined ? {} : { place: folder }),
        remedy:
          'see that the folder can be written and the disk is not full; restore it from a backup if it is damaged',
        cause: error,
      },
    )
  }
}
