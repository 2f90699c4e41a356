// Makes rpm headers and databases for tests.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A tag of a header: one text, several texts, or numbers. */
export type Tag = readonly [tag: number, value: string | readonly string[] | readonly number[]]

/** A header blob as rpm writes it. */
export function makeHeader(tags: readonly Tag[]): Buffer {
  const entries: Buffer[] = []
  const data: Buffer[] = []
  let offset = 0
  for (const [tag, value] of tags) {
    const numbers = typeof value !== 'string' && typeof value[0] === 'number'
    const bytes = numbers
      ? Buffer.concat((value as readonly number[]).map((n) => Buffer.from([n >>> 24, n >>> 16, n >>> 8, n])))
      : Buffer.from(
          [value]
            .flat()
            .map((text) => `${text}\0`)
            .join(''),
        )
    const entry = Buffer.alloc(16)
    entry.writeInt32BE(tag, 0)
    entry.writeInt32BE(numbers ? 4 : typeof value === 'string' ? 6 : 8, 4)
    entry.writeInt32BE(offset, 8)
    entry.writeInt32BE(typeof value === 'string' ? 1 : value.length, 12)
    entries.push(entry)
    data.push(bytes)
    offset += bytes.length
  }
  const head = Buffer.alloc(8)
  head.writeUInt32BE(entries.length, 0)
  head.writeUInt32BE(offset, 4)
  return Buffer.concat([head, ...entries, ...data])
}

/** Bytes of a database that SQLite wrote; `statements` may fill more tables. */
export function makeSqlite(
  blobs: readonly Buffer[],
  statements: readonly string[] = [],
  pageSize = 4096,
): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'longwatch-rpm-'))
  try {
    const path = join(folder, 'rpmdb.sqlite')
    const database = new DatabaseSync(path)
    database.exec(`PRAGMA page_size = ${pageSize}`)
    database.exec('CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)')
    const insert = database.prepare('INSERT INTO Packages (blob) VALUES (?)')
    for (const blob of blobs) insert.run(blob)
    for (const statement of statements) database.exec(statement)
    database.close()
    return readFileSync(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The database and its log as they lie on disk while a program has it open: rows of `logged` are in the log alone. */
export function makeSqliteWithLog(
  blobs: readonly Buffer[],
  logged: readonly Buffer[],
): { readonly database: Buffer; readonly log: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'longwatch-rpm-'))
  try {
    const path = join(folder, 'rpmdb.sqlite')
    writeFileSync(path, makeSqlite(blobs))
    const database = new DatabaseSync(path)
    database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0')
    const insert = database.prepare('INSERT INTO Packages (blob) VALUES (?)')
    for (const blob of logged) insert.run(blob)
    const made = { database: readFileSync(path), log: readFileSync(`${path}-wal`) }
    database.close()
    return made
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** rpm's own database with one slot for each blob, and a free slot before each. */
export function makeNdb(blobs: readonly Buffer[]): Buffer {
  const table = Buffer.alloc(4096)
  table.write('RpmP')
  table.writeUInt32LE(1, 12)
  for (let at = 32; at < 4096; at += 16) table.write('Slot', at)
  const parts: Buffer[] = []
  let offset = 4096
  for (const [position, blob] of blobs.entries()) {
    const index = position + 1
    const head = Buffer.alloc(16)
    head.write('BlbS')
    head.writeUInt32LE(index, 4)
    head.writeUInt32LE(blob.length, 12)
    const padding = Buffer.alloc((16 - (blob.length % 16)) % 16)
    const slot = 32 + 32 * position + 16
    table.writeUInt32LE(index, slot + 4)
    table.writeUInt32LE(offset / 16, slot + 8)
    parts.push(head, blob, padding)
    offset += 16 + blob.length + padding.length
  }
  return Buffer.concat([table, ...parts])
}

/** A Berkeley DB hash database: short values on one hash page, long ones on chains of pages. */
export function makeBdb(blobs: readonly Buffer[], bigEndian = false): Buffer {
  const pageSize = 512
  const pages: Buffer[] = [Buffer.alloc(pageSize), Buffer.alloc(pageSize)]
  const u32 = (page: Buffer, value: number, at: number): void => {
    if (bigEndian) page.writeUInt32BE(value, at)
    else page.writeUInt32LE(value, at)
  }
  const u16 = (page: Buffer, value: number, at: number): void => {
    if (bigEndian) page.writeUInt16BE(value, at)
    else page.writeUInt16LE(value, at)
  }
  const hash = pages[1] ?? Buffer.alloc(0)
  hash[25] = 13
  let free = pageSize
  let items = 0
  const addItem = (item: Buffer): void => {
    free -= item.length
    item.copy(hash, free)
    u16(hash, free, 26 + items * 2)
    items += 1
  }
  // The record that counts the packages.
  addItem(Buffer.from([1, 0, 0, 0, 0]))
  addItem(Buffer.from([1, 9, 0, 0, 0]))
  for (const [index, blob] of blobs.entries()) {
    addItem(Buffer.from([1, index + 1, 0, 0, 0]))
    if (blob.length < 60) {
      addItem(Buffer.concat([Buffer.from([1]), blob]))
      continue
    }
    const pointer = Buffer.alloc(12)
    pointer[0] = 3
    u32(pointer, pages.length, 4)
    u32(pointer, blob.length, 8)
    addItem(pointer)
    for (let at = 0; at < blob.length; at += pageSize - 26) {
      const page = Buffer.alloc(pageSize)
      const piece = blob.subarray(at, at + pageSize - 26)
      page[25] = 7
      u16(page, piece.length, 22)
      u32(page, at + piece.length < blob.length ? pages.length + 1 : 0, 16)
      piece.copy(page, 26)
      pages.push(page)
    }
  }
  u16(hash, items, 20)
  const meta = pages[0] ?? Buffer.alloc(0)
  u32(meta, 0x00061561, 12)
  u32(meta, pageSize, 20)
  u32(meta, pages.length - 1, 32)
  return Buffer.concat(pages)
}
