// A table on standard output, and as Markdown for docs/benchmarks.md.

import { table } from '../../src/cli/output/table.ts'

export interface BenchTable {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/** Prints the table. */
export function print({ columns, rows, title }: BenchTable): void {
  const lines = table(
    columns.map((name, index) => ({ title: name, ...(index === 0 ? {} : { align: 'right' as const }) })),
    rows.map((row) => row.map(String)),
    160,
  )
  console.log(['', title, ...lines].join('\n'))
}

export const seconds = (value: number): string => `${value.toFixed(2)} s`
export const ratio = (value: number, baseline: number): string =>
  baseline === 0 ? '–' : `${(value / baseline).toFixed(2)} ×`
export const megabytes = (value: number): string => `${Math.round(value)} MB`
