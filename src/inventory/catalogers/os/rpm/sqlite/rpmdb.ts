// rpm's database since 2020: SQLite, the headers in the table `Packages (hnum, blob)`.
// https://github.com/rpm-software-management/rpm/blob/master/lib/backend/sqlite.c

import type { FileContent } from '../../../../filesystems/tree.ts'
import { DatabaseDamage } from '../blob-database.ts'
import type { Blob, DatabaseLimits } from '../blob-database.ts'
import { openPager } from './pager.ts'
import { rowsOf } from './table.ts'

export async function* readSqlite(
  content: FileContent,
  log: FileContent | undefined,
  limits: DatabaseLimits,
): AsyncGenerator<Blob> {
  const pager = await openPager(content, log)
  let blobs = 0
  for await (const row of rowsOf(pager, 'Packages', limits.blobBytes)) {
    const place = `package ${row.rowid}`
    blobs += 1
    if (blobs > limits.blobs) throw new DatabaseDamage(`it has more than ${limits.blobs} packages`, place)
    if ('problem' in row) yield { place, problem: row.problem }
    else {
      const blob = row.values[1]
      if (blob instanceof Uint8Array) yield { place, bytes: blob }
      else yield { place, problem: 'it has no header' }
    }
  }
}
