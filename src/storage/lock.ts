// One process per data folder. The lock is SQLite's on a file of its own: the kernel drops it with the process, however that ends, so
// there is nothing stale to clean up and no process id to mistrust.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LongwatchError, messageOf } from '../platform/index.ts'

/** Held until `release`, or until the process ends. */
export interface FolderLock {
  release(): void
}

/** Locks `folder`, which is made when it is missing. STORAGE_LOCKED when another holds it, STORAGE_UNUSABLE when it cannot be written. */
export function lockFolder(folder: string): FolderLock {
  let file: DatabaseSync | undefined
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    file = new DatabaseSync(join(folder, 'lock'))
    file.exec('pragma journal_mode = memory; begin exclusive')
  } catch (error) {
    file?.close()
    if (/locked|busy/i.test(messageOf(error))) {
      throw new LongwatchError('STORAGE_LOCKED', 'another Longwatch uses this data folder', {
        place: folder,
        remedy:
          'stop it, name another folder with LONGWATCH_DATA_DIR, or set DATABASE_URL to share PostgreSQL',
        cause: error,
      })
    }
    throw new LongwatchError('STORAGE_UNUSABLE', `the data folder cannot be used: ${messageOf(error)}`, {
      place: folder,
      remedy: 'give the folder to the user that runs Longwatch, and see that the disk is not full',
      cause: error,
    })
  }
  const held = file
  return { release: () => held.close() }
}
