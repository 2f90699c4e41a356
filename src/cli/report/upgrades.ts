// "Upgrade openssl 3.0.11 to 3.0.17: closes 14 findings, 1 exploited." Findings turned round: by what there is to do.

import { compareSeverity } from '../../model/index.ts'
import type { Severity } from '../../model/index.ts'
import { compareText } from '../../platform/index.ts'
import { isUnparsable, schemeNamed } from '../../versions/index.ts'
import type { ReportAffectedPackage, ReportFinding } from './report.ts'

/** One thing to do: bring one package of one version to another. */
export interface Upgrade {
  readonly type: string
  /** The package to upgrade: the source package where the distribution judges by it. */
  readonly name: string
  readonly installed: string
  /** The least version that has all fixes; absent when nothing is fixed yet. */
  readonly target?: string
  /** The installed packages it is about, sorted. */
  readonly packages: readonly string[]
  /** Ids of the findings that are gone after it (and after the same for other versions of the package that are there). */
  readonly closes: readonly string[]
  /** All findings that the package has, fixed or not. */
  readonly findings: readonly string[]
  readonly worst: Severity
  readonly worstScore?: number
  readonly exploited: number
}

interface Group {
  readonly type: string
  readonly name: string
  readonly installed: string
  readonly packages: Set<string>
  readonly findings: Set<ReportFinding>
  target: string | undefined
  readonly first: ReportAffectedPackage
}

/** Upgrades, the most urgent first: exploited, then the worst score it closes, then how many. */
export function upgradesOf(findings: readonly ReportFinding[]): readonly Upgrade[] {
  const groups = new Map<string, Group>()
  for (const finding of findings) {
    for (const affected of finding.packages) {
      const key = groupKey(affected)
      const group = groups.get(key) ?? newGroup(affected)
      groups.set(key, group)
      group.packages.add(affected.name)
      group.findings.add(finding)
      group.target = later(group.target, affected)
    }
  }
  return [...groups.values()].map(finished).sort(byUrgency)
}

function groupKey(affected: ReportAffectedPackage): string {
  return JSON.stringify([affected.type, affected.source ?? affected.name, judgedVersion(affected)])
}

const nameKey = (affected: ReportAffectedPackage): string =>
  JSON.stringify([affected.type, affected.source ?? affected.name])

/** The version that was compared: the source package's where that was judged. */
function judgedVersion(affected: ReportAffectedPackage): string {
  return affected.evidence[0]?.comparedVersion ?? affected.version
}

function newGroup(affected: ReportAffectedPackage): Group {
  return {
    type: affected.type,
    name: affected.source ?? affected.name,
    installed: judgedVersion(affected),
    packages: new Set(),
    findings: new Set(),
    target: undefined,
    first: affected,
  }
}

/** The later of the two fixed versions, by the scheme the package was judged with. */
function later(current: string | undefined, affected: ReportAffectedPackage): string | undefined {
  const next = affected.fixedVersion
  if (current === undefined || next === undefined) return current ?? next
  const scheme = schemeNamed(affected.evidence[0]?.scheme ?? '')
  const [a, b] = [scheme?.parse(current), scheme?.parse(next)]
  if (scheme === undefined || a === undefined || b === undefined || isUnparsable(a) || isUnparsable(b))
    return current
  return scheme.compare(a, b) < 0 ? next : current
}

function finished(group: Group): Upgrade {
  const findings = [...group.findings]
  const { first } = group
  // A finding that spans several versions of the package is gone when all of them are upgraded: each such row counts it.
  const closes = findings.filter((finding) =>
    finding.packages.every(
      (affected) => affected.fixedVersion !== undefined && nameKey(affected) === nameKey(first),
    ),
  )
  const scores = findings.flatMap((finding) => finding.score ?? [])
  return {
    type: group.type,
    name: group.name,
    installed: group.installed,
    ...(group.target === undefined ? {} : { target: group.target }),
    packages: [...group.packages].sort(compareText),
    closes: closes.map((finding) => finding.id),
    findings: findings.map((finding) => finding.id),
    worst: findings.map((finding) => finding.severity).sort(compareSeverity)[0] ?? 'UNTRIAGED',
    ...(scores.length === 0 ? {} : { worstScore: Math.max(...scores) }),
    exploited: findings.filter((finding) => finding.kev !== undefined).length,
  }
}

function byUrgency(a: Upgrade, b: Upgrade): number {
  return (
    Number(b.target !== undefined) - Number(a.target !== undefined) ||
    b.exploited - a.exploited ||
    (b.worstScore ?? -1) - (a.worstScore ?? -1) ||
    b.closes.length - a.closes.length ||
    compareText(a.name, b.name) ||
    compareText(a.installed, b.installed)
  )
}
