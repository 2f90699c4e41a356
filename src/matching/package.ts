// One package against all advisories about it.

import type { AdvisoryReader } from '../advisories/index.ts'
import type { ArtifactKind, Distribution, Package } from '../model/index.ts'
import { compareText } from '../platform/index.ts'
import { decide } from './decide.ts'
import type { Examination } from './examine.ts'
import { entriesOf, examine, installedVersion } from './examine.ts'
import { kernelExemption } from './kernel.ts'
import type { Verdict } from './judge.ts'
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
  const subject = subjectOf(item, surroundings)
  if ('code' in subject) return [whole(item, subject)]
  if (!subject.releases.some(({ release }) => reader.covers(subject.ecosystem.name, release)))
    return [whole(item, notCovered(subject))]
  const entries = entriesOf(subject, reader)
  if (entries.length === 0) return []
  if (surroundings.foreign !== undefined) return [whole(item, surroundings.foreign)]
  const installed = installedVersion(subject)
  if ('code' in installed) return [whole(item, installed)]
  const examination = examine(subject, entries, installed, reader, surroundings.kind === 'sbom')
  const matches = answersOf(subject, examination, reader, all)
  return exemption === undefined ? matches : matches.map((match) => exempt(match, exemption))
}

/** The package as the advisories that judge it see it, or why there are none. */
export function subjectOf(item: Package, surroundings: Surroundings): Subject | Reason {
  return isOsPackage(item) ? osSubjectOr(item, surroundings) : (languageSubject(item) ?? noEcosystem(item))
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

function answersOf(
  subject: Subject,
  { verdicts, passedOver }: Examination,
  reader: AdvisoryReader,
  all: boolean,
): readonly Match[] {
  if (verdicts.length === 0 && passedOver.some(({ reason }) => reason.code === 'OTHER_KERNEL_LINE'))
    return [
      whole(subject.package, {
        code: 'LINE_NOT_COVERED',
        message: `${subject.name} ${subject.version}: the advisories at hand are about other kernel lines: not assessed`,
      }),
    ]
  const wanted = all ? verdicts : verdicts.filter(({ answer }) => answer !== 'not-affected')
  if (wanted.length === 0) return []
  // most vulnerabilities have one word on them: lists are made for the others only
  const first = new Map<string, Verdict>()
  const several = new Map<string, Verdict[]>()
  const wantedIds = new Set<string>()
  for (const { entry } of wanted) for (const id of entry.vulnerabilityIds) wantedIds.add(id)
  for (const verdict of verdicts)
    for (const id of verdict.entry.vulnerabilityIds) {
      if (!wantedIds.has(id)) continue
      const before = first.get(id)
      if (before === undefined) first.set(id, verdict)
      else if (several.has(id)) several.get(id)?.push(verdict)
      else several.set(id, [before, verdict])
    }
  const matches: Match[] = []
  // an advisory about fifty vulnerabilities says the same of each
  const alike = new Map<Verdict, Match>()
  for (const [id, verdict] of [...first].sort(([a], [b]) => compareText(a, b))) {
    const words = several.get(id)
    const known = words === undefined ? alike.get(verdict) : undefined
    const match =
      known === undefined
        ? decide(subject, id, words ?? [verdict], reader)
        : { ...known, vulnerabilityId: id }
    if (words === undefined && known === undefined && subject.ecosystem.matchBy !== 'language')
      alike.set(verdict, match)
    if (all || match.answer !== 'not-affected') matches.push(match)
  }
  return matches
}
