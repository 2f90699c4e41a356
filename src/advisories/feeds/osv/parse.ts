// OSV records to advisories. https://ossf.github.io/osv-schema/

import type { Advisory, AffectedPackage, AffectedRange, RangeEvent } from '../../../model/index.ts'
import { ecosystemNamed, normalizeName, splitOsvEcosystem } from '../../../model/index.ts'
import { isoInstant } from '../part.ts'
import { cwesOf, severitiesOf, textIn, urgencyOf, urlOf, vendorSeverityOf } from './ratings.ts'
import { readOsvRecord } from './schema.ts'
import type { OsvAffected, OsvRange, OsvRecord } from './schema.ts'
import { aliasesOf, cvesOf, isNoVulnerability, sourceOf } from './sources.ts'

export type OsvParsed =
  | { readonly advisory: Advisory }
  | { readonly refused: string }
  /** Well-formed, and nothing to report: a bug fix. */
  | { readonly ignored: string }

export interface OsvOptions {
  /** Name of the feed's part: `osv/Debian`. */
  readonly feed: string
  /** Keeps what is affected in that ecosystem only: records of several ecosystems stand in the export of each. */
  readonly ecosystem?: string
}

/** Turns one record's JSON into an advisory. Never throws. */
export function parseOsvRecord(json: unknown, options: OsvOptions): OsvParsed {
  const record = readOsvRecord(json)
  if (typeof record === 'string') return { refused: record }
  const modified = isoInstant(record.modified)
  if (modified === undefined) return { refused: 'modified: not a date' }
  if (isNoVulnerability(record)) return { ignored: record.id }
  const cves = cvesOf(record)
  const affected: AffectedPackage[] = []
  for (const entry of record.affected ?? []) {
    const one = affectedOf(entry, record, cves)
    if (typeof one === 'string') return { refused: one }
    if (one !== undefined && (options.ecosystem ?? one.ecosystem) === one.ecosystem) affected.push(one)
  }
  return { advisory: advisoryOf(record, { feed: options.feed, modified, cves, affected }) }
}

function advisoryOf(
  record: OsvRecord,
  known: Pick<Advisory, 'feed' | 'modified' | 'cves' | 'affected'>,
): Advisory {
  const published = isoInstant(record.published ?? undefined)
  const { withdrawn } = record
  const vendorSeverity = vendorSeverityOf(record)
  const url = urlOf(record)
  return {
    ...known,
    source: sourceOf(record.id),
    id: record.id,
    ...(published === undefined ? {} : { published }),
    // Withdrawn at a time that cannot be read is withdrawn all the same.
    ...(withdrawn === undefined || withdrawn === null
      ? {}
      : { withdrawn: isoInstant(withdrawn) ?? known.modified }),
    aliases: aliasesOf(record),
    related: record.related ?? [],
    ...(isFilled(record.summary) ? { summary: record.summary } : {}),
    ...(isFilled(record.details) ? { details: record.details } : {}),
    references: (record.references ?? []).map(({ type, url }) => ({ kind: type, url })),
    cwes: cwesOf(record),
    severities: severitiesOf(record.severity),
    ...(vendorSeverity === undefined ? {} : { vendorSeverity }),
    ...(url === undefined ? {} : { url }),
  }
}

/**
 * A package's entry; undefined when it names no package (a source repository only), text when the record is refused for it.
 * Go's database has bounds of modules whose tags the toolchain does not know in `custom_ranges`, while `ranges` says that all
 * versions are affected. Builds of such modules carry pseudo-versions (v0.0.0-…), which those bounds cannot be compared with,
 * so `ranges` is what counts. https://go.dev/doc/security/vuln/database#schema
 */
function affectedOf(
  entry: OsvAffected,
  record: OsvRecord,
  cves: readonly string[],
): AffectedPackage | string | undefined {
  if (entry.package === undefined || entry.package === null) return undefined
  const { ecosystem, release } = splitOsvEcosystem(entry.package.ecosystem)
  const language = ecosystemNamed(ecosystem)?.matchBy === 'language'
  const lastKnown = textIn(entry.database_specific, 'last_known_affected_version_range')
  const ranges: AffectedRange[] = []
  for (const range of entry.ranges ?? []) {
    // Commits are no versions. They are left out here and take nothing else with them.
    if (range.type !== 'SEMVER' && range.type !== 'ECOSYSTEM') continue
    const events = eventsOf(range)
    if (typeof events === 'string') return events
    const bound = lastKnown === undefined ? {} : { lastKnownAffected: lastKnown }
    ranges.push({ type: range.type, events, ...bound })
  }
  const versions = entry.versions ?? []
  const urgency = urgencyOf(entry, record)
  const severities = severitiesOf(entry.severity)
  const bound = boundVulnerabilities(entry, cves)
  return {
    ecosystem,
    // Another registry of a language (`Maven:https://repo…`) has the same names and versions.
    release: language ? '' : releaseOf(ecosystem, release),
    name: normalizeName(ecosystem, entry.package.name),
    // With commits alone nobody can tell by the version.
    status: ranges.length === 0 && versions.length === 0 ? 'investigating' : 'affected',
    ranges,
    versions,
    ...(bound === undefined ? {} : { vulnerabilities: bound }),
    ...(urgency === undefined ? {} : { urgency }),
    ...(severities.length === 0 ? {} : { severities }),
  }
}

/** Before 7, Debian numbered its releases `6.0`; os-release says 6, or 6.0.10. */
const releaseOf = (ecosystem: string, release: string): string =>
  ecosystem === 'Debian' ? release.replace(/^([456])\.0$/, '$1') : release

function eventsOf(range: OsvRange): readonly RangeEvent[] | string {
  const events: RangeEvent[] = []
  for (const { introduced, fixed, last_affected: lastAffected, limit } of range.events) {
    if (introduced !== undefined) events.push({ introduced })
    if (fixed !== undefined) events.push({ fixed })
    if (lastAffected !== undefined) events.push({ lastAffected })
    // `*` is the default and limits nothing.
    if (limit !== undefined && limit !== '*') events.push({ limit })
  }
  if (!events.some((event) => 'introduced' in event)) return 'affected.ranges: no event introduces'
  return events
}

/** Ubuntu's notices say which CVE concerns which release. */
function boundVulnerabilities(entry: OsvAffected, cves: readonly string[]): readonly string[] | undefined {
  const map = entry.database_specific?.['cves_map']
  if (typeof map !== 'object' || map === null || !('cves' in map) || !Array.isArray(map.cves))
    return undefined
  const named = new Set(
    map.cves.flatMap((one: unknown) => textIn(Object(one) as Readonly<Record<string, unknown>>, 'id') ?? []),
  )
  const bound = cves.filter((cve) => named.has(cve))
  return bound.length === 0 || bound.length === cves.length ? undefined : bound
}

const isFilled = (text: string | null | undefined): text is string =>
  text !== undefined && text !== null && text !== ''
