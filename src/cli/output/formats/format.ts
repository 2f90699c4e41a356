// What every output format offers: a report in, text out. A format is one file, its test and one line in registry.ts.

import type { ScanReport } from '../../report/report.ts'
import type { Styles } from '../style.ts'

export interface FormatContext {
  /** Columns to fit in. */
  readonly width: number
  /** Plain when the text goes to a file or a pipe. */
  readonly style: Styles
  readonly groupBy: 'vulnerability' | 'upgrade'
}

export interface OutputFormat {
  /** As `--output` names it. */
  readonly name: string
  /** One line for `--help`. */
  readonly summary: string
  /** The whole text, ending with a line feed. Pure: the same report and context give the same bytes. */
  render(report: ScanReport, context: FormatContext): string
}
