// Rows of an SQLite table: leaves of a B-tree, long rows continued on overflow pages.
// https://www.sqlite.org/fileformat2.html#b_tree_pages

import { DatabaseDamage } from '../blob-database.ts'
import type { Pager } from './pager.ts'
import { parseRecord, varint } from './record.ts'
import type { Value } from './record.ts'

/** A row, or why it could not be read. */
export type Row =
  | { readonly rowid: number; readonly values: readonly Value[] }
  | { readonly rowid: number; readonly problem: string }

const interiorTable = 5
const leafTable = 13
const maximumDepth = 64

/** The rows of table `name`, in order of their ids. Throws `DatabaseDamage` when there is no such table or it cannot be walked on. */
export async function* rowsOf(pager: Pager, name: string, rowBytes: number): AsyncGenerator<Row> {
  const root = await rootOf(pager, name, rowBytes)
  if (root === undefined) throw new DatabaseDamage(`it has no table ${name}`, 'page 1')
  yield* walk(pager, root, rowBytes, new Set(), 0)
}

/** The schema is a table of `type, name, tbl_name, rootpage, sql` that begins at page 1. */
async function rootOf(pager: Pager, name: string, rowBytes: number): Promise<number | undefined> {
  for await (const row of walk(pager, 1, rowBytes, new Set(), 0)) {
    if ('problem' in row) continue
    const [type, found, , root] = row.values
    if (type === 'table' && found === name && typeof root === 'number') return root
  }
  return undefined
}

async function* walk(
  pager: Pager,
  number: number,
  rowBytes: number,
  seen: Set<number>,
  depth: number,
): AsyncGenerator<Row> {
  if (seen.has(number) || depth > maximumDepth)
    throw new DatabaseDamage('its pages form a loop', `page ${number}`)
  seen.add(number)
  const page = await pager.page(number)
  // Page 1 begins with the header of the file.
  const start = number === 1 ? 100 : 0
  const kind = page[start]
  if (kind !== interiorTable && kind !== leafTable) {
    throw new DatabaseDamage(`page ${number} is no page of a table`, `page ${number}`)
  }
  const cells = page.readUInt16BE(start + 3)
  const pointers = start + (kind === leafTable ? 8 : 12)
  if (pointers + cells * 2 > page.length) {
    throw new DatabaseDamage('a page has more cells than room', `page ${number}`)
  }
  for (let index = 0; index < cells; index += 1) {
    const at = page.readUInt16BE(pointers + index * 2)
    if (kind === leafTable) yield await readRow(pager, page, at, number, rowBytes)
    else if (at + 4 > page.length)
      throw new DatabaseDamage('a cell lies outside of its page', `page ${number}`)
    else yield* walk(pager, page.readUInt32BE(at), rowBytes, seen, depth + 1)
  }
  if (kind === interiorTable) yield* walk(pager, page.readUInt32BE(start + 8), rowBytes, seen, depth + 1)
}

async function readRow(
  pager: Pager,
  page: Buffer,
  at: number,
  number: number,
  rowBytes: number,
): Promise<Row> {
  const size = varint(page, at)
  const rowid = size === undefined ? undefined : varint(page, size.next)
  if (size === undefined || rowid === undefined) {
    throw new DatabaseDamage('a cell lies outside of its page', `page ${number}`)
  }
  const row = { rowid: rowid.value }
  if (size.value > rowBytes) return { ...row, problem: `it has ${size.value} bytes` }
  const local = localBytes(size.value, pager.usable)
  if (rowid.next + local > page.length) return { ...row, problem: 'it lies outside of its page' }
  const payload = Buffer.alloc(size.value)
  page.copy(payload, 0, rowid.next, rowid.next + local)
  let done = local
  let next = 0
  if (done < payload.length) {
    if (rowid.next + local + 4 > page.length) return { ...row, problem: 'it lies outside of its page' }
    next = page.readUInt32BE(rowid.next + local)
  }
  // Every overflow page brings bytes, so a chain that bites its tail ends when the row is full.
  while (done < payload.length) {
    if (next < 1 || next > pager.pageCount) return { ...row, problem: `its page ${next} is not there` }
    const overflow = await pager.page(next)
    next = overflow.readUInt32BE(0)
    done += overflow.copy(payload, done, 4, pager.usable)
  }
  const values = parseRecord(payload)
  return values === undefined ? { ...row, problem: 'its record is damaged' } : { ...row, values }
}

/** How much of a row is on the leaf itself. https://www.sqlite.org/fileformat2.html#cell_payload */
function localBytes(size: number, usable: number): number {
  const most = usable - 35
  if (size <= most) return size
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const fitting = least + ((size - least) % (usable - 4))
  return fitting <= most ? fitting : least
}
