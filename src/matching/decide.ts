// Several advisories about one vulnerability of one package become one answer.

import type { AdvisoryReader } from '../advisories/index.ts'
import { compareText } from '../platform/index.ts'
import type { ParsedVersion } from '../versions/index.ts'
import type { Verdict } from './judge.ts'
import { stillHolds } from './judge.ts'
import type { Evidence, Match, Reason } from './match.ts'
import { authorityOf } from './policy.ts'
import { misplacedPseudoVersion } from './pseudo-version.ts'
import type { Subject } from './subject.ts'

interface Decision {
  readonly answer: Match['answer']
  readonly reason: Reason
  /** The verdicts that made it, the strongest first. */
  readonly decisive: readonly Verdict[]
  readonly fixedVersion?: string
  readonly fix: Match['fix']
}

/** The one answer about `vulnerabilityId`. `verdicts` are all that applied, at least one. */
export function decide(
  subject: Subject,
  vulnerabilityId: string,
  verdicts: readonly Verdict[],
  reader: AdvisoryReader,
): Match {
  const weighed = verdicts.length === 1 ? alone(verdicts) : weigh(subject, verdicts)
  const { answer, reason, decisive, fixedVersion, fix } = doubt(subject, vulnerabilityId, weighed, reader)
  const rest =
    decisive.length === verdicts.length
      ? []
      : verdicts.filter((verdict) => !decisive.includes(verdict)).sort(byAdvisory)
  const evidence = decisive.map((verdict) => evidenceOf(subject, verdict))
  for (const verdict of rest) evidence.push(evidenceOf(subject, verdict))
  const match: Match = {
    package: subject.package,
    vulnerabilityId,
    answer,
    reason,
    fix,
    evidence,
    confidence: 'vendor',
  }
  return fixedVersion === undefined ? match : { ...match, fixedVersion }
}

/** With one word only there is nothing to weigh. */
function alone(verdicts: readonly Verdict[]): Decision {
  return verdicts[0]?.answer === 'affected'
    ? withFix(verdicts)
    : plain(verdicts[0]?.answer ?? 'unknown', verdicts)
}

/** What the verdict leaves behind in the result. */
export function evidenceOf(subject: Subject, verdict: Verdict): Evidence {
  const { entry, range, listedVersion, fix } = verdict
  const evidence: { -readonly [Field in keyof Evidence]: Evidence[Field] } = {
    feed: entry.feed,
    advisory: entry.advisory,
    source: entry.source,
    ecosystem: entry.ecosystem,
    release: entry.release,
    name: entry.name,
    version: subject.version,
    scheme: verdict.scheme.name,
    status: entry.status,
    modified: entry.modified,
  }
  if (range !== undefined) evidence.range = range
  if (listedVersion !== undefined) evidence.listedVersion = listedVersion
  if (fix !== undefined) evidence.fixedVersion = fix.text
  if (entry.urgency !== undefined) evidence.urgency = entry.urgency
  if (entry.channel !== undefined) evidence.channel = entry.channel
  return evidence
}

const byAdvisory = (a: Verdict, b: Verdict): number =>
  compareText(a.entry.feed, b.entry.feed) ||
  compareText(a.entry.advisory, b.entry.advisory) ||
  compareText(a.entry.release, b.entry.release)

const byStrength = (a: Verdict, b: Verdict): number =>
  Number(a.key.paid) - Number(b.key.paid) || Number(isOpen(a)) - Number(isOpen(b)) || byAdvisory(a, b)

/** No end is known: no fix, and no last affected version. */
const isOpen = ({ segment, listedVersion }: Verdict): boolean =>
  segment === undefined ? listedVersion === undefined : segment.to === undefined

/**
 * The order of weight: the feed that knows best (the vendor's own, the line the system is subscribed to); a vendor's "not
 * affected"; a fix that is in, against records without an end; then any record that holds the version.
 */
function weigh(subject: Subject, all: readonly Verdict[]): Decision {
  const verdicts = strongest(subject, all)
  const free = verdicts.filter(({ key }) => !key.paid)
  const cleared = (free.some(isAffected) ? free : verdicts).filter(
    ({ code }) => code === 'VENDOR_NOT_AFFECTED',
  )
  if (cleared.length > 0) return plain('not-affected', cleared)
  const fixed = verdicts.filter(({ code }) => code === 'FIXED')
  const freeFix = fixed.some(({ key }) => !key.paid)
  const affected = verdicts.filter(
    (verdict) =>
      isAffected(verdict) &&
      !(verdict.key.paid && freeFix) &&
      !isBuildOfFix(verdict, verdicts) &&
      !fixed.some((proof) => endsOpen(verdict, proof)),
  )
  if (affected.length > 0) return withFix(affected)
  const unknown = verdicts.filter(({ answer }) => answer === 'unknown')
  if (unknown.length > 0) return plain('unknown', unknown)
  if (fixed.length > 0) return plain('not-affected', fixed)
  return plain('not-affected', verdicts)
}

const isAffected = ({ answer }: Verdict): boolean => answer === 'affected'

function plain(answer: Match['answer'], decisive: readonly Verdict[]): Decision {
  const sorted = decisive.toSorted(byStrength)
  const [first] = sorted
  const reason = {
    code: first?.code ?? 'OUTSIDE_RANGE',
    message: first?.message ?? 'no advisory holds the version',
  }
  const fixedVersion = answer === 'not-affected' ? first?.fix?.text : undefined
  return {
    answer,
    reason,
    decisive: sorted,
    fix: 'no',
    ...(fixedVersion === undefined ? {} : { fixedVersion }),
  }
}

/** Verdicts of the highest authority that knows an answer; with none that knows, all. */
function strongest(subject: Subject, verdicts: readonly Verdict[]): readonly Verdict[] {
  const byVendor = subject.ecosystem.matchBy !== 'language'
  if (!byVendor) return verdicts
  const rankOf = ({ entry, key }: Verdict): number =>
    authorityOf(entry.feed, entry.channel ?? key.channel, byVendor)
  const known = verdicts.filter(({ answer, code }) => answer !== 'unknown' || code === 'VENDOR_INVESTIGATING')
  if (known.length === 0) return verdicts
  const best = Math.max(...known.map(rankOf))
  return verdicts.filter((verdict) => rankOf(verdict) === best)
}

/** An advisory that names several builds of one package as fixed: the build that is installed is one of them. */
function isBuildOfFix(verdict: Verdict, all: readonly Verdict[]): boolean {
  return all.some(
    ({ entry, code, fix, scheme, installed }) =>
      entry.advisory === verdict.entry.advisory &&
      entry.feed === verdict.entry.feed &&
      code === 'FIXED' &&
      fix !== undefined &&
      scheme.compare(fix, installed) === 0,
  )
}

/** A record without an end gives way to one that knows the end and has it before the installed version. */
function endsOpen(open: Verdict, proof: Verdict): boolean {
  if (!isOpen(open) || proof.fix === undefined) return false
  const from = open.segment?.from
  return from === undefined || proof.scheme.compare(proof.fix, from) >= 0
}

function withFix(affected: readonly Verdict[]): Decision {
  const sorted = affected.length === 1 ? affected : affected.toSorted(byStrength)
  const free = fixOf(sorted.some(({ key }) => key.paid) ? sorted.filter(({ key }) => !key.paid) : sorted)
  const any = free ?? fixOf(sorted)
  const [first] = sorted
  const reason = {
    code: first?.code ?? 'AFFECTED_RANGE',
    message: first?.message ?? 'an advisory holds the version',
  }
  if (any === undefined) return { answer: 'affected', reason, decisive: sorted, fix: 'no' }
  if (free !== undefined)
    return { answer: 'affected', reason, decisive: sorted, fix: 'yes', fixedVersion: free.text }
  const channel = sorted.find(({ key }) => key.paid)?.key.channel ?? 'a subscription'
  return {
    answer: 'affected',
    reason: {
      code: 'FIX_NEEDS_SUBSCRIPTION',
      message: `${reason.message}; the fix ${any.text} needs ${channel}`,
    },
    decisive: sorted,
    fix: 'partial',
    fixedVersion: any.text,
  }
}

/** The smallest fix that takes the package out of every stretch that has an end. */
function fixOf(affected: readonly Verdict[]): ParsedVersion | undefined {
  const [first] = affected
  if (first !== undefined && affected.length === 1)
    return first.fix === undefined || stillHolds(first, first.fix) ? undefined : first.fix
  const candidates = affected
    .flatMap(({ fix, scheme }) => (fix === undefined ? [] : [{ fix, scheme }]))
    .toSorted((a, b) => a.scheme.compare(a.fix, b.fix))
  const closed = affected.filter((verdict) => !isOpen(verdict))
  return candidates.find(({ fix }) => !closed.some((verdict) => stillHolds(verdict, fix)))?.fix
}

/** Two reasons not to believe upstream's word: NVD rejected the CVE, or the version cannot be placed. */
function doubt(subject: Subject, id: string, decision: Decision, reader: AdvisoryReader): Decision {
  if (decision.answer !== 'affected' || subject.ecosystem.matchBy !== 'language') return decision
  if (isRejected(id, reader))
    return {
      answer: 'not-affected',
      reason: {
        code: 'REJECTED',
        message: `${id} was rejected: it is no vulnerability, and no vendor upholds it`,
      },
      decisive: decision.decisive,
      fix: 'no',
    }
  const ended = decision.decisive.filter(({ fix }) => fix !== undefined)
  if (ended.length > 0 && ended.every((verdict) => misplacedPseudoVersion(subject, verdict, reader)))
    return {
      answer: 'unknown',
      reason: {
        code: 'PSEUDO_VERSION',
        message: `${subject.version} names a commit, not a release, and it is about as new as the fix`,
      },
      decisive: decision.decisive,
      fix: 'no',
    }
  return decision
}

/** Signals are a read from disk, and matching asks for the same vulnerability for package after package. */
const rejections = new WeakMap<AdvisoryReader, Map<string, boolean>>()

function isRejected(id: string, reader: AdvisoryReader): boolean {
  const known = rejections.get(reader) ?? new Map<string, boolean>()
  if (known.size === 0) rejections.set(reader, known)
  const rejected = known.get(id) ?? reader.signals(id).nvd?.status === 'Rejected'
  known.set(id, rejected)
  return rejected
}
