// Who reads which generation: one small file for each, so that the builder keeps what is being read.

import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { entriesOf, readIfThere } from './files.ts'
import { parseOwner, self, stateOf } from './owner.ts'

/** A lease of another host counts for a day. */
const foreignLeaseMilliseconds = 24 * 60 * 60_000

/** True while a process that may live reads the generation; leases of dead ones are removed. */
export function isLeased(dbDir: string, name: string): boolean {
  const folder = join(dbDir, 'leases', name)
  let leased = false
  for (const file of entriesOf(folder)) {
    const path = join(folder, file)
    const owner = parseOwner(readIfThere(path) ?? '')
    const state = owner === undefined ? 'dead' : stateOf(owner)
    if (state === 'dead' || (state === 'unknown' && isOld(dbDir, path))) rmSync(path, { force: true })
    else leased = true
  }
  return leased
}

/** Compared with the store's folder, which the builder has just written to: no clock of ours is asked. */
function isOld(dbDir: string, path: string): boolean {
  const lease = statSync(path, { throwIfNoEntry: false })
  return lease === undefined || statSync(dbDir).mtimeMs - lease.mtimeMs > foreignLeaseMilliseconds
}

// ENOENT: what Node's recursive mkdir says on a file system that is mounted read-only.
const unwritable = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT', 'ENOENT'])

let leaseCount = 0

/**
 * Says that this process reads the generation, so that it is kept. Gives what ends the lease. In a folder that cannot be written
 * there is no lease, and no builder either.
 */
export function takeLease(dbDir: string, name: string): () => void {
  leaseCount += 1
  const owner = self()
  const folder = join(dbDir, 'leases', name)
  const path = join(folder, `${owner.pid}-${threadId}-${leaseCount}`)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, JSON.stringify(owner))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (unwritable.has(code)) return () => undefined
    throw error
  }
  return () => rmSync(path, { force: true })
}
