// EPSS scores of hundreds of thousands of CVEs: sorted numbers, one value for each part and year, found by binary search.
// https://www.first.org/epss/data_stats

import type { Epss } from '../../model/index.ts'
import { compareText } from '../../platform/index.ts'
import { decode, encode } from './encode.ts'
import type { Table } from './environment.ts'
import { afterAll, hashBytes, hashOf, separator } from './format.ts'

/** Scores have at most nine decimals, and a whole number over a thousand million gives back the very same double. */
const unit = 1e9

/** A score in numbers: the CVE's number within its year, score and percentile in thousand-millionths. */
interface Row {
  readonly number: number
  readonly score: number
  readonly percentile: number
  readonly date: string
}

const pattern = /^CVE-(\d{4})-(\d{4,9})$/

/** Year and number of a CVE that fits the packed form. A number of ten digits or with needless zeroes does not. */
function parseCve(cve: string): { readonly year: string; readonly number: number } | undefined {
  const [, year, digits] = pattern.exec(cve) ?? []
  if (year === undefined || digits === undefined) return undefined
  if (digits.length > 4 && digits.startsWith('0')) return undefined
  return { year, number: Number(digits) }
}

const nameOf = (year: string, number: number): string => `CVE-${year}-${String(number).padStart(4, '0')}`

function whole(share: number): number | undefined {
  if (!(share >= 0 && share <= 1)) return undefined
  const rounded = Math.round(share * unit)
  return rounded / unit === share ? rounded : undefined
}

/** True when the score can be kept packed, exactly; others are kept like any signal. */
export function packs(cve: string, epss: Epss): boolean {
  return (
    parseCve(cve) !== undefined && whole(epss.score) !== undefined && whole(epss.percentile) !== undefined
  )
}

/** Growing columns of scores, in the order they come. */
export interface EpssColumns {
  readonly count: number
  /** Adds a score that `packs`; a later one of the same CVE counts. */
  set(cve: string, epss: Epss): void
  /** Notes that the CVE has no score any more. */
  remove(cve: string): void
  years(): readonly string[]
  /** What was set (`undefined`: removed) in a year, by number. */
  changes(year: string): ReadonlyMap<number, Row | undefined>
}

/** Empty columns. Twelve bytes a score would be enough; a map for each year is simple and lives for one sync only. */
export function epssColumns(): EpssColumns {
  const byYear = new Map<string, Map<number, Row | undefined>>()
  const put = (cve: string, row: (number: number) => Row | undefined): void => {
    const parsed = parseCve(cve)
    if (parsed === undefined) return
    const rows = byYear.get(parsed.year) ?? new Map<number, Row | undefined>()
    byYear.set(parsed.year, rows)
    rows.set(parsed.number, row(parsed.number))
  }
  return {
    get count() {
      return byYear.values().reduce((sum, rows) => sum + rows.size, 0)
    },
    set: (cve, { score, percentile, date }) =>
      put(cve, (number) => ({ number, score: whole(score) ?? 0, percentile: whole(percentile) ?? 0, date })),
    remove: (cve) => put(cve, () => undefined),
    years: () => [...byYear.keys()].sort(compareText),
    changes: (year) => byYear.get(year) ?? new Map<number, Row | undefined>(),
  }
}

/** One year of one part, as it lies in the store. */
export interface EpssChunk {
  readonly year: string
  readonly numbers: Uint32Array
  readonly scores: Uint32Array
  readonly percentiles: Uint32Array
  readonly dateIndexes: Uint32Array
  readonly dates: readonly string[]
}

const chunkKey = (part: string, year: string): string => part + separator + year

/** The chunk, undefined when there is none. */
export function readChunk(table: Table, part: string, year: string): EpssChunk | undefined {
  const value = table.getBinary(chunkKey(part, year))
  return value === undefined ? undefined : decodeChunk(year, value)
}

/** The years that a part has. */
export function yearsOf(table: Table, part: string): string[] {
  const start = part + separator
  return [...table.getKeys({ start, end: start + afterAll })].map((key) => key.slice(start.length))
}

function decodeChunk(year: string, value: Buffer): EpssChunk {
  const [numbers, scores, percentiles, dateIndexes, dates] = decode(value, hashBytes) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    string[],
  ]
  return {
    year,
    numbers: new Uint32Array(aligned(numbers)),
    scores: new Uint32Array(aligned(scores)),
    percentiles: new Uint32Array(aligned(percentiles)),
    dateIndexes: new Uint32Array(aligned(dateIndexes)),
    dates,
  }
}

/** A copy whose buffer begins with the bytes, as typed arrays need it. */
const aligned = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

const bytesOf = (array: Uint32Array): Buffer => Buffer.from(array.buffer, array.byteOffset, array.byteLength)

function encodeChunk(rows: readonly Row[]): Buffer {
  const dates = [...new Set(rows.map((row) => row.date))].sort(compareText)
  const indexOf = new Map(dates.map((date, index) => [date, index]))
  const body = encode([
    bytesOf(Uint32Array.from(rows, (row) => row.number)),
    bytesOf(Uint32Array.from(rows, (row) => row.score)),
    bytesOf(Uint32Array.from(rows, (row) => row.percentile)),
    bytesOf(Uint32Array.from(rows, (row) => indexOf.get(row.date) ?? 0)),
    dates,
  ])
  return Buffer.concat([hashOf(body), body])
}

function* rowsOf(chunk: EpssChunk): Generator<Row> {
  for (const [index, number] of chunk.numbers.entries()) {
    yield {
      number,
      score: chunk.scores[index] ?? 0,
      percentile: chunk.percentiles[index] ?? 0,
      date: chunk.dates[chunk.dateIndexes[index] ?? 0] ?? '',
    }
  }
}

/** The score of a CVE in its year's chunk. */
export function findInChunk(chunk: EpssChunk, cve: string): Epss | undefined {
  const number = parseCve(cve)?.number
  if (number === undefined) return undefined
  let low = 0
  let high = chunk.numbers.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const at = chunk.numbers[middle] ?? 0
    if (at === number) {
      return {
        score: (chunk.scores[middle] ?? 0) / unit,
        percentile: (chunk.percentiles[middle] ?? 0) / unit,
        date: chunk.dates[chunk.dateIndexes[middle] ?? 0] ?? '',
      }
    }
    if (at < number) low = middle + 1
    else high = middle - 1
  }
  return undefined
}

/** The year under which a CVE would be packed. */
export function yearOf(cve: string): string | undefined {
  return parseCve(cve)?.year
}

/** The new value of each year that changes; `undefined` when a year has nothing left. */
export interface EpssUpdate {
  readonly part: string
  readonly years: ReadonlyMap<string, Buffer | undefined>
  /** Scores of the part after the update. */
  readonly count: number
}

/**
 * What the columns change in a part. `full`: they are all there is. A year whose bytes stay the same is not named.
 */
export function planEpss(
  base: Table | undefined,
  part: string,
  columns: EpssColumns,
  mode: 'full' | 'delta',
): EpssUpdate {
  const known = base === undefined ? [] : yearsOf(base, part)
  const years = new Map<string, Buffer | undefined>()
  let count = 0
  for (const year of new Set([...known, ...columns.years()])) {
    const chunk = base === undefined ? undefined : readChunk(base, part, year)
    const rows = new Map<number, Row>()
    if (mode === 'delta' && chunk !== undefined) for (const row of rowsOf(chunk)) rows.set(row.number, row)
    for (const [number, row] of columns.changes(year)) {
      if (row === undefined) rows.delete(number)
      else rows.set(number, row)
    }
    count += rows.size
    const sorted = [...rows.values()].sort((a, b) => a.number - b.number)
    const value = sorted.length === 0 ? undefined : encodeChunk(sorted)
    const old = base?.getBinary(chunkKey(part, year))
    if (value === undefined ? old !== undefined : old === undefined || !value.equals(old))
      years.set(year, value)
  }
  return { part, years, count }
}

/** Writes a year's value; inside a transaction. */
export function writeChunk(table: Table, part: string, year: string, value: Buffer | undefined): void {
  if (value === undefined) table.removeSync(chunkKey(part, year))
  else table.putSync(chunkKey(part, year), value)
}

/** The CVEs of two chunks of one year whose scores differ, with both. Either may be missing. */
export function* changedScores(
  before: EpssChunk | undefined,
  after: EpssChunk | undefined,
): Generator<{
  readonly cve: string
  readonly before: number | undefined
  readonly after: number | undefined
}> {
  const year = before?.year ?? after?.year ?? ''
  const old = new Map(before === undefined ? [] : [...rowsOf(before)].map((row) => [row.number, row.score]))
  for (const row of after === undefined ? [] : rowsOf(after)) {
    const score = old.get(row.number)
    old.delete(row.number)
    if (score === row.score) continue
    yield { cve: nameOf(year, row.number), before: scaled(score), after: row.score / unit }
  }
  for (const [number, score] of old) {
    yield { cve: nameOf(year, number), before: score / unit, after: undefined }
  }
}

const scaled = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : value / unit
