// `longwatch db update`: brings the advisory data up to date.

import { Command, InvalidArgumentError, Option } from 'commander'
import {
  createFeedClient,
  createNvdFeed,
  feeds,
  readScope,
  recordAsked,
  syncFeeds,
} from '../../advisories/index.ts'
import type { DiffSummary, Feed, FeedScope, PartOutcome, SyncResult } from '../../advisories/index.ts'
import { ecosystems } from '../../model/index.ts'
import { createHttp, exitCodes } from '../../platform/index.ts'
import type { CliIo } from '../io.ts'
import { writeText } from '../io.ts'
import { terminalProgress } from '../output/progress.ts'
import { printable, stylesFor } from '../output/style.ts'
import {
  counted,
  examples,
  shownCount,
  shownInstant,
  storeOf,
  writeJson,
  writeLines,
  writeTable,
} from './db-output.ts'

interface UpdateOptions {
  readonly feeds?: string
  readonly all?: true
  readonly allowShrink?: true
  readonly nvd?: true
  readonly keep?: number
  readonly ca?: string
  readonly json?: true
}

/** Distributions that the first update gets besides all languages; others come with `db update NAME` or with a scan. */
const firstDistributions = new Set(['Debian', 'Ubuntu', 'Alpine'])

/** Builds the command. */
export function dbUpdateCommand(io: CliIo): Command {
  return new Command('update')
    .description('brings the advisory data up to date')
    .argument(
      '[ecosystem...]',
      'what to get, for example npm or Debian; by default what was asked for before; the first time everything a mirror has, without one all languages and Debian, Ubuntu and Alpine',
      (name: string, names: readonly string[] | undefined) => [...(names ?? []), ecosystemNamedLoosely(name)],
    )
    .addOption(
      new Option('--feeds <url|folder>', 'a mirror of the feeds, one folder per upstream host').env(
        'LONGWATCH_FEEDS',
      ),
    )
    .option('--all', 'every ecosystem that upstream or the mirror has')
    .option('--allow-shrink', 'take feeds that lost more than a tenth of their records')
    .option(
      '--nvd',
      'NVD’s ratings and texts as well: slow the first time, less so with a key in NVD_API_KEY',
    )
    .option('--keep <number>', 'generations to keep', wholeNumber)
    .option('--ca <file>', 'PEM file of further certificate authorities')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `${examples(
        'longwatch db update',
        'longwatch db update npm PyPI Debian',
        'longwatch db update --all --feeds https://mirror.example/feeds',
        'longwatch db update --feeds /mnt/feeds',
      )}
Ends with 0 when every part is up to date, 3 when some could not be had (they are named; the last good data stays
in use), 4 when there is no advisory data at all.
`,
    )
    .action(async (names: readonly string[] | undefined, options: UpdateOptions) =>
      update(io, names ?? [], options),
    )
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 1.')
  return Number(text)
}

/** An ecosystem's name, whatever the case; `rhel` and `amzn` are known by their os-release ids. */
function ecosystemNamedLoosely(text: string): string {
  const wanted = text.toLowerCase()
  const found = ecosystems.find(
    ({ name, osIds, purlTypes, matchBy }) =>
      name.toLowerCase() === wanted ||
      osIds.includes(wanted) ||
      (matchBy === 'language' && purlTypes.includes(wanted)),
  )
  if (found !== undefined) return found.name
  throw new InvalidArgumentError(`Known are: ${ecosystems.map(({ name }) => name).join(', ')}.`)
}

async function update(io: CliIo, names: readonly string[], options: UpdateOptions): Promise<void> {
  const dbDir = storeOf(io)
  const styles = stylesFor(io.stderr, (name) => io.environment(name))
  const mirror = options.feeds
  const { scope, skipMissing } = await scopeOf(
    dbDir,
    names,
    options.all === true,
    options.feeds !== undefined,
  )
  const http = createHttp({
    clock: io.clock,
    ...(options.ca === undefined ? {} : { certificateAuthority: options.ca }),
  })
  const progress = terminalProgress(io.stderr, io.clock, styles)
  let result: SyncResult
  try {
    result = await syncFeeds({
      dbDir,
      feeds: options.nvd === true ? [...feeds, nvdFeed(io)] : feeds,
      scope,
      skipMissing,
      client: createFeedClient({ http, clock: io.clock, ...(mirror === undefined ? {} : { mirror }) }),
      clock: io.clock,
      progress,
      signal: io.signal,
      ...(options.keep === undefined ? {} : { keep: options.keep }),
      ...(options.allowShrink === undefined ? {} : { allowShrink: true }),
    })
  } finally {
    progress.close()
    await http.close()
  }
  // A scan that follows need not ask again.
  const asked = scope.ecosystems === 'all' ? ecosystems.map(({ name }) => name) : scope.ecosystems
  recordAsked(dbDir, asked, io.clock.now().toISOString())
  for (const { message, code, remedy } of result.warnings) {
    const line = printable(`${message} [${code}]`)
    await writeText(io.stderr, `${styles.yellow('longwatch:')} ${line}\n  ${printable(remedy ?? '')}\n`)
  }
  const failed = result.parts.filter(({ outcome }) => outcome === 'failed')
  if (failed.length > 0) io.setExitCode(exitCodes.partial)
  if (options.json === true) await writeJson(io, result)
  else await writeResult(io, result)
  for (const { part, dataDate, failure } of failed) {
    const stays =
      dataDate === '' ? 'there is no data of it' : `the data of ${shownInstant(dataDate)} stays in use`
    const remedy = failure?.remedy === undefined ? '' : `\n  ${failure.remedy}`
    const message = `${part}: ${failure?.message}; ${stays} [${failure?.code}]${remedy}`
    await writeText(
      io.stderr,
      `${styles.yellow('longwatch:')} ${message.split('\n').map(printable).join('\n')}\n`,
    )
  }
}

function nvdFeed(io: CliIo): Feed {
  const apiKey = io.environment('NVD_API_KEY')
  return createNvdFeed(apiKey === undefined ? {} : { apiKey })
}

async function scopeOf(
  dbDir: string,
  names: readonly string[],
  all: boolean,
  mirrored: boolean,
): Promise<{ readonly scope: FeedScope; readonly skipMissing: boolean }> {
  if (all) return { scope: { ecosystems: 'all' }, skipMissing: true }
  if (names.length > 0) return { scope: { ecosystems: [...new Set(names)] }, skipMissing: false }
  const before = await readScope(dbDir)
  if (before !== undefined) return { scope: { ecosystems: before }, skipMissing: true }
  // Whoever made a mirror put into it what is wanted.
  if (mirrored) return { scope: { ecosystems: 'all' }, skipMissing: true }
  const first = ecosystems.filter(
    ({ name, matchBy }) => matchBy === 'language' || firstDistributions.has(name),
  )
  return { scope: { ecosystems: first.map(({ name }) => name) }, skipMissing: true }
}

async function writeResult(
  io: CliIo,
  { parts, published, generation, changes, rebuilt }: SyncResult,
): Promise<void> {
  const styles = stylesFor(io.stdout, (name) => io.environment(name))
  const colours: Readonly<Record<PartOutcome['outcome'], (text: string) => string>> = {
    changed: styles.green,
    unchanged: styles.dim,
    failed: styles.red,
    absent: styles.dim,
  }
  await writeTable(
    io,
    [
      { title: 'PART', minimum: 12 },
      { title: 'OUTCOME' },
      { title: 'RECORDS', align: 'right' },
      { title: 'REFUSED', align: 'right' },
      { title: 'DATA OF' },
    ],
    parts
      .filter(({ outcome }) => outcome !== 'absent')
      .map(({ part, outcome, records, refused, dataDate }) => [
        part,
        { text: outcome, style: colours[outcome] },
        shownCount(records),
        shownCount(refused),
        shownInstant(dataDate),
      ]),
  )
  await writeLines(io, [
    '',
    ...(rebuilt === undefined
      ? []
      : [`The old store could not be used and was built anew: ${rebuilt.message} [${rebuilt.code}].`]),
    published ? `Generation ${generation} is live.` : `Nothing changed; generation ${generation} stays.`,
    ...(changes === undefined || !published ? [] : [`Changed: ${changesIn(changes)}.`]),
  ])
}

/** The numbers of a diff that are not zero, in words. */
export function changesIn(changes: DiffSummary): string {
  const { signals } = changes
  const words = [
    [changes.packages, 'package key'],
    [changes.added, 'new record'],
    [changes.modified, 'modified record'],
    [changes.withdrawn, 'withdrawn record'],
    [changes.restored, 'restored record'],
    [signals.kev, 'KEV entry'],
    [signals.epss, 'EPSS score'],
    [signals.exploitDb, 'Exploit-DB reference'],
    [signals.metasploit, 'Metasploit reference'],
    [signals.nvd, 'NVD record'],
    [changes.lifecycles, 'product lifecycle'],
  ] as const
  const said = words
    .filter(([count]) => count > 0)
    .map(([count, noun]) => counted(count, noun).replace(/entrys$/, 'entries'))
  return said.length === 0 ? 'no answer' : said.join(', ')
}
