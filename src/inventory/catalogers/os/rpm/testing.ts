// Makes rpm headers and databases for tests.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
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
