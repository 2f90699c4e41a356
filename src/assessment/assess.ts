// An inventory and a generation of advisories become findings and open questions. Pure: today's date is an argument.

import type { AdvisoryReader } from '../advisories/index.ts'
import type { Match } from '../matching/index.ts'
import { matchInventory } from '../matching/index.ts'
import type { Inventory, Vulnerability } from '../model/index.ts'
import { compareSeverity } from '../model/index.ts'
import { compareText } from '../platform/index.ts'
import type { Score, ScoreContext } from '../scoring/index.ts'
import { scoreOf } from '../scoring/index.ts'
import { evidenceInWords } from './evidence.ts'
import type { Assessment, Finding, FindingPackage, Unknown } from './finding.ts'
import { findingId } from './identity.ts'
import { lifecycleFindings } from './lifecycle.ts'

export interface AssessOptions {
  /** Today, `2026-08-22`: what is past its end of life depends on it. */
  readonly today: string
  /** Whether the internet reaches the artifact, when that is known. */
  readonly reachability?: 'reachable' | 'not-reachable'
}

/** Judges and scores all that an inventory holds. The same arguments give the same assessment, byte for byte. */
export function assess(inventory: Inventory, reader: AdvisoryReader, options: AssessOptions): Assessment {
  const matches = matchInventory(inventory, reader)
  const affected = new Map<string, Match[]>()
  for (const match of matches) {
    if (match.answer !== 'affected' || match.vulnerabilityId === undefined) continue
    const group = affected.get(match.vulnerabilityId)
    if (group === undefined) affected.set(match.vulnerabilityId, [match])
    else group.push(match)
  }
  const findings = [
    ...[...affected].map(([id, group]) => vulnerabilityFinding(id, group, reader, options)),
    ...lifecycleFindings(inventory, reader, options.today),
  ]
  return { findings: findings.sort(worstFirst), unknowns: unknownsOf(matches) }
}

const worstFirst = (a: Finding, b: Finding): number =>
  compareSeverity(a.severity, b.severity) ||
  (b.score ?? 0) - (a.score ?? 0) ||
  compareText(a.vulnerabilityId, b.vulnerabilityId)

function vulnerabilityFinding(
  id: string,
  matches: readonly Match[],
  reader: AdvisoryReader,
  { reachability }: AssessOptions,
): Finding {
  const vulnerability = reader.vulnerability(id) ?? unheardOf(id, reader)
  const fixAvailable = fixOf(matches)
  const contexts = matches.map((match) => contextOf(match, reader))
  const { score, word } = worstScore(vulnerability, contexts, {
    fix: fixAvailable === 'NO' ? 'no' : 'yes',
    ...(reachability === undefined ? {} : { reachability }),
  })
  const { kev, epss, exploitDb, metasploit } = vulnerability.signals
  const exploited = kev !== undefined || (exploitDb?.length ?? 0) > 0 || (metasploit?.length ?? 0) > 0
  const packages = matches.map(packageOf).sort(byName)
  const description = descriptionOf(vulnerability)
  return {
    id: findingId('PACKAGE_VULNERABILITY', id),
    type: 'PACKAGE_VULNERABILITY',
    vulnerabilityId: id,
    aliases: vulnerability.aliases,
    title: vulnerability.title ?? `${id} - ${[...new Set(packages.map(({ name }) => name))].join(', ')}`,
    ...(description === undefined ? {} : { description }),
    severity: score.severity,
    ...(score.score === undefined ? {} : { score: score.score }),
    ...(score.details === undefined ? {} : { scoreDetails: score.details }),
    ...(word === undefined ? {} : { vendorSeverity: word }),
    cvss: vulnerability.cvss,
    fixAvailable,
    exploitAvailable: exploited ? 'YES' : 'NO',
    ...(kev === undefined ? {} : { kev }),
    ...(epss === undefined ? {} : { epss }),
    packages,
    cwes: vulnerability.cwes,
    references: vulnerability.references,
    ...(vulnerability.published === undefined ? {} : { published: vulnerability.published }),
    ...(vulnerability.modified === undefined ? {} : { modified: vulnerability.modified }),
  }
}

/** A dispute is part of what has to be known, and comes first. */
function descriptionOf({ description, signals: { nvd } }: Vulnerability): string | undefined {
  const text = description ?? nvd?.description
  if (nvd?.disputed !== true) return text
  const dispute = 'Disputed: whether this is a vulnerability at all is contested.'
  return text === undefined ? dispute : `${dispute}\n\n${text}`
}

/** A vulnerability that advisories name and nothing describes. */
function unheardOf(id: string, reader: AdvisoryReader): Vulnerability {
  return {
    id,
    aliases: [],
    advisories: [],
    cvss: [],
    cwes: [],
    references: [],
    signals: reader.signals(id),
    withdrawn: false,
  }
}

function fixOf(matches: readonly Match[]): Finding['fixAvailable'] {
  if (matches.every(({ fix }) => fix === 'yes')) return 'YES'
  return matches.every(({ fix }) => fix === 'no') ? 'NO' : 'PARTIAL'
}

/** Words with a meaning come before `not yet assigned`. */
const emptyWord = /^(?:|not yet assigned|unknown|untriaged|undefined|none set)$/i

function contextOf({ evidence }: Match, reader: AdvisoryReader): ScoreContext {
  const [decisive] = evidence
  const words = evidence.flatMap(({ urgency, feed, advisory, source }) => {
    const word = urgency ?? reader.advisory(feed, advisory)?.vendorSeverity
    return word === undefined ? [] : [{ word, source }]
  })
  const chosen = words.find(({ word }) => !emptyWord.test(word.trim())) ?? words[0]
  return {
    ...(decisive === undefined ? {} : { ecosystem: decisive.ecosystem }),
    ...(chosen === undefined ? {} : { vendorSeverity: chosen.word, vendorSource: chosen.source }),
  }
}

/** Packages of several ecosystems can be rated differently by their vendors: the worst counts. */
function worstScore(
  vulnerability: Vulnerability,
  contexts: readonly ScoreContext[],
  place: ScoreContext,
): { readonly score: Score; readonly word?: string } {
  const scored = contexts.map((context) => {
    const score = scoreOf(vulnerability, { ...context, ...place })
    return { score, ...(context.vendorSeverity === undefined ? {} : { word: context.vendorSeverity }) }
  })
  const [worst = { score: scoreOf(vulnerability, place) }] = scored.sort(
    (a, b) =>
      compareSeverity(a.score.severity, b.score.severity) || (b.score.score ?? 0) - (a.score.score ?? 0),
  )
  return worst
}

function packageOf(match: Match): FindingPackage {
  const { purl, type, name, version, source, arch, locations, foundBy } = match.package
  return {
    purl,
    type,
    name,
    version,
    ...(source === undefined || source.name === name ? {} : { source: source.name }),
    ...(arch === undefined ? {} : { arch }),
    ...(match.fixedVersion === undefined ? {} : { fixedVersion: match.fixedVersion }),
    locations,
    foundBy,
    confidence: match.confidence,
    evidence: match.evidence.map(evidenceInWords),
  }
}

const byName = (a: FindingPackage, b: FindingPackage): number =>
  compareText(a.name, b.name) || compareText(a.version, b.version) || compareText(a.purl, b.purl)

/** One line for each reason, however many packages it is about. */
function unknownsOf(matches: readonly Match[]): readonly Unknown[] {
  const groups = new Map<string, { readonly match: Match; readonly purls: Set<string> }>()
  for (const match of matches) {
    if (match.answer !== 'unknown') continue
    const { code, message } = match.reason
    const key = [code, match.vulnerabilityId ?? '', message].join('\0')
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { match, purls: new Set([match.package.purl]) })
    else group.purls.add(match.package.purl)
  }
  return [...groups]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, { match, purls }]) => ({
      code: match.reason.code,
      message: match.reason.message,
      ...(match.vulnerabilityId === undefined ? {} : { vulnerabilityId: match.vulnerabilityId }),
      packages: [...purls].sort(compareText),
    }))
}
