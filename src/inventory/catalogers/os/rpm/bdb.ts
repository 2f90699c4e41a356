// Berkeley DB, hash access method, as rpm wrote `Packages` until 2020. Read page by page: every pair of a key and a value is
// on some hash page, so the hash function and the buckets do not matter.
// https://github.com/berkeleydb/libdb/blob/master/src/dbinc/db_page.h

import type { FileContent } from '../../../filesystems/tree.ts'
import { DatabaseDamage, readExactly } from './blob-database.ts'
import type { Blob, DatabaseLimits } from './blob-database.ts'

const hashMagic = 0x00061561
const btreeMagic = 0x00053162

const pageType = { unsortedHash: 2, overflow: 7, hash: 13 }
const itemType = { keyData: 1, offPage: 3 }
const pageHeaderBytes = 26

interface Database {
  readonly content: FileContent
  readonly pageSize: number
  readonly lastPage: number
  readonly number32: (buffer: Buffer, at: number) => number
  readonly number16: (buffer: Buffer, at: number) => number
}

export async function* readBdb(content: FileContent, limits: DatabaseLimits): AsyncGenerator<Blob> {
  const database = await openDatabase(content)
  let blobs = 0
  for (let number = 1; number <= database.lastPage; number += 1) {
    const page = await pageAt(database, number)
    const type = page[25]
    if (type !== pageType.hash && type !== pageType.unsortedHash) continue
    for (const item of valuesOf(database, page, number)) {
      const blob = await readValue(database, page, item, `page ${number}`, limits)
      if (blob === undefined) continue
      blobs += 1
      if (blobs > limits.blobs) {
        throw new DatabaseDamage(`it has more than ${limits.blobs} packages`, `page ${number}`)
      }
      yield blob
    }
  }
}

async function openDatabase(content: FileContent): Promise<Database> {
  const meta = await readExactly(content, 0, 72)
  const little = meta.readUInt32LE(12)
  const big = meta.readUInt32BE(12)
  if (little === btreeMagic || big === btreeMagic) {
    throw new DatabaseDamage('it is a Berkeley DB B-tree, where rpm writes a hash', 'offset 12')
  }
  if (little !== hashMagic && big !== hashMagic) {
    throw new DatabaseDamage('it is no Berkeley DB hash database', 'offset 12')
  }
  // The byte order is that of the machine that wrote it.
  const isLittle = little === hashMagic
  const number32 = (buffer: Buffer, at: number): number =>
    isLittle ? buffer.readUInt32LE(at) : buffer.readUInt32BE(at)
  const number16 = (buffer: Buffer, at: number): number =>
    isLittle ? buffer.readUInt16LE(at) : buffer.readUInt16BE(at)
  const pageSize = number32(meta, 20)
  if (pageSize < 512 || pageSize > 65536 || (pageSize & (pageSize - 1)) !== 0) {
    throw new DatabaseDamage(`its page size of ${pageSize} is none that there is`, 'offset 20')
  }
  if (meta[24] !== 0) throw new DatabaseDamage('it is encrypted', 'offset 24')
  const lastPage = number32(meta, 32)
  if ((lastPage + 1) * pageSize > content.size) {
    throw new DatabaseDamage(`it should have ${lastPage + 1} pages and ends before`, 'offset 32')
  }
  return { content, pageSize, lastPage, number32, number16 }
}

async function pageAt(database: Database, number: number): Promise<Buffer> {
  return readExactly(database.content, number * database.pageSize, database.pageSize)
}

interface Item {
  readonly start: number
  readonly end: number
}

/** The values of a hash page. Items are listed from the front and stored from the back: key, value, key, value, … */
function* valuesOf(database: Database, page: Buffer, number: number): Generator<Item> {
  const entries = database.number16(page, 20)
  if (pageHeaderBytes + entries * 2 > page.length) {
    throw new DatabaseDamage('a page has more entries than room', `page ${number}`)
  }
  const offsetOf = (index: number): number => database.number16(page, pageHeaderBytes + index * 2)
  for (let index = 1; index < entries; index += 2) {
    const start = offsetOf(index)
    const end = offsetOf(index - 1)
    if (start < pageHeaderBytes || end <= start || end > page.length) {
      throw new DatabaseDamage('an entry lies outside of its page', `page ${number}`)
    }
    yield { start, end }
  }
}

async function readValue(
  database: Database,
  page: Buffer,
  { start, end }: Item,
  place: string,
  limits: DatabaseLimits,
): Promise<Blob | undefined> {
  const type = page[start]
  if (type === itemType.keyData) {
    // Four bytes are the record that counts the packages.
    return end - start - 1 <= 4 ? undefined : { place, bytes: Buffer.from(page.subarray(start + 1, end)) }
  }
  if (type !== itemType.offPage || end - start < 12)
    return { place, problem: 'an entry is of an unknown kind' }
  const length = database.number32(page, start + 8)
  if (length > limits.blobBytes) return { place, problem: `an entry has ${length} bytes` }
  return readOverflow(database, database.number32(page, start + 4), length, place)
}

/** A value that takes a chain of pages of its own. */
async function readOverflow(database: Database, first: number, length: number, place: string): Promise<Blob> {
  const bytes = Buffer.alloc(length)
  let done = 0
  // Each page of the chain must bring bytes, so a chain that bites its tail ends when the value is full.
  for (let number = first; number !== 0 && done < length;) {
    if (number > database.lastPage) return { place, problem: `page ${number} of an entry is not there` }
    const page = await pageAt(database, number)
    const used = database.number16(page, 22)
    if (page[25] !== pageType.overflow || used === 0 || pageHeaderBytes + used > page.length) {
      return { place, problem: `page ${number} of an entry is damaged` }
    }
    done += page.copy(bytes, done, pageHeaderBytes, Math.min(pageHeaderBytes + used, page.length))
    number = database.number32(page, 16)
  }
  return done < length ? { place, problem: 'an entry ends too early' } : { place, bytes }
}
