// Tables that fit the terminal.

import stringWidth from 'string-width'
import { printable } from './style.ts'

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** The least it may shrink to when the terminal is narrow; a column without is never cut. */
  readonly minimum?: number
  /** Cut in the middle (paths) instead of at the end. */
  readonly cut?: 'end' | 'middle'
  readonly style?: (text: string) => string
}

const gap = '  '

/** The width of a stream's terminal; 120 where there is none, so that piped tables are stable. */
export function widthOf(stream: { readonly columns?: number }): number {
  return stream.columns === undefined || stream.columns < 40 ? 120 : stream.columns
}

/**
 * Lines of a table, header first, no wider than `width` as far as the columns' minimums allow. Cells are made printable. A cell
 * may carry its own style.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly (string | StyledCell)[])[],
  width: number,
): string[] {
  const cells = rows.map((row) => columns.map((_, index) => cellOf(row[index] ?? '')))
  const widths = columns.map((column, index) =>
    Math.max(stringWidth(column.title), ...cells.map((row) => stringWidth(row[index]?.text ?? ''))),
  )
  shrink(columns, widths, width)
  const line = (row: readonly StyledCell[]): string =>
    row
      .map((cell, index) =>
        pad(cell, columns[index] ?? { title: '' }, widths[index] ?? 0, index === row.length - 1),
      )
      .join(gap)
      .trimEnd()
  const header = columns.map((column) => ({ text: column.title }))
  return [line(header), ...cells.map(line)]
}

export interface StyledCell {
  readonly text: string
  readonly style?: (text: string) => string
}

function cellOf(cell: string | StyledCell): StyledCell {
  return typeof cell === 'string' ? { text: printable(cell) } : { ...cell, text: printable(cell.text) }
}

/** Takes from the widest column that may shrink until the table fits. */
function shrink(columns: readonly Column[], widths: number[], width: number): void {
  let excess = widths.reduce((sum, one) => sum + one, 0) + gap.length * (widths.length - 1) - width
  while (excess > 0) {
    let widest = -1
    for (const [index, column] of columns.entries()) {
      const now = widths[index] ?? 0
      if (column.minimum !== undefined && now > column.minimum && now > (widths[widest] ?? 0)) widest = index
    }
    if (widest < 0) return
    widths[widest] = (widths[widest] ?? 0) - 1
    excess -= 1
  }
}

function pad(cell: StyledCell, column: Column, width: number, last: boolean): string {
  const text = cut(cell.text, width, column.cut ?? 'end')
  const fill = ' '.repeat(Math.max(0, width - stringWidth(text)))
  const styled = (cell.style ?? column.style ?? ((plain: string) => plain))(text)
  if (column.align === 'right') return fill + styled
  return last ? styled : styled + fill
}

/** Shortens to `width` columns, with an ellipsis where something is missing. */
export function cut(text: string, width: number, where: 'end' | 'middle'): string {
  if (stringWidth(text) <= width) return text
  if (width <= 1) return '…'.slice(0, width)
  const characters = Array.from(text)
  if (where === 'middle') {
    const half = Math.floor((width - 1) / 2)
    return `${take(characters, half)}…${take(characters.toReversed(), width - 1 - half, true)}`
  }
  return `${take(characters, width - 1)}…`
}

function take(characters: readonly string[], width: number, backwards = false): string {
  const taken: string[] = []
  let used = 0
  for (const character of characters) {
    used += stringWidth(character)
    if (used > width) break
    taken.push(character)
  }
  return (backwards ? taken.toReversed() : taken).join('')
}
