// `longwatch db diff`: what changed between two generations.

import { Command, InvalidArgumentError } from 'commander'
import { diffGenerations, listGenerations, summarizeDiff } from '../../advisories/index.ts'
import type { GenerationDiff } from '../../advisories/index.ts'
import { exitCodes, LongwatchError } from '../../platform/index.ts'
import type { CliIo } from '../io.ts'
import { printable } from '../output/style.ts'
import { examples, shownCount, storeOf, writeJson, writeLines } from './db-output.ts'
import { generationNamed } from './db-status.ts'

interface DiffOptions {
  readonly limit: number
  readonly json?: true
}

/** Builds `db diff`. */
export function dbDiffCommand(io: CliIo): Command {
  return new Command('diff')
    .description('shows what changed between two kept generations')
    .argument(
      '[before]',
      'a name, a number or the beginning of an id; by default the one before the live one',
    )
    .argument('[after]', 'by default the live one')
    .option('--limit <number>', 'lines of each kind at most', wholeNumber, 20)
    .option('--json', 'print all of it as JSON')
    .addHelpText(
      'after',
      examples('longwatch db diff', 'longwatch db diff 7 9', 'longwatch db diff 000007-3fa94bd201c5 --json'),
    )
    .action(async (before: string | undefined, after: string | undefined, { limit, json }: DiffOptions) => {
      const dbDir = storeOf(io)
      const to = generationNamed(dbDir, after)
      const diff = await diffGenerations(
        dbDir,
        before === undefined ? previousOf(dbDir, to) : generationNamed(dbDir, before),
        to,
      )
      if (json === true) await writeJson(io, { ...diff, summary: summarizeDiff(diff) })
      else await writeLines(io, linesOf(diff, limit))
    })
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It is a whole number.')
  return Number(text)
}

function previousOf(dbDir: string, name: string): string {
  const names = listGenerations(dbDir).map((one) => one.name)
  const previous = names[names.indexOf(name) - 1]
  if (previous !== undefined) return previous
  throw new LongwatchError('NO_GENERATION', `no generation older than ${name} is kept`, {
    place: dbDir,
    remedy: 'Wait for the next update, or keep more with `longwatch db update --keep NUMBER`.',
    exitCode: exitCodes.usage,
  })
}

function linesOf(diff: GenerationDiff, limit: number): readonly string[] {
  const records = (list: GenerationDiff['added']): readonly string[] =>
    list.map(({ feed, id }) => `${id}  (${feed})`)
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [
      'package keys with other answers',
      diff.packages.map(
        ({ ecosystem, release, name }) => `${ecosystem}${release === '' ? '' : `:${release}`} ${name}`,
      ),
    ],
    ['vulnerabilities', diff.vulnerabilities],
    ['new records', records(diff.added)],
    ['modified records', records(diff.modified)],
    ['withdrawn or removed records', records(diff.withdrawn)],
    ['restored records', records(diff.restored)],
    ['KEV', diff.signals.kev],
    ['EPSS', epssLines(diff)],
    ['Exploit-DB', diff.signals.exploitDb],
    ['Metasploit', diff.signals.metasploit],
    ['NVD', diff.signals.nvd],
    ['product lifecycles', diff.lifecycles],
  ]
  const lines = sections
    .filter(([, items]) => items.length > 0)
    .flatMap(([title, items]) => [
      `${title}: ${shownCount(items.length)}`,
      ...items.slice(0, limit).map((item) => `  ${printable(item)}`),
      ...(items.length > limit && limit > 0 ? [`  … and ${shownCount(items.length - limit)} more`] : []),
    ])
  return lines.length > 0 ? lines : ['no difference']
}

function epssLines({ scores, signals }: GenerationDiff): readonly string[] {
  const byCve = new Map(scores.map((score) => [score.cve, score]))
  return signals.epss.map((cve) => {
    const score = byCve.get(cve)
    return score === undefined ? cve : `${cve}  ${score.before ?? 'none'} -> ${score.after ?? 'none'}`
  })
}
