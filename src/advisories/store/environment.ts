// The LMDB file of one generation and its tables. http://www.lmdb.tech/doc/
//
// A published file never changes: a new generation is a copy that was changed, so a reader needs no locks and two openings of
// one file cannot disagree.

import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { open } from 'lmdb'
import type { Database, RootDatabase } from 'lmdb'
import { LongwatchError, messageOf } from '../../platform/index.ts'

export type Table = Database<Buffer, string>

export interface Tables {
  /** part, bucket, id → the record. */
  readonly advisories: Table
  /** part, kind, bucket, id → hash and flags of every record. */
  readonly records: Table
  /** bucket, package key → entries. */
  readonly packages: Table
  /** bucket, canonical id → references to advisories. */
  readonly vulnerabilities: Table
  /** bucket, id that is no CVE → what records say about it. */
  readonly ids: Table
  /** id of a record without CVE → canonical ids, where they are not the id itself. */
  readonly canonical: Table
  /** bucket, CVE → what each part says. */
  readonly signals: Table
  /** part, year → packed scores. */
  readonly epss: Table
  /** bucket, product → release cycles. */
  readonly lifecycles: Table
  /** table, part, bucket → digest. */
  readonly digests: Table
  readonly meta: Table
}

export interface Environment extends Tables {
  readonly root: RootDatabase<Buffer, string>
}

/** Name of the LMDB file in a generation's folder. */
export const dataFile = 'data.mdb'

const names = [
  'records',
  'packages',
  'vulnerabilities',
  'ids',
  'canonical',
  'signals',
  'epss',
  'lifecycles',
  'digests',
  'meta',
] as const

/** Opens a published generation for reading. Throws `STORE_CORRUPT` when the file is not what a build left. */
export function openForReading(folder: string, expectedBytes: number): Environment {
  const path = join(folder, dataFile)
  checkFile(path, expectedBytes)
  return opened(path, true)
}

/** Opens the file of a generation that is being built; it is created when missing. Nothing is flushed before `flush`. */
export function openForBuilding(folder: string): Environment {
  return opened(join(folder, dataFile), false)
}

function opened(path: string, readOnly: boolean): Environment {
  let root: RootDatabase<Buffer, string> | undefined
  try {
    root = open<Buffer, string>({
      path,
      noSubdir: true,
      encoding: 'binary',
      maxDbs: 16,
      maxReaders: 1024,
      readOnly,
      // While building, a crash leaves a folder that is thrown away: only the finished file is flushed, once.
      ...(readOnly ? {} : { noSync: true, overlappingSync: false }),
    })
    const tables = Object.fromEntries(
      names.map((name) => [name, root?.openDB<Buffer, string>(name, { encoding: 'binary' })]),
    ) as unknown as Omit<Tables, 'advisories'>
    const advisories = root.openDB<Buffer, string>('advisories', {
      encoding: 'binary',
      compression: { threshold: 200 },
    })
    if (Object.values(tables).some((table: Table | undefined) => table === undefined) || !advisories) {
      throw new Error('a table is missing')
    }
    return { ...tables, advisories, root }
  } catch (error) {
    // A database that could not be opened has nothing to close but itself, and nobody waits for that.
    void root?.close().catch(() => undefined)
    throw storeError(error, path)
  }
}

/**
 * LMDB maps the file and trusts it: a file that was cut short ends the process with SIGBUS when it is read. So the size and
 * the two meta pages are looked at before.
 * http://www.lmdb.tech/doc/group__internal.html (MDB_meta, MDB_MAGIC)
 */
function checkFile(path: string, expectedBytes: number): void {
  let bytes: number
  const head = Buffer.alloc(8192)
  try {
    bytes = statSync(path).size
    const file = openSync(path, 'r')
    try {
      readSync(file, head, 0, head.length, 0)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw corrupt(path, messageOf(error), error)
  }
  if (bytes !== expectedBytes) throw corrupt(path, `it has ${bytes} bytes instead of ${expectedBytes}`)
  // The lmdb package's pages begin with 24 bytes: number, transaction, flags and bounds.
  const magicOffset = 24
  if (head.readUInt32LE(magicOffset) !== 0xbeefc0de || head.readUInt32LE(4096 + magicOffset) !== 0xbeefc0de) {
    throw corrupt(path, 'its first pages are not those of an LMDB file')
  }
}

/** The error for a store that is damaged. */
export function corrupt(place: string, why: string, cause?: unknown): LongwatchError {
  return new LongwatchError('STORE_CORRUPT', `the advisory store is damaged: ${why}`, {
    place,
    remedy: 'Run `longwatch db update`: it builds the store anew.',
    exitCode: 4,
    cause,
  })
}

/** An error of the file system or of LMDB as ours; ours and foreign bugs stay as they are. */
export function storeError(error: unknown, place: string): unknown {
  if (error instanceof LongwatchError || !(error instanceof Error)) return error
  const code = 'code' in error ? error.code : undefined
  // LMDB hands on the errno as a number, or says MDB_MAP_FULL (-30792).
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 28 || code === 122 || code === -30792)
    return diskFull(place, error)
  if (/no space left|MDB_MAP_FULL|disk quota/i.test(error.message)) return diskFull(place, error)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 13 || code === 30) {
    return new LongwatchError('STORE_READ_ONLY', `the advisory store cannot be written: ${error.message}`, {
      place,
      remedy: 'Check who owns the data folder, or name another one with --data-dir.',
      cause: error,
    })
  }
  if (
    /MDB_(?:CORRUPTED|INVALID|PAGE_NOTFOUND|PAGE_FULL|BAD_TXN|VERSION_MISMATCH|NOTFOUND)/.test(error.message)
  ) {
    return corrupt(place, error.message, error)
  }
  return error
}

function diskFull(place: string, cause: Error): LongwatchError {
  return new LongwatchError(
    'STORE_DISK_FULL',
    'the disk is full: the new advisory store could not be written',
    {
      place,
      remedy:
        'Free some space and run `longwatch db update` again; the last good advisory data is still in use.',
      cause,
    },
  )
}
