// `longwatch db status`, `generations`, `diagnostics` and `verify`: what the store has, how old it is, whether it is whole.

import { Command } from 'commander'
import {
  feeds,
  findGeneration,
  generationCoverage,
  generationDiagnostics,
  listGenerations,
  openAdvisories,
  verifyGeneration,
} from '../../advisories/index.ts'
import { exitCodes, LongwatchError } from '../../platform/index.ts'
import type { CliIo } from '../io.ts'
import { stylesFor } from '../output/style.ts'
import {
  ageOf,
  counted,
  daysSince,
  examples,
  shownBytes,
  shownCount,
  shownInstant,
  storeOf,
  writeJson,
  writeLines,
  writeTable,
} from './db-output.ts'

interface JsonOption {
  readonly json?: true
}

/** Days after which data is called old. */
const oldAfterDays = 7

/** Builds `db status`. */
export function dbStatusCommand(io: CliIo): Command {
  return new Command('status')
    .description('shows each part of the advisory data with its date, age, records and failures')
    .option('--json', 'print it as JSON')
    .addHelpText('after', examples('longwatch db status', 'longwatch db status --json'))
    .action(async ({ json }: JsonOption) => {
      const dbDir = storeOf(io)
      const reader = openAdvisories(dbDir)
      const { info } = reader
      await reader.close()
      const live = listGenerations(dbDir).find(({ live }) => live)
      const coverage = (await generationCoverage(dbDir)) ?? []
      const now = io.clock.now()
      if (json === true) {
        const parts = info.parts.map((state) => ({
          part: state.part,
          feed: state.feed,
          checkedAt: state.checkedAt,
          dataDate: state.dataDate,
          ageDays: daysSince(state.dataDate, now),
          records: state.records,
          refused: state.refused,
          failure: state.failure ?? null,
          licence: feeds.find(({ name }) => name === state.feed)?.licence ?? null,
        }))
        const { id, createdAt, origin, schemaVersion } = info
        const generation = { name: live?.name, id, createdAt, origin, schemaVersion, bytes: live?.bytes }
        await writeJson(io, { folder: dbDir, generation, parts, coverage })
        return
      }
      const styles = stylesFor(io.stdout, (name) => io.environment(name))
      await writeTable(
        io,
        [
          { title: 'PART', minimum: 12 },
          { title: 'DATA OF' },
          { title: 'AGE', align: 'right' },
          { title: 'CHECKED' },
          { title: 'RECORDS', align: 'right' },
          { title: 'REFUSED', align: 'right' },
          { title: 'FAILURE', minimum: 12, style: styles.red },
        ],
        info.parts.map(({ part, dataDate, checkedAt, records, refused, failure }) => [
          part,
          shownInstant(dataDate),
          {
            text: ageOf(dataDate, now),
            style: (daysSince(dataDate, now) ?? 0) > oldAfterDays ? styles.yellow : styles.reset,
          },
          shownInstant(checkedAt),
          shownCount(records),
          shownCount(refused),
          failure === undefined
            ? ''
            : `${failure.code} since ${shownInstant(failure.at)}: ${failure.message}`,
        ]),
      )
      const packages = coverage.reduce((sum, one) => sum + one.packages, 0)
      await writeLines(io, [
        '',
        `Generation ${live?.name ?? ''} of ${shownInstant(info.createdAt)} (${ageOf(info.createdAt, now)} old), ${shownBytes(live?.bytes ?? 0)}, ${info.id}`,
        `Covers ${counted(packages, 'package key')} in ${counted(new Set(coverage.map(({ ecosystem }) => ecosystem)).size, 'ecosystem')}.`,
        ...(info.origin === 'starter'
          ? [
              'This is the small set that ships with Longwatch. Run `longwatch db update` for all that is known.',
            ]
          : []),
      ])
    })
}

/** Builds `db generations`. */
export function dbGenerationsCommand(io: CliIo): Command {
  return new Command('generations')
    .description('lists the generations that are kept, oldest first')
    .option('--json', 'print it as JSON')
    .addHelpText('after', examples('longwatch db generations'))
    .action(async ({ json }: JsonOption) => {
      const all = listGenerations(storeOf(io))
      if (json === true) {
        await writeJson(io, all)
        return
      }
      await writeTable(
        io,
        [
          { title: 'GENERATION' },
          { title: 'CREATED' },
          { title: 'SIZE', align: 'right' },
          { title: 'ORIGIN' },
          { title: 'STATE' },
        ],
        all.map(({ name, createdAt, bytes, origin, live }) => [
          name,
          shownInstant(createdAt),
          shownBytes(bytes),
          origin,
          live ? 'live' : '',
        ]),
      )
    })
}

/** Builds `db diagnostics`. */
export function dbDiagnosticsCommand(io: CliIo): Command {
  return new Command('diagnostics')
    .description('lists the records that were refused, with the reason')
    .argument('[part]', 'one part only, for example osv/npm')
    .option('--json', 'print it as JSON')
    .addHelpText('after', examples('longwatch db diagnostics', 'longwatch db diagnostics osv/PyPI --json'))
    .action(async (wanted: string | undefined, { json }: JsonOption) => {
      const dbDir = storeOf(io)
      const reader = openAdvisories(dbDir)
      const { parts } = reader.info
      await reader.close()
      if (wanted !== undefined && !parts.some(({ part }) => part === wanted)) {
        throw new LongwatchError('PART_UNKNOWN', `there is no part ${wanted}`, {
          remedy: `Parts are: ${parts.map(({ part }) => part).join(', ')}.`,
          exitCode: exitCodes.usage,
        })
      }
      const found = [...generationDiagnostics(dbDir)].filter(
        ([part]) => wanted === undefined || part === wanted,
      )
      if (json === true) {
        await writeJson(
          io,
          found.flatMap(([part, list]) => list.map((diagnostic) => ({ part, ...diagnostic }))),
        )
        return
      }
      await writeTable(
        io,
        [
          { title: 'PART' },
          { title: 'RECORD', minimum: 16 },
          { title: 'CODE' },
          { title: 'WHY', minimum: 20 },
        ],
        found.flatMap(([part, list]) =>
          list.map(({ place, path, code, message }) => [part, place ?? path ?? '', code, message]),
        ),
      )
    })
}

/** Builds `db verify`. */
export function dbVerifyCommand(io: CliIo): Command {
  return new Command('verify')
    .description('checks every byte of the live generation, or of another kept one')
    .argument('[generation]', 'a name, a number or the beginning of an id; by default the live one')
    .option('--all', 'every generation that is kept')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      `${examples('longwatch db verify', 'longwatch db verify --all')}\nEnds with 0 when it is whole and 4 when it is not.\n`,
    )
    .action(async (wanted: string | undefined, { all, json }: JsonOption & { readonly all?: true }) => {
      const dbDir = storeOf(io)
      const names =
        all === true ? listGenerations(dbDir).map(({ name }) => name) : [generationNamed(dbDir, wanted)]
      const results = []
      for (const name of names) results.push(await verifyGeneration(dbDir, name, io.signal))
      if (results.some(({ problem }) => problem !== undefined)) io.setExitCode(exitCodes.noAdvisories)
      if (json === true) await writeJson(io, results)
      else {
        await writeLines(
          io,
          results.map(
            ({ name, problem }) => `${name}: ${problem === undefined ? 'whole' : `damaged: ${problem}`}`,
          ),
        )
      }
    })
}

/** The generation that is meant, the live one by default. Throws `NO_ADVISORIES` and `NO_GENERATION`. */
export function generationNamed(dbDir: string, wanted: string | undefined): string {
  if (wanted !== undefined) return findGeneration(dbDir, wanted)
  const live = listGenerations(dbDir).find((one) => one.live)
  if (live !== undefined) return live.name
  throw new LongwatchError('NO_ADVISORIES', 'there is no advisory data yet', {
    place: dbDir,
    remedy: 'Run `longwatch db update`, or `longwatch db import FILE` without a network.',
    exitCode: exitCodes.noAdvisories,
  })
}
