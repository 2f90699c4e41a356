// What the `db` commands share: where the store is, how ages and sizes read, how JSON is written.

import { readFileSync } from 'node:fs'
import { advisoriesDir } from '../../advisories/index.ts'
import { exitCodes, LongwatchError, messageOf } from '../../platform/index.ts'
import type { CliIo } from '../io.ts'
import { writeText } from '../io.ts'
import { table, widthOf } from '../output/table.ts'
import type { Column, StyledCell } from '../output/table.ts'

/** The store's folder of this run. */
export const storeOf = (io: CliIo): string => advisoriesDir(io.dataDir)

/** Writes a value as indented JSON. */
export async function writeJson(io: CliIo, value: unknown): Promise<void> {
  await writeText(io.stdout, `${JSON.stringify(value, undefined, 2)}\n`)
}

/** Writes lines. */
export async function writeLines(io: CliIo, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await writeText(io.stdout, `${lines.join('\n')}\n`)
}

/** Writes a table as wide as the terminal. */
export async function writeTable(
  io: CliIo,
  columns: readonly Column[],
  rows: readonly (readonly (string | StyledCell)[])[],
): Promise<void> {
  await writeLines(io, table(columns, rows, widthOf(io.stdout)))
}

const units: readonly (readonly [number, string])[] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
]

/** How long ago an instant was, in its largest unit: `3 days`; empty for what is no instant. */
export function ageOf(instant: string, now: Date): string {
  const seconds = (now.getTime() - Date.parse(instant)) / 1000
  if (Number.isNaN(seconds)) return ''
  for (const [length, name] of units) {
    const count = Math.floor(seconds / length)
    if (count >= 1) return `${count} ${name}${count === 1 ? '' : 's'}`
  }
  return 'now'
}

/** Whole days since an instant, for JSON; null for what is no instant. */
export function daysSince(instant: string, now: Date): number | null {
  const days = Math.floor((now.getTime() - Date.parse(instant)) / 86_400_000)
  return Number.isNaN(days) ? null : Math.max(0, days)
}

/** The instant's date and time to the minute, as people read it. */
export const shownInstant = (instant: string): string => instant.slice(0, 16).replace('T', ' ')

/** Bytes in MB or kB. */
export function shownBytes(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1000)} kB`
}

/** A number with separators between thousands. */
export const shownCount = (count: number): string => count.toLocaleString('en-US')

/** `1 record`, `2 records`. */
export const counted = (count: number, noun: string): string =>
  `${shownCount(count)} ${noun}${count === 1 ? '' : 's'}`

/** The content of a key file. Throws `FILE_UNUSABLE`, a usage error. */
export function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new LongwatchError('FILE_UNUSABLE', `the key cannot be read: ${messageOf(error)}`, {
      place: path,
      exitCode: exitCodes.usage,
      cause: error,
    })
  }
}

/** Help text with examples. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`
