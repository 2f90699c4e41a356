// Tables that gather, under one key, what several records say: the entries of a package, the advisories of a vulnerability,
// the records about an id, the signals of a CVE. A value is replaced record by record, so a full compile and a small one
// are the same operation.

import { compareText } from '../../platform/index.ts'
import { decode, encode } from './encode.ts'
import type { Environment, Table } from './environment.ts'
import { afterAll, bucketDigits, bucketOf, digestKey, hashBytes, hashOf, separator } from './format.ts'
import type { DigestedTable } from './format.ts'
import { createSpill } from './spill.ts'
import type { Spill, SpillBudget } from './spill.ts'

export type GroupedTable = Exclude<DigestedTable, 'records' | 'epss'>

/** One statement of one record inside a group. */
export interface Item {
  readonly feed: string
  readonly id: string
  /** What the group's hash is made of. */
  readonly material: unknown
  /** What may change without the group counting as changed. */
  readonly loose: unknown
}

export type Group = readonly Item[]

const partitions = 32
const bucketsPerPartition = 16 ** bucketDigits / partitions
const partitionOf = (bucket: string): number => Math.floor(Number.parseInt(bucket, 16) / bucketsPerPartition)

/** Groups written in one transaction. */
const batchSize = 4000
/** Bytes written in one transaction: LMDB keeps the changed pages in memory until it ends. */
const batchBytes = 16 * 1024 * 1024

export interface GroupEvents {
  /** From now on the record's items under `key` are these; none removes it from the group. */
  set(
    key: string,
    feed: string,
    id: string,
    items: readonly (readonly [material: unknown, loose: unknown])[],
  ): void
  /**
   * Writes everything that was set, and the digests of the buckets it is in. `observe` sees each group that was touched, before
   * and after; both are empty for a group that is not there.
   */
  apply(
    observe: (key: string, before: Group, after: Group) => void,
    pause: () => Promise<void>,
  ): Promise<void>
  close(): void
}

/** Collects events for one table. The caller closes it. */
export function groupEvents(
  environment: Environment,
  table: GroupedTable,
  scratch: string,
  budget: SpillBudget,
): GroupEvents {
  const spill: Spill = createSpill(scratch, table, partitions, budget)
  const database = environment[table]
  let added = 0
  return {
    set(key, feed, id, items) {
      added += 1
      spill.add(partitionOf(bucketOf(key)), encode([key, feed, id, items]))
    },
    async apply(observe, pause) {
      if (added === 0) return
      for (let partition = 0; partition < partitions; partition += 1) {
        const frames = spill.take(partition)
        if (frames.length === 0) continue
        const hashes = await applyFrames(environment, database, frames, observe, pause)
        updateDigests(environment, table, database, hashes)
        await pause()
      }
      added = 0
    },
    close: () => spill.close(),
  }
}

type Event = readonly [key: string, feed: string, id: string, items: readonly (readonly [unknown, unknown])[]]

async function applyFrames(
  environment: Environment,
  database: Table,
  frames: readonly Buffer[],
  observe: (key: string, before: Group, after: Group) => void,
  pause: () => Promise<void>,
): Promise<Map<string, Buffer | undefined>> {
  const events = new Map<string, Event[]>()
  for (const frame of frames) {
    const event = decode(frame) as Event
    const known = events.get(event[0])
    if (known === undefined) events.set(event[0], [event])
    else known.push(event)
  }
  // Sorted as the table is, so that a fresh table is written from its beginning to its end.
  const keys = [...events.keys()].map((key) => bucketOf(key) + key).sort(compareText)
  const hashes = new Map<string, Buffer | undefined>()
  for (let next = 0; next < keys.length;) {
    environment.root.transactionSync(() => {
      const end = Math.min(keys.length, next + batchSize)
      for (let bytes = 0; next < end && bytes < batchBytes; next += 1) {
        const bucketed = keys[next] ?? ''
        const key = bucketed.slice(bucketDigits)
        const before = readGroup(database, key)
        const after = merged(before, events.get(key) ?? [])
        observe(key, before, after)
        if (after.length === 0) {
          if (before.length > 0) database.removeSync(bucketed)
          hashes.set(bucketed, undefined)
          continue
        }
        const value = encodeGroup(after)
        bytes += value.length + bucketed.length
        database.putSync(bucketed, value)
        hashes.set(bucketed, value.subarray(0, hashBytes))
      }
    })
    await pause()
  }
  return hashes
}

function merged(before: Group, events: readonly Event[]): Group {
  const byRecord = new Map<string, Item[]>()
  const nameOf = (feed: string, id: string): string => feed + separator + id
  for (const item of before) {
    const name = nameOf(item.feed, item.id)
    const known = byRecord.get(name)
    if (known === undefined) byRecord.set(name, [item])
    else known.push(item)
  }
  for (const [, feed, id, items] of events) {
    byRecord.set(
      nameOf(feed, id),
      items.map(([material, loose]) => ({ feed, id, material, loose })),
    )
  }
  const records = [...byRecord.values()].filter((items) => items.length > 0)
  return records
    .sort(([a], [b]) => compareText(a?.feed ?? '', b?.feed ?? '') || compareText(a?.id ?? '', b?.id ?? ''))
    .flat()
}

/** hash (16 bytes), length of the material part (4), material part, loose part. */
function encodeGroup(group: Group): Buffer {
  const material = encode(group.map((item) => [item.feed, item.id, item.material]))
  const loose = encode(group.map((item) => item.loose))
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32LE(material.length)
  return Buffer.concat([hashOf(material), length, material, loose])
}

const headerBytes = hashBytes + 4

/** The group under a key, empty when there is none. */
export function readGroup(database: Table, key: string): Group {
  const value = database.getBinaryFast(bucketOf(key) + key)
  return value === undefined ? [] : decodeGroup(value)
}

/** The items of a value. Throws when it is damaged. */
export function decodeGroup(value: Buffer): Group {
  const middle = headerBytes + value.readUInt32LE(hashBytes)
  const materials = decode(value, headerBytes, middle) as [string, string, unknown][]
  const loose = decode(value, middle, value.length) as unknown[]
  return materials.map(([feed, id, material], index) => ({ feed, id, material, loose: loose[index] }))
}

/** The hash in a value. The bytes are copied. */
export function groupHash(value: Buffer): Buffer {
  return Buffer.from(value.subarray(0, hashBytes))
}

/** The hash that a value should have. */
export function recomputeGroupHash(value: Buffer): Buffer {
  return hashOf(value.subarray(headerBytes, headerBytes + value.readUInt32LE(hashBytes)))
}

function updateDigests(
  environment: Environment,
  table: GroupedTable,
  database: Table,
  hashes: ReadonlyMap<string, Buffer | undefined>,
): void {
  const buckets = Map.groupBy(hashes, ([key]) => key.slice(0, bucketDigits))
  environment.root.transactionSync(() => {
    for (const [bucket, entries] of buckets) {
      const name = digestKey(table, '', bucket)
      // In a bucket that was empty all hashes are at hand; reading the pages back would only cost memory.
      const fresh = !environment.digests.doesExist(name)
      const digest = fresh
        ? digestOf(entries.flatMap(([key, hash]) => (hash === undefined ? [] : [[key, hash] as const])))
        : digestOfBucket(database, bucket)
      if (digest === undefined) environment.digests.removeSync(name)
      else environment.digests.putSync(name, digest)
    }
  })
}

/** The digest of what a table has in a bucket, undefined when that is nothing. */
export function digestOfBucket(database: Table, bucket: string): Buffer | undefined {
  return digestOf(hashesBelow(database, bucket))
}

/** The keys below a prefix with the hashes that begin their values. */
export function* hashesBelow(
  database: Table,
  prefix: string,
): Generator<readonly [key: string, hash: Buffer]> {
  for (const { key, value } of database.getRange({ start: prefix, end: prefix + afterAll })) {
    yield [key, groupHash(value)]
  }
}

/** One digest over keys and hashes, in whatever order they come; undefined when there are none. */
export function digestOf(entries: Iterable<readonly [key: string, hash: Buffer]>): Buffer | undefined {
  const chunks: Buffer[] = []
  for (const [key, hash] of [...entries].sort(([a], [b]) => compareText(a, b)))
    chunks.push(Buffer.from(`${key}\n`), hash)
  return chunks.length === 0 ? undefined : hashOf(Buffer.concat(chunks))
}
