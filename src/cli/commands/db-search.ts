// `longwatch db search` and `show`: what is known about a vulnerability, an alias, an advisory or a package.

import { Command, InvalidArgumentError } from 'commander'
import { openAdvisories, openGeneration } from '../../advisories/index.ts'
import type { AdvisoryReader } from '../../advisories/index.ts'
import type { Advisory, AffectedPackage, PackageKey, RangeEvent, Vulnerability } from '../../model/index.ts'
import type { CliIo } from '../io.ts'
import { writeText } from '../io.ts'
import { stylesFor } from '../output/style.ts'
import { counted, examples, shownInstant, storeOf, writeJson, writeLines, writeTable } from './db-output.ts'
import { generationNamed } from './db-status.ts'

interface SearchOptions {
  readonly limit: number
  readonly generation?: string
  readonly json?: true
}

/** A vulnerability with every advisory about it, as `search` and `show` print it. */
interface Found {
  readonly vulnerability: Vulnerability
  readonly advisories: readonly Advisory[]
}

/** Builds `db search`; `show` is the same for one id. */
export function dbSearchCommand(io: CliIo): Command {
  return new Command('search')
    .alias('show')
    .description('shows a vulnerability by CVE, alias or advisory id, or finds packages by name')
    .argument('<CVE, alias, advisory or package>')
    .option('--limit <number>', 'packages to list at most', positive, 50)
    .option(
      '--generation <name>',
      'look into another kept generation: a name, a number or the beginning of an id',
    )
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      examples(
        'longwatch db search CVE-2021-44228',
        'longwatch db search GHSA-jfh8-c2jp-5v3q --json',
        'longwatch db search log4j',
      ),
    )
    .action(async (text: string, options: SearchOptions) => {
      const dbDir = storeOf(io)
      const reader =
        options.generation === undefined
          ? openAdvisories(dbDir)
          : openGeneration(dbDir, generationNamed(dbDir, options.generation))
      try {
        const vulnerabilities = findVulnerabilities(reader, text)
        const packages = vulnerabilities.length > 0 ? [] : findPackages(reader, text, options.limit)
        if (options.json === true) {
          await writeJson(io, { query: text, dataOf: reader.info.createdAt, vulnerabilities, packages })
        } else if (vulnerabilities.length > 0) {
          for (const found of vulnerabilities) await writeVulnerability(io, found)
        } else await writePackages(io, text, packages)
      } finally {
        await reader.close()
      }
    })
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 1.')
  return Number(text)
}

function findVulnerabilities(reader: AdvisoryReader, text: string): readonly Found[] {
  // Ids are written in any case by people: CVE in capitals, GHSA with small digits.
  const spellings = [
    text,
    text.toUpperCase(),
    text.replace(/^ghsa-(.*)$/i, (_, rest: string) => `GHSA-${rest.toLowerCase()}`),
  ]
  for (const spelling of spellings) {
    const found = reader.resolve(spelling).flatMap((id): Found[] => {
      const vulnerability = reader.vulnerability(id)
      if (vulnerability === undefined) return []
      const advisories = vulnerability.advisories.flatMap(({ feed, id }) => reader.advisory(feed, id) ?? [])
      return [{ vulnerability, advisories }]
    })
    if (found.length > 0) return found
  }
  return signalsOnly(reader, text.toUpperCase())
}

/** A CVE that no advisory is about, but of which something is known all the same. */
function signalsOnly(reader: AdvisoryReader, cve: string): readonly Found[] {
  const signals = reader.signals(cve)
  if (Object.keys(signals).length === 0) return []
  const nothing = {
    aliases: [],
    advisories: [],
    cvss: signals.nvd?.cvss ?? [],
    cwes: signals.nvd?.cwes ?? [],
    references: [],
  }
  return [{ vulnerability: { id: cve, ...nothing, signals, withdrawn: false }, advisories: [] }]
}

interface FoundPackage extends PackageKey {
  readonly advisories: number
  readonly vulnerabilities: readonly string[]
}

function findPackages(reader: AdvisoryReader, text: string, limit: number): readonly FoundPackage[] {
  return reader.searchPackages(text, limit).map((key) => {
    const entries = reader.lookup(key)
    const vulnerabilities = [...new Set(entries.flatMap(({ vulnerabilityIds }) => vulnerabilityIds))].sort()
    return { ...key, advisories: entries.length, vulnerabilities }
  })
}

async function writePackages(io: CliIo, text: string, packages: readonly FoundPackage[]): Promise<void> {
  if (packages.length === 0) {
    await writeText(io.stderr, `longwatch: nothing is known about ${JSON.stringify(text)}\n`)
    return
  }
  await writeTable(
    io,
    [
      { title: 'ECOSYSTEM' },
      { title: 'RELEASE' },
      { title: 'PACKAGE', minimum: 16 },
      { title: 'ADVISORIES', align: 'right' },
      { title: 'VULNERABILITIES', minimum: 16 },
    ],
    packages.map(({ ecosystem, release, name, advisories, vulnerabilities }) => [
      ecosystem,
      release,
      name,
      String(advisories),
      `${vulnerabilities.slice(0, 4).join(', ')}${vulnerabilities.length > 4 ? ', …' : ''}`,
    ]),
  )
}

async function writeVulnerability(io: CliIo, { vulnerability, advisories }: Found): Promise<void> {
  const styles = stylesFor(io.stdout, (name) => io.environment(name))
  const { id, aliases, title, published, modified, withdrawn } = vulnerability
  const facts: readonly (readonly [string, string])[] = [
    ['Aliases', aliases.join(', ')],
    ['Published', published === undefined ? '' : shownInstant(published)],
    ['Modified', modified === undefined ? '' : shownInstant(modified)],
    ['CWE', vulnerability.cwes.join(', ')],
    ...vulnerability.cvss.map(
      ({ version, vector, score, source }) =>
        [`CVSS ${version}`, `${score.toFixed(1)}  ${vector}  (${source})`] as const,
    ),
    ...signalFacts(vulnerability),
  ]
  await writeTable(
    io,
    [{ title: styles.bold(id) }, { title: withdrawn ? styles.yellow('withdrawn') : '', minimum: 20 }],
    [
      ...(title === undefined ? [] : [['Title', title]]),
      ...facts.filter(([, value]) => value !== '').map((fact) => [...fact]),
    ],
  )
  await writeLines(io, [''])
  if (advisories.length === 0) {
    await writeLines(io, ['No advisory in the store is about it.', ''])
    return
  }
  await writeTable(
    io,
    [
      { title: 'ADVISORY' },
      { title: 'FEED' },
      { title: 'PACKAGE', minimum: 16 },
      { title: 'AFFECTED', minimum: 24 },
    ],
    advisories.flatMap((advisory) => affectedRows(advisory)),
  )
  await writeLines(io, [''])
}

function signalFacts({ signals }: Vulnerability): readonly (readonly [string, string])[] {
  const { kev, epss, exploitDb = [], metasploit = [], nvd } = signals
  const ids = (list: readonly { readonly id: string }[]): string =>
    list.length === 0
      ? ''
      : `${counted(list.length, 'entry').replace(/entrys$/, 'entries')}: ${list
          .slice(0, 5)
          .map(({ id }) => id)
          .join(', ')}`
  const exploited =
    kev === undefined
      ? ''
      : `since ${kev.dateAdded}${kev.ransomware ? ', known in ransomware campaigns' : ''}`
  return [
    ['Exploited', exploited],
    [
      'EPSS',
      epss === undefined ? '' : `${epss.score} (percentile ${epss.percentile}, ${epss.date.slice(0, 10)})`,
    ],
    ['Exploit-DB', ids(exploitDb)],
    ['Metasploit', ids(metasploit)],
    ['NVD', nvd?.status ?? ''],
  ]
}

/** Most packages of one advisory that are listed; JSON has them all. */
const listed = 12

function affectedRows(advisory: Advisory): readonly (readonly string[])[] {
  const rows = advisory.affected
    .slice(0, listed)
    .map((affected, index) => [
      index === 0 ? advisory.id : '',
      index === 0 ? advisory.feed : '',
      `${affected.ecosystem}${affected.release === '' ? '' : `:${affected.release}`} ${affected.name}`,
      affectedText(affected),
    ])
  const more = advisory.affected.length - listed
  if (more > 0) rows.push(['', '', `… and ${more} more`, ''])
  return rows.length > 0
    ? rows
    : [[advisory.id, advisory.feed, '', advisory.withdrawn === undefined ? '' : 'withdrawn']]
}

function affectedText({ status, ranges, versions, channel }: AffectedPackage): string {
  const parts = [
    ...(status === 'affected' ? [] : [status]),
    ...ranges.map(({ events }) => events.map(eventText).join(' ')),
    ...(versions.length === 0 ? [] : [counted(versions.length, 'listed version')]),
    ...(channel === undefined ? [] : [`(${channel})`]),
  ]
  return parts.join('; ')
}

function eventText(event: RangeEvent): string {
  if ('introduced' in event) return event.introduced === '0' ? 'from the first' : `>=${event.introduced}`
  if ('fixed' in event) return `<${event.fixed}`
  if ('lastAffected' in event) return `<=${event.lastAffected}`
  return `before ${event.limit}`
}
