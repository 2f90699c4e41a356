// What every advisory says about one package, before anybody decides.

import type { AdvisoryReader, AffectedEntry } from '../advisories/index.ts'
import type { ParsedVersion, VersionScheme } from '../versions/index.ts'
import { isUnparsable, schemeNamed } from '../versions/index.ts'
import { appliesTo } from './applies.ts'
import type { Verdict } from './judge.ts'
import { judge } from './judge.ts'
import type { Reason } from './match.ts'
import type { ReleaseKey } from './releases.ts'
import type { Subject } from './subject.ts'

export interface KeyedEntry {
  readonly entry: AffectedEntry
  readonly key: ReleaseKey
}

/** An entry that is about another build: neither affected nor fixed. */
export interface PassedOver extends KeyedEntry {
  readonly reason: Reason
}

export interface Examination {
  readonly verdicts: readonly Verdict[]
  readonly passedOver: readonly PassedOver[]
}

/** All entries under the subject's name, release by release. */
export function entriesOf(subject: Subject, reader: AdvisoryReader): readonly KeyedEntry[] {
  const { name, ecosystem, releases } = subject
  return releases.flatMap((key) =>
    reader.lookup({ ecosystem: ecosystem.name, release: key.release, name }).map((entry) => ({ entry, key })),
  )
}

/** The installed version in the ecosystem's order, or why it has no place in it. */
export function installedVersion(
  subject: Subject,
): { readonly scheme: VersionScheme; readonly installed: ParsedVersion } | Reason {
  const { ecosystem, version } = subject
  const scheme = schemeNamed(ecosystem.scheme)
  if (scheme === undefined)
    return { code: 'NO_SCHEME', message: `versions of ${ecosystem.name} cannot be compared` }
  if (version === '') return { code: 'NO_VERSION', message: 'no version is known: not assessed' }
  const installed = scheme.parse(version)
  if (!isUnparsable(installed)) return { scheme, installed }
  return {
    code: 'VERSION_UNPARSABLE',
    message: `${version} is no ${scheme.name} version that could be compared: ${installed.reason}`,
  }
}

const silent = { range: undefined, segment: undefined, listedVersion: undefined, fix: undefined } as const

/** Each entry's word. `stated`: the inventory was stated by an SBOM, and may have lost epochs. */
export function examine(
  subject: Subject,
  entries: readonly KeyedEntry[],
  { scheme, installed }: { readonly scheme: VersionScheme; readonly installed: ParsedVersion },
  reader: AdvisoryReader,
  stated: boolean,
): Examination {
  const titleOf = ({ feed, advisory }: AffectedEntry): string | undefined =>
    reader.advisory(feed, advisory)?.summary
  const verdicts: Verdict[] = []
  const passedOver: PassedOver[] = []
  for (const { entry, key } of entries) {
    const applies = appliesTo(subject, entry, titleOf)
    if (applies.applies === 'yes') {
      const aligned = stated ? withEpochOf(entry, subject, scheme) : undefined
      verdicts.push(judge(subject, aligned ?? installed, scheme, entry, key))
      continue
    }
    const { code, message } = applies
    if (applies.applies === 'no') passedOver.push({ entry, key, reason: { code, message } })
    else verdicts.push({ entry, key, scheme, installed, answer: 'unknown', code, message, ...silent })
  }
  return { verdicts, passedOver }
}

/**
 * SBOMs often lose rpm epochs. One that names none is compared within the advisory's epoch, as rpm's own database would have
 * it; undefined when nothing is missing.
 */
function withEpochOf(
  entry: AffectedEntry,
  subject: Subject,
  scheme: VersionScheme,
): ParsedVersion | undefined {
  if (scheme.name !== 'rpm' || subject.version.includes(':')) return undefined
  const bounds = entry.ranges.flatMap(({ events }) =>
    events.flatMap((event) => ('fixed' in event ? [event.fixed] : [])),
  )
  const epoch = /^(\d+):/.exec(bounds[0] ?? '')?.[1]
  if (epoch === undefined) return undefined
  const parsed = scheme.parse(`${epoch}:${subject.version}`)
  return isUnparsable(parsed) ? undefined : parsed
}
