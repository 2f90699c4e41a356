// One package against all advisories about it.

import type { AdvisoryReader, AffectedEntry } from '../advisories/index.ts'
import type { ArtifactKind, Distribution, Package } from '../model/index.ts'
import { compareText } from '../platform/index.ts'
import type { ParsedVersion, VersionScheme } from '../versions/index.ts'
import { isUnparsable, schemeNamed } from '../versions/index.ts'
import { appliesTo } from './applies.ts'
import { decide } from './decide.ts'
import type { Verdict } from './judge.ts'
import { judge } from './judge.ts'
import { kernelExemption } from './kernel.ts'
import type { Match, Reason } from './match.ts'
import { isNoSoftware } from './policy.ts'
import type { Subject } from './subject.ts'
import { isOsPackage, languageSubject, osSubject } from './subject.ts'

export interface MatchOptions {
  /** `findings`, the default: what is affected or cannot be told. `all`: what was asked about and cleared, too. */
  readonly include?: 'findings' | 'all'
}

/** What is known about the artifact around a package. */
export interface Surroundings {
  readonly kind: ArtifactKind
  readonly distribution?: Distribution
  /** Set when the package is of another release than its distribution, so that nothing can be compared. */
  readonly foreign?: Reason
}

/**
 * Judges one package by its own advisories: its distribution's for OS packages, its language's for others; who owns its files is
 * not asked. Answers are sorted by vulnerability. A package that cannot be judged as a whole gives one `unknown` without id.
 */
export function matchPackage(
  item: Package,
  reader: AdvisoryReader,
  surroundings: Surroundings,
  options: MatchOptions = {},
): readonly Match[] {
  if (isNoSoftware(item.type, item.name)) return []
  const all = options.include === 'all'
  const exemption = kernelExemption(item, surroundings.kind)
  if (exemption !== undefined && !all) return []
  const subject = isOsPackage(item)
    ? osSubjectOr(item, surroundings)
    : (languageSubject(item) ?? noEcosystem(item))
  if ('code' in subject) return [whole(item, subject)]
  if (!subject.releases.some(({ release }) => reader.covers(subject.ecosystem.name, release)))
    return [whole(item, notCovered(subject))]
  const entries = entriesOf(subject, reader)
  if (entries.length === 0) return []
  if (surroundings.foreign !== undefined) return [whole(item, surroundings.foreign)]
  const scheme = schemeNamed(subject.ecosystem.scheme)
  if (scheme === undefined)
    return [
      whole(item, { code: 'NO_SCHEME', message: `versions of ${subject.ecosystem.name} cannot be compared` }),
    ]
  const installed = parseInstalled(subject, scheme)
  if ('code' in installed) return [whole(item, installed)]
  const matches = judgeAll(subject, installed, scheme, entries, reader, surroundings, all)
  return exemption === undefined ? matches : matches.map((match) => exempt(match, exemption))
}

function osSubjectOr(item: Package, { distribution }: Surroundings): Subject | Reason {
  if (distribution === undefined)
    return {
      code: 'NO_DISTRIBUTION',
      message: 'operating system packages, but nothing says of which distribution: not assessed',
    }
  const name =
    distribution.prettyName ??
    ([distribution.name, distribution.versionId].filter(Boolean).join(' ') || distribution.id)
  return (
    osSubject(item, distribution) ?? {
      code: 'DISTRIBUTION_UNKNOWN',
      message: `${name}: no advisories are known for ${item.type} packages of this distribution: not assessed`,
    }
  )
}

const noEcosystem = ({ type }: Package): Reason => ({
  code: 'NO_ECOSYSTEM',
  message: `no advisory source covers packages of type ${type}: not assessed`,
})

function notCovered({ ecosystem, releases }: Subject): Reason {
  const release = releases[0]?.release ?? ''
  const key = release === '' ? ecosystem.name : `${ecosystem.name}:${release}`
  return { code: 'NOT_ASSESSED', message: `there are no advisories for ${key}: not assessed` }
}

/** An answer about the package as a whole. */
function whole(item: Package, reason: Reason): Match {
  return { package: item, answer: 'unknown', reason, fix: 'no', evidence: [], confidence: 'vendor' }
}

const exempt = (match: Match, reason: Reason): Match => {
  if (match.answer !== 'affected') return match
  const { fixedVersion: _, ...rest } = match
  return { ...rest, answer: 'not-affected', reason, fix: 'no' }
}

interface KeyedEntry {
  readonly entry: AffectedEntry
  readonly key: Subject['releases'][number]
}

function entriesOf(subject: Subject, reader: AdvisoryReader): readonly KeyedEntry[] {
  const [first, ...rest] = subject.releases
  if (first === undefined) return []
  const { name, ecosystem } = subject
  const found = [first, ...rest].map((key) =>
    reader.lookup({ ecosystem: ecosystem.name, release: key.release, name }).map((entry) => ({ entry, key })),
  )
  return found.flat()
}

function parseInstalled(subject: Subject, scheme: VersionScheme): ParsedVersion | Reason {
  if (subject.version === '') return { code: 'NO_VERSION', message: 'no version is known: not assessed' }
  const parsed = scheme.parse(subject.version)
  if (!isUnparsable(parsed)) return parsed
  return {
    code: 'VERSION_UNPARSABLE',
    message: `${subject.version} is no ${scheme.name} version that could be compared: ${parsed.reason}`,
  }
}

function judgeAll(
  subject: Subject,
  installed: ParsedVersion,
  scheme: VersionScheme,
  entries: readonly KeyedEntry[],
  reader: AdvisoryReader,
  surroundings: Surroundings,
  all: boolean,
): readonly Match[] {
  const titleOf = ({ feed, advisory }: AffectedEntry): string | undefined =>
    reader.advisory(feed, advisory)?.summary
  const verdicts: Verdict[] = []
  const otherLines = new Set<string>()
  for (const { entry, key } of entries) {
    const applies = appliesTo(subject, entry, titleOf)
    if (applies.applies === 'yes') {
      const aligned = surroundings.kind === 'sbom' ? withEpochOf(entry, subject, scheme) : undefined
      verdicts.push(judge(subject, aligned ?? installed, scheme, entry, key))
    }
    if (applies.applies === 'unknown') {
      const { code, message } = applies
      verdicts.push({ entry, key, scheme, installed, answer: 'unknown', code, message })
    } else if (applies.applies === 'no' && applies.code === 'OTHER_KERNEL_LINE')
      otherLines.add(applies.message)
  }
  if (verdicts.length === 0 && otherLines.size > 0)
    return [
      whole(subject.package, {
        code: 'LINE_NOT_COVERED',
        message: `${subject.name} ${subject.version}: the advisories at hand are about other kernel lines: not assessed`,
      }),
    ]
  const wanted = all ? verdicts : verdicts.filter(({ answer }) => answer !== 'not-affected')
  if (wanted.length === 0) return []
  const ids = new Set(wanted.flatMap(({ entry }) => entry.vulnerabilityIds))
  return [...ids]
    .sort(compareText)
    .map((id) =>
      decide(
        subject,
        id,
        verdicts.filter(({ entry }) => entry.vulnerabilityIds.includes(id)),
        reader,
      ),
    )
    .filter(({ answer }) => all || answer !== 'not-affected')
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
