// `--output format[=file]`, as often as wanted.

import { writeFile } from 'node:fs/promises'
import { exitCodes, LongwatchError, messageOf } from '../../platform/index.ts'
import type { CliIo } from '../io.ts'
import { writeText } from '../io.ts'
import type { OutputFormat } from '../output/formats/format.ts'
import { outputFormats } from '../output/formats/registry.ts'
import { plainStyles, stylesFor } from '../output/style.ts'
import { widthOf } from '../output/table.ts'
import type { ScanReport } from '../report/report.ts'

export interface Output {
  readonly format: OutputFormat
  /** Standard output when absent. */
  readonly file?: string
}

export type GroupBy = 'vulnerability' | 'upgrade'

/** Reads the options; the table when there is none. Throws usage errors. */
export function parseOutputs(texts: readonly string[]): readonly Output[] {
  const outputs = (texts.length === 0 ? ['table'] : texts).map((text): Output => {
    const equals = text.indexOf('=')
    const name = equals < 0 ? text : text.slice(0, equals)
    const format = outputFormats.find((one) => one.name === name)
    if (format === undefined) {
      throw new LongwatchError('USAGE_FORMAT', `there is no output format ${name}`, {
        remedy: `Use one of ${outputFormats.map((one) => one.name).join(', ')}.`,
        exitCode: exitCodes.usage,
      })
    }
    return equals < 0 ? { format } : { format, file: text.slice(equals + 1) }
  })
  if (outputs.filter(({ file }) => file === undefined).length > 1) {
    throw new LongwatchError('USAGE_OUTPUTS', 'only one output can go to standard output', {
      remedy: 'Give the others a file: --output json=report.json.',
      exitCode: exitCodes.usage,
    })
  }
  return outputs
}

/** Writes every output: files first, so that a reader that goes away costs none. */
export async function writeOutputs(
  report: ScanReport,
  outputs: readonly Output[],
  groupBy: GroupBy,
  io: CliIo,
): Promise<void> {
  const ordered = [...outputs].sort((a, b) => Number(a.file === undefined) - Number(b.file === undefined))
  for (const { file, format } of ordered) {
    const text = format.render(report, {
      width: file === undefined ? widthOf(io.stdout) : 100,
      style: file === undefined ? stylesFor(io.stdout, (name) => io.environment(name)) : plainStyles,
      groupBy,
    })
    if (file === undefined) await writeText(io.stdout, text)
    else await writeReport(file, text)
  }
}

async function writeReport(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (error) {
    throw new LongwatchError('OUTPUT_UNWRITABLE', `${file} cannot be written: ${messageOf(error)}`, {
      place: file,
      remedy: 'Check the folder and the permissions.',
      exitCode: exitCodes.usage,
      cause: error,
    })
  }
}
