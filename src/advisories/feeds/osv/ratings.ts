// How bad it is, in the places where OSV's many sources say so.

import type { AdvisorySeverity } from '../../../model/index.ts'
import { cvssOf } from '../cvss.ts'
import type { OsvAffected, OsvRecord } from './schema.ts'

/** The text under that key, unless it is empty or none. */
export function textIn(
  object: Readonly<Record<string, unknown>> | null | undefined,
  key: string,
): string | undefined {
  const value = object?.[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Debian's urgency, Ubuntu's priority, or whatever else a distribution calls it. */
export function urgencyOf(entry: OsvAffected, record: OsvRecord): string | undefined {
  const specific = entry.ecosystem_specific
  return (
    textIn(specific, 'urgency') ??
    textIn(specific, 'ubuntu_priority') ??
    textIn(specific, 'severity') ??
    (entry.severity ?? record.severity)?.find(({ type }) => type === 'Ubuntu')?.score
  )
}

/** The CVSS vectors, each once; bare scores and other words are left out. */
export function severitiesOf(severity: OsvRecord['severity']): readonly AdvisorySeverity[] {
  const vectors = (severity ?? []).flatMap(({ type, score }) => (type.startsWith('CVSS_') ? [score] : []))
  return [...new Set(vectors)].flatMap((vector) => cvssOf(vector) ?? [])
}

const ratings = /^(Critical|Important|Moderate|Low):/i

/** GitHub's word, Ubuntu's priority, RustSec's kind of notice, or the first word of an erratum's title. */
export function vendorSeverityOf(record: OsvRecord): string | undefined {
  const said = textIn(record.database_specific, 'severity')
  if (said !== undefined) return said
  const ubuntu = record.severity?.find(({ type }) => type === 'Ubuntu')?.score
  if (ubuntu !== undefined) return ubuntu
  for (const { ecosystem_specific: specific, database_specific: own } of record.affected ?? []) {
    const word = textIn(specific, 'ubuntu_priority') ?? textIn(specific, 'severity')
    if (word !== undefined) return word
    const informational = textIn(own, 'informational')
    if (informational === 'unmaintained' || informational === 'notice') return 'informational'
  }
  return ratings.exec(record.summary ?? '')?.[1]
}

/** `CWE-79` and so on, each once: GitHub names them by id, malicious-packages in the affected entries. */
export function cwesOf(record: OsvRecord): readonly string[] {
  const nested = (record.affected ?? []).flatMap(({ database_specific: own }) => listIn(own, 'cwes'))
  const ids = [...listIn(record.database_specific, 'cwe_ids'), ...nested].map((one) =>
    typeof one === 'object' && one !== null && 'cweId' in one ? one.cweId : one,
  )
  return [...new Set(ids.filter((id) => typeof id === 'string' && /^CWE-\d+$/.test(id)) as string[])]
}

/** Where people read the record: its own address where it names one, OSV's page otherwise. */
export function urlOf(record: OsvRecord): string | undefined {
  const own = textIn(record.database_specific, 'url')
  if (own?.startsWith('https://') === true) return own
  if (record.id.startsWith('GHSA-')) return `https://github.com/advisories/${record.id}`
  const advisory = record.references?.find(({ type }) => type === 'ADVISORY')?.url
  if (advisory !== undefined) return advisory
  return record.id.startsWith('x_') ? undefined : `https://osv.dev/vulnerability/${record.id}`
}

function listIn(
  object: Readonly<Record<string, unknown>> | null | undefined,
  key: string,
): readonly unknown[] {
  const value = object?.[key]
  return Array.isArray(value) ? value : []
}
