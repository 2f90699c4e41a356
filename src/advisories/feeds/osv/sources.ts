// Who speaks in an OSV record, by the prefix of its id, and in which field that source keeps the CVEs it is about.
// https://ossf.github.io/osv-schema/#id-modified-fields

import type { OsvRecord } from './schema.ts'

interface Source {
  readonly name: string
  /** `related` names the CVEs where neither `aliases` nor `upstream` does. */
  readonly related?: true
  /** What `upstream` names is the same vulnerability: the record is about one. */
  readonly upstreamIsAlias?: true
  /** An erratum that names no CVE mends bugs or adds features: no vulnerability. */
  readonly errata?: true
}

const sources: ReadonlyMap<string, Source> = new Map<string, Source>([
  ['GHSA', { name: 'GITHUB' }],
  ['ALSA', { name: 'ALMALINUX', related: true }],
  ['ALBA', { name: 'ALMALINUX', related: true, errata: true }],
  ['ALEA', { name: 'ALMALINUX', related: true, errata: true }],
  ['RLSA', { name: 'ROCKY', related: true }],
  ['RXSA', { name: 'ROCKY', related: true }],
  ['RHSA', { name: 'REDHAT', related: true }],
  ['RHBA', { name: 'REDHAT', related: true, errata: true }],
  ['RHEA', { name: 'REDHAT', related: true, errata: true }],
  ['SUSE', { name: 'SUSE', related: true }],
  ['openSUSE', { name: 'SUSE', related: true }],
  ['ALPINE', { name: 'ALPINE', upstreamIsAlias: true }],
  ['CGA', { name: 'CHAINGUARD', upstreamIsAlias: true }],
  ['DEBIAN', { name: 'DEBIAN', upstreamIsAlias: true }],
  ['DSA', { name: 'DEBIAN' }],
  ['DLA', { name: 'DEBIAN' }],
  ['DTSA', { name: 'DEBIAN' }],
  ['UBUNTU', { name: 'UBUNTU', related: true, upstreamIsAlias: true }],
  ['USN', { name: 'UBUNTU', related: true }],
  ['LSN', { name: 'UBUNTU', related: true }],
  ['AZL', { name: 'AZURELINUX', related: true, upstreamIsAlias: true }],
  ['MGASA', { name: 'MAGEIA', related: true }],
  ['OESA', { name: 'OPENEULER', related: true }],
  ['BIT', { name: 'BITNAMI', upstreamIsAlias: true }],
  ['CVE', { name: 'CVE' }],
])

/** `GITHUB` of `GHSA-…`; the prefix itself where nothing else is known of it. */
export function sourceOf(id: string): string {
  const prefix = prefixOf(id)
  return sources.get(prefix)?.name ?? prefix.replace(/^x_/, '').toUpperCase()
}

/** The CVEs that the record is about, each once, in the record's order. Empty: the record's own id is the vulnerability. */
export function cvesOf(record: OsvRecord): readonly string[] {
  const source = sources.get(prefixOf(record.id))
  const own = [record.id, ...(record.aliases ?? []), ...(record.upstream ?? [])].flatMap(cveIn)
  const all = own.length > 0 || source?.related !== true ? own : (record.related ?? []).flatMap(cveIn)
  return [...new Set(all)]
}

/** Other ids of the same vulnerability, in the record's order. */
export function aliasesOf(record: OsvRecord): readonly string[] {
  const upstream = sources.get(prefixOf(record.id))?.upstreamIsAlias === true ? (record.upstream ?? []) : []
  return [...new Set([...(record.aliases ?? []), ...upstream])].filter((id) => id !== record.id)
}

/** True for bug fixes and enhancements that mend no vulnerability. */
export function isNoVulnerability(record: OsvRecord): boolean {
  return sources.get(prefixOf(record.id))?.errata === true && cvesOf(record).length === 0
}

const prefixOf = (id: string): string => id.split('-', 1)[0] ?? id

/** Distributions prefix CVEs for their own records: `UBUNTU-CVE-2001-1593`. */
const cveIn = (id: string): readonly string[] => {
  const match = /^(?:[A-Za-z]+-)?(CVE-\d{4}-\d{4,19})$/.exec(id)
  return match?.[1] === undefined ? [] : [match[1]]
}
