// Compares the starter set with a feeds mirror and prints where they differ:
//   node tools/check-starter.ts [FEEDS]
// FEEDS is a folder or URL as for `longwatch db update --feeds`; by default the mirror beside the repository. Exits 1 when a range, a
// rating or a signal differs from what every record of the mirror says. What the mirror does not have is listed, and no fault.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { feeds } from '../src/advisories/feeds/registry.ts'
import { createFeedClient } from '../src/advisories/feeds/create-client.ts'
import type { Feed, FeedRecord, FeedScope } from '../src/advisories/feeds/feed.ts'
import { starterFeed } from '../src/advisories/feeds/starter/index.ts'
import { compileRange, segmentOf } from '../src/matching/range.ts'
import type { Advisory, AffectedPackage, Signals } from '../src/model/index.ts'
import { ecosystemNamed } from '../src/model/index.ts'
import { compareText, createHttp, silentProgress, systemClock } from '../src/platform/index.ts'
import type { VersionScheme } from '../src/versions/index.ts'
import { isUnparsable, schemeNamed } from '../src/versions/index.ts'

const repository = resolve(import.meta.dirname, '..')
const mirror = process.argv[2] ?? join(repository, '../shared/feeds')

/** Where the set is right and the mirror's records are older or poorer, with the reason. */
const deliberate: ReadonlyMap<string, string> = new Map([
  ['CVE-2023-45857: npm axios', '0.28.0 has the fix, too, which GitHub noted after the mirror was made'],
  ['CVE-2025-29927: npm next', 'the maintainers say from 11.1.4 on, Retire.js from 12'],
])

interface Known {
  /** Everything the mirror says, by every id that an advisory has. */
  readonly advisories: ReadonlyMap<string, readonly Advisory[]>
  readonly signals: ReadonlyMap<string, Signals>
}

const { faults, notes } = await check()
for (const line of [...notes, ...faults]) console.log(line)
console.log(`${faults.length} differences; ${notes.length} not in the mirror`)
process.exitCode = faults.length > 0 ? 1 : 0

async function check(): Promise<{ readonly faults: readonly string[]; readonly notes: readonly string[] }> {
  const set = await recordsOf([starterFeed(join(repository, 'data/starter'))], { ecosystems: 'all' })
  const own = set.flatMap((record) => (record.kind === 'advisory' ? [record.advisory] : []))
  const ecosystems = new Set(own.flatMap(({ affected }) => affected.map(({ ecosystem }) => ecosystem)))
  const known = indexOf(
    await recordsOf(
      feeds.filter(({ name }) => name !== 'epss' && name !== 'endoflife'),
      { ecosystems: [...ecosystems] },
    ),
  )
  const faults: string[] = []
  const notes: string[] = []
  for (const advisory of own) {
    const same = known.advisories.get(advisory.id) ?? []
    if (same.length === 0) notes.push(`${advisory.id}: not in the mirror`)
    else compareFacts(advisory, same, faults, notes)
    for (const affected of advisory.affected) compareAffected(advisory.id, affected, same, faults, notes)
  }
  const signals = new Map(
    set.flatMap((record) => (record.kind === 'signals' ? [[record.cve, record.signals] as const] : [])),
  )
  for (const advisory of own) compareSignals(advisory, signals.get(advisory.id) ?? {}, known, faults, notes)
  return { faults, notes }
}

async function recordsOf(some: readonly Feed[], scope: FeedScope): Promise<readonly FeedRecord[]> {
  const http = createHttp()
  const scratch = mkdtempSync(join(tmpdir(), 'check-starter-'))
  const client = createFeedClient({ mirror, http, clock: systemClock })
  const { signal } = new AbortController()
  const records: FeedRecord[] = []
  try {
    for (const feed of some) {
      const context = {
        client,
        clock: systemClock,
        progress: silentProgress,
        signal,
        scratch,
        previous: () => undefined,
      }
      for await (const update of feed.update(scope, context)) {
        if (update.outcome === 'failed') console.error(`${update.part}: ${update.diagnostic.message}`)
        if (update.outcome !== 'changed') continue
        for await (const record of update.records) records.push(record)
        for (const { place, message } of update.finish().diagnostics)
          console.error(`${update.part}: ${place}: ${message}`)
        await update.dispose()
      }
    }
    return records
  } finally {
    rmSync(scratch, { recursive: true, force: true })
    await http.close()
  }
}

function indexOf(records: readonly FeedRecord[]): Known {
  const advisories = new Map<string, Advisory[]>()
  const signals = new Map<string, Signals>()
  for (const record of records) {
    if (record.kind === 'signals') signals.set(record.cve, { ...signals.get(record.cve), ...record.signals })
    if (record.kind !== 'advisory') continue
    const { advisory } = record
    for (const id of new Set([advisory.id, ...advisory.aliases, ...advisory.cves])) {
      const list = advisories.get(id)
      if (list === undefined) advisories.set(id, [advisory])
      else list.push(advisory)
    }
  }
  return { advisories, signals }
}

/** Vectors and weaknesses have to be among those that some record has, aliases among those of their kind. */
function compareFacts(own: Advisory, same: readonly Advisory[], faults: string[], notes: string[]): void {
  const vectorsOf = ({ severities }: Advisory): readonly string[] =>
    severities.map(({ vector }) => withoutTemporal(vector))
  compareLists(`${own.id}: cvss`, vectorsOf(own), same.flatMap(vectorsOf), faults)
  compareLists(
    `${own.id}: cwes`,
    own.cwes,
    same.flatMap(({ cwes }) => cwes),
    faults,
  )
  const ids = same.flatMap(({ id, aliases, cves }) => [id, ...aliases, ...cves])
  for (const alias of own.aliases) {
    const [kind] = alias.split('-')
    const alike = ids.filter((id) => id.startsWith(`${kind}-`))
    if (alike.length === 0) notes.push(`${own.id}: ${alias} is not in the mirror`)
    compareLists(`${own.id}: aliases`, [alias], alike, faults)
  }
}

function compareLists(
  what: string,
  ours: readonly string[],
  theirs: readonly string[],
  faults: string[],
): void {
  const known = new Set(theirs)
  const foreign = ours.filter((one) => !known.has(one))
  if (known.size > 0 && foreign.length > 0)
    faults.push(`${what} ${foreign.join(' ')}; the mirror has ${[...known].join(' ')}`)
}

/** `…/A:H/E:H`: how mature exploits were on some day is no property of the flaw. */
function withoutTemporal(vector: string): string {
  return vector.replace(/\/(?:E|RL|RC):.*$/, '')
}

function compareAffected(
  id: string,
  own: AffectedPackage,
  same: readonly Advisory[],
  faults: string[],
  notes: string[],
): void {
  const key = `${own.ecosystem}${own.release === '' ? '' : `:${own.release}`} ${own.name}`
  const entries = same.flatMap((advisory) =>
    advisory.affected
      .filter(
        ({ ecosystem, release, name }) =>
          ecosystem === own.ecosystem && release === own.release && name === own.name,
      )
      .map((affected) => ({ advisory, affected })),
  )
  if (entries.length === 0) {
    if (same.length > 0) notes.push(`${id}: ${key} is not in the mirror`)
    return
  }
  const scheme = schemeNamed(ecosystemNamed(own.ecosystem)?.scheme ?? 'semver')
  if (scheme === undefined) return
  const byRecord = Map.groupBy(entries, ({ advisory }) => `${advisory.feed} ${advisory.id}`)
  const differences = [...byRecord].map(([record, list]) => ({
    record,
    versions: differing(
      own,
      list.map(({ affected }) => affected),
      scheme,
    ),
    text: list.map(({ affected }) => rangeText(affected)).join(' | '),
  }))
  if (differences.some(({ versions }) => versions.length === 0)) return
  const reason = deliberate.get(`${id}: ${key}`)
  if (reason !== undefined) notes.push(`${id}: ${key}: deliberately, ${reason}`)
  else
    for (const { record, versions, text } of differences)
      faults.push(
        `${id}: ${key}: differs from ${record} at ${versions.slice(0, 5).join(', ')}; it says ${text.slice(0, 300)}`,
      )
}

/** The versions that one holds and the other does not, of all that either names. */
function differing(
  own: AffectedPackage,
  theirs: readonly AffectedPackage[],
  scheme: VersionScheme,
): readonly string[] {
  const named = [own, ...theirs].flatMap(({ ranges, versions }) => [
    ...versions,
    ...ranges.flatMap(({ events }) => events.flatMap((event) => Object.values<string>(event))),
  ])
  return [...new Set(named)]
    .filter((version) => version !== '0' && !isUnparsable(scheme.parse(version)))
    .filter((version) => holds(own, version, scheme) !== theirs.some((one) => holds(one, version, scheme)))
    .sort(compareText)
}

function holds({ ranges, versions, status }: AffectedPackage, text: string, scheme: VersionScheme): boolean {
  const version = scheme.parse(text)
  if (status === 'not-affected' || isUnparsable(version)) return false
  return (
    versions.includes(text) ||
    ranges.some((range) => segmentOf(compileRange(range, scheme), version, scheme) !== undefined)
  )
}

function rangeText({ ranges }: AffectedPackage): string {
  return ranges
    .map(({ events }) => events.map((event) => Object.entries<string>(event).flat().join(' ')).join(', '))
    .join('; ')
}

/** What happened after the mirror's data ends cannot be told from it. */
function compareSignals(own: Advisory, ours: Signals, known: Known, faults: string[], notes: string[]): void {
  const { id } = own
  const theirs = known.signals.get(id) ?? {}
  const added = ours.kev?.dateAdded
  if (added !== theirs.kev?.dateAdded) {
    const newest = newestOf(known.signals, ({ kev }) => [kev?.dateAdded])
    const list = added !== undefined && added > newest ? notes : faults
    list.push(`${id}: kev ${added ?? 'none'}; the mirror has ${theirs.kev?.dateAdded ?? 'none'}`)
  }
  for (const kind of ['exploitDb', 'metasploit'] as const) {
    const has = ours[kind] !== undefined
    if (has === (theirs[kind] !== undefined)) continue
    const newest = newestOf(known.signals, (one) => one[kind]?.map(({ published }) => published) ?? [])
    // An exploit is often filed months after the vulnerability.
    const list =
      has && Date.parse(own.published ?? '') > Date.parse(newest) - 90 * 24 * 3600 * 1000 ? notes : faults
    list.push(`${id}: ${kind} is ${has ? 'stated' : 'not stated'}, the mirror says otherwise`)
  }
}

function newestOf(
  signals: ReadonlyMap<string, Signals>,
  dates: (signals: Signals) => readonly (string | undefined)[],
): string {
  let newest = ''
  for (const one of signals.values())
    for (const date of dates(one)) if (date !== undefined && date > newest) newest = date
  return newest
}
