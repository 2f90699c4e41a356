// Pages of an SQLite database, the write-ahead log laid over the file. Read by hand rather than with SQLite: a library would need
// a copy of database and log, opens what strangers made, and cannot skip one bad page.
// https://www.sqlite.org/fileformat2.html

import type { FileContent } from '../../../../filesystems/tree.ts'
import { DatabaseDamage, readExactly } from '../blob-database.ts'
import { readWal } from './wal.ts'

export interface Pager {
  /** Bytes of a page that hold content. */
  readonly usable: number
  readonly pageCount: number
  /** Page `number`, counted from 1. */
  page(number: number): Promise<Buffer>
}

/** Opens a database and its log; throws `DatabaseDamage` when it is none. */
export async function openPager(content: FileContent, log: FileContent | undefined): Promise<Pager> {
  const header = await readExactly(content, 0, 100)
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    throw new DatabaseDamage('it is no SQLite database', 'offset 0')
  }
  const stated = header.readUInt16BE(16)
  const pageSize = stated === 1 ? 65536 : stated
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0) {
    throw new DatabaseDamage(`its page size of ${pageSize} is none that there is`, 'offset 16')
  }
  const reserved = header[20] ?? 0
  if (pageSize - reserved < 480) throw new DatabaseDamage('its pages hold no content', 'offset 20')
  const wal = log === undefined ? undefined : await readWal(log, pageSize)
  const pageCount = wal?.pageCount ?? Math.floor(content.size / pageSize)
  return {
    usable: pageSize - reserved,
    pageCount,
    async page(number) {
      if (number < 1 || number > pageCount)
        throw new DatabaseDamage(`page ${number} is not there`, `page ${number}`)
      const offset = wal?.pages.get(number)
      if (log !== undefined && offset !== undefined) return readExactly(log, offset, pageSize)
      return readExactly(content, (number - 1) * pageSize, pageSize)
    },
  }
}
