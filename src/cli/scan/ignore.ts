// Options and files that say what need not be reported: ignore rules and VEX documents.

import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { Option } from 'commander'
import { parseIgnoreFile, rulesFromVex } from '../../assessment/index.ts'
import type { IgnoreRule } from '../../assessment/index.ts'
import type { Diagnostic } from '../../model/index.ts'
import { exitCodes, LongwatchError, messageOf } from '../../platform/index.ts'
import { decodeVex } from '../../sbom/index.ts'
import { collect } from './target.ts'

export interface IgnoreOptions {
  readonly ignore: readonly string[]
  readonly vex: readonly string[]
}

/** Adds the options about what need not be reported. */
export function addIgnoreOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--ignore <file>',
        'YAML rules for what need not be reported; each has a reason and a last day',
      )
        .default([])
        .argParser(collect),
    )
    .addOption(
      new Option('--vex <file>', 'OpenVEX, CSAF or CycloneDX: what its author says is not affected or fixed')
        .default([])
        .argParser(collect),
    )
}

export interface Rules {
  readonly rules: readonly IgnoreRule[]
  /** Statements of VEX documents that could not be read. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads all files. Throws for one that cannot be read or has an error: what it would have hidden is unknown. */
export async function readRules({ ignore, vex }: IgnoreOptions): Promise<Rules> {
  const rules: IgnoreRule[] = []
  const diagnostics: Diagnostic[] = []
  for (const file of ignore) rules.push(...parseIgnoreFile((await read(file)).toString('utf8'), file))
  for (const file of vex) {
    const document = decodeVex(await read(file), file)
    rules.push(...rulesFromVex(document))
    diagnostics.push(...document.diagnostics)
  }
  return { rules, diagnostics }
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    throw new LongwatchError('FILE_UNREADABLE', `${file} cannot be read: ${messageOf(error)}`, {
      place: file,
      remedy: 'Check the path.',
      exitCode: exitCodes.usage,
      cause: error,
    })
  }
}
