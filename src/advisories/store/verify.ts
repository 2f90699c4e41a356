// Looks whether a generation is what it says: every value against its hash, every bucket against its digest, all digests
// against the id.

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { LongwatchError } from '../../platform/index.ts'
import { crc32OfFile } from './crc.ts'
import { decodeAdvisory } from './encode.ts'
import type { Environment } from './environment.ts'
import { dataFile, openForReading } from './environment.ts'
import {
  afterAll,
  bucketDigits,
  digestedTables,
  digestKey,
  hashBytes,
  hashOf,
  parseAdvisoryKey,
  recordKey,
  separator,
} from './format.ts'
import type { DigestedTable } from './format.ts'
import { generationFolder, readHeader, readStates } from './generations.ts'
import { digestOf, groupHash, recomputeGroupHash } from './grouped.ts'
import { contentId, readMeta } from './meta.ts'

export interface Verification {
  readonly name: string
  readonly id: string | undefined
  /** What is wrong, undefined when nothing is. */
  readonly problem: string | undefined
}

/** Verifies a kept generation from the first byte to the last. Throws only when aborted. */
export async function verifyGeneration(
  dbDir: string,
  name: string,
  signal: AbortSignal,
): Promise<Verification> {
  const pause = async (): Promise<void> => {
    await setImmediate()
    signal.throwIfAborted()
  }
  const folder = generationFolder(dbDir, name)
  let id: string | undefined
  try {
    const header = readHeader(folder)
    id = header.id
    readStates(folder)
    const path = join(folder, dataFile)
    if (statSync(path).size !== header.bytes) return { name, id, problem: 'its file has another size' }
    // Before LMDB maps the file: pages that were damaged can end the process.
    if ((await crc32OfFile(path, pause)) !== header.crc32)
      return { name, id, problem: 'its file was changed' }
    const environment = openForReading(folder, header.bytes)
    try {
      return { name, id, problem: await verifyEnvironment(environment, header.id, 'thorough', pause) }
    } finally {
      await environment.root.close()
    }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof LongwatchError) return { name, id, problem: error.message }
    throw error
  }
}

/** Values looked at between two pauses. */
const batch = 2000

/**
 * What is wrong with the content, undefined when nothing is. `quick`: the id and the counts. `thorough`: every value.
 */
export async function verifyEnvironment(
  environment: Environment,
  id: string,
  depth: 'quick' | 'thorough',
  pause: () => Promise<void>,
): Promise<string | undefined> {
  if (contentId(environment) !== id) return 'its digests do not give its id'
  const meta = readMeta(environment)
  const advisories = environment.advisories.getKeysCount({})
  const records = environment.records.getKeysCount({})
  const counted = [...meta.records.values()].reduce((sum, count) => sum + count, 0)
  if (records !== counted) return `it has ${records} records and says ${counted}`
  if (advisories > records) return `it has ${advisories} advisories and only ${records} records`
  const packages = [...meta.coverage.values()].reduce((sum, count) => sum + count, 0)
  if (packages !== environment.packages.getKeysCount({})) return 'it covers other packages than it says'
  return depth === 'quick' ? undefined : await verifyValues(environment, advisories, pause)
}

async function verifyValues(
  environment: Environment,
  advisories: number,
  pause: () => Promise<void>,
): Promise<string | undefined> {
  let digests = 0
  for (const table of digestedTables) {
    const buckets = bucketsOf(environment, table)
    for (const { name, entries } of buckets) {
      const known = environment.digests.getBinary(name)
      digests += 1
      if (known === undefined || digestFor(table, entries)?.equals(known) !== true)
        return `the table ${table} is damaged`
      await pause()
    }
  }
  if (digests !== environment.digests.getKeysCount({})) return 'parts of a table are missing'
  let seen = 0
  for (const { key, value } of environment.advisories.getRange({})) {
    const { part, id: recordId } = parseAdvisoryKey(key)
    const record = environment.records.getBinary(recordKey(part, 'a', recordId))
    if (record === undefined || !record.subarray(0, hashBytes).equals(hashOf(value)))
      return `the record ${recordId} is damaged`
    if ((record[hashBytes] === 1) !== (decodeAdvisory(part, recordId, value).withdrawn !== undefined)) {
      return `the record ${recordId} is marked wrongly`
    }
    seen += 1
    if (seen % batch === 0) await pause()
  }
  return seen === advisories ? undefined : 'advisories are missing'
}

type Entry = readonly [key: string, hash: Buffer, computed: Buffer]

function digestFor(table: DigestedTable, entries: readonly Entry[]): Buffer | undefined {
  if (entries.some(([, hash, computed]) => !hash.equals(computed))) return undefined
  const [first] = entries
  return table === 'epss' ? first?.[1] : digestOf(entries.map(([key, hash]) => [key, hash]))
}

/** The table's values bucket by bucket, each with the name of its digest. Keys of a bucket lie together. */
function* bucketsOf(
  environment: Environment,
  table: DigestedTable,
): Generator<{ readonly name: string; readonly entries: readonly Entry[] }> {
  let name = ''
  let entries: Entry[] = []
  for (const { key, value } of environment[table].getRange({ end: afterAll })) {
    const next = digestNameOf(table, key)
    if (next !== name && entries.length > 0) {
      yield { name, entries }
      entries = []
    }
    name = next
    const hash = groupHash(value)
    entries.push([key, hash, computedHash(table, value) ?? hash])
  }
  if (entries.length > 0) yield { name, entries }
}

function digestNameOf(table: DigestedTable, key: string): string {
  if (table === 'epss') {
    const [part = '', year = ''] = key.split(separator)
    return digestKey('epss', part, year)
  }
  if (table !== 'records') return digestKey(table, '', key.slice(0, bucketDigits))
  const end = key.indexOf(separator)
  return digestKey('records', key.slice(0, end), key.slice(end + 1, end + 2 + bucketDigits))
}

/** Records keep a hash only; what they are made of is looked at elsewhere. */
function computedHash(table: DigestedTable, value: Buffer): Buffer | undefined {
  if (table === 'records') return undefined
  return table === 'epss' ? hashOf(value.subarray(hashBytes)) : recomputeGroupHash(value)
}
