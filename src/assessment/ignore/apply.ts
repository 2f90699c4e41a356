// Takes what rules hide out of an assessment, and keeps it beside with the rule that did it: hidden is not gone.

import type { Diagnostic } from '../../model/index.ts'
import type { Assessment, Finding, FindingPackage } from '../finding.ts'
import type { IgnoreRule } from './rule.ts'
import { fits, isExpired } from './rule.ts'

export interface IgnoredFinding {
  /** With the packages that the rule hides. */
  readonly finding: Finding
  readonly rule: IgnoreRule
}

export interface IgnoreResult {
  /** What is left. A finding of which some packages are hidden stays, with the others. */
  readonly assessment: Assessment
  /** In the order of the findings and then of the rules. */
  readonly ignored: readonly IgnoredFinding[]
  /** Rules that have expired but would still hide something (`IGNORE_RULE_EXPIRED`), and rules that fit nothing (`IGNORE_RULE_UNUSED`). */
  readonly diagnostics: readonly Diagnostic[]
}

export interface IgnoreOptions {
  /** `2026-08-22`. */
  readonly today: string
  /** The names of what was scanned: target, tags, digests. */
  readonly artifact: readonly string[]
}

/** Applies the rules; the first that fits a package hides it. Pure. */
export function applyIgnoreRules(
  assessment: Assessment,
  rules: readonly IgnoreRule[],
  { today, artifact }: IgnoreOptions,
): IgnoreResult {
  if (rules.length === 0) return { assessment, ignored: [], diagnostics: [] }
  const live = rules.filter((rule) => !isExpired(rule, today))
  const used = new Set<IgnoreRule>()
  const fitting = new Set<IgnoreRule>()
  const left: Finding[] = []
  const ignored: IgnoredFinding[] = []
  for (const finding of assessment.findings) {
    const hidden = new Map<IgnoreRule, FindingPackage[]>()
    const shown: FindingPackage[] = []
    for (const item of finding.packages) {
      const what = {
        vulnerability: finding.vulnerabilityId,
        aliases: finding.aliases,
        purl: item.purl,
        name: item.name,
        paths: item.locations.map(({ path }) => path),
        artifact,
      }
      for (const rule of rules) if (!fitting.has(rule) && fits(rule, what)) fitting.add(rule)
      const rule = live.find((one) => fits(one, what))
      if (rule === undefined) shown.push(item)
      else {
        used.add(rule)
        hidden.set(rule, [...(hidden.get(rule) ?? []), item])
      }
    }
    for (const [rule, packages] of hidden) ignored.push({ finding: withPackages(finding, packages), rule })
    if (shown.length > 0) left.push(hidden.size === 0 ? finding : withPackages(finding, shown))
  }
  return {
    assessment: { ...assessment, findings: left },
    ignored,
    diagnostics: rules.flatMap((rule) => complaintAbout(rule, today, fitting, used)),
  }
}

function complaintAbout(
  rule: IgnoreRule,
  today: string,
  fitting: ReadonlySet<IgnoreRule>,
  used: ReadonlySet<IgnoreRule>,
): readonly Diagnostic[] {
  const scope = [rule.vulnerability, rule.package, rule.path, rule.artifact]
    .filter((one) => one !== undefined)
    .join(', ')
  if (isExpired(rule, today))
    return [
      {
        level: 'warning',
        code: 'IGNORE_RULE_EXPIRED',
        message: fitting.has(rule)
          ? `the rule for ${scope} expired on ${rule.expires ?? ''}: what it hid is reported again`
          : `the rule for ${scope} expired on ${rule.expires ?? ''} and fits nothing any more`,
        remedy: 'Judge it anew and move the day, or take the rule out.',
        place: rule.origin,
      },
    ]
  if (used.has(rule)) return []
  return [
    {
      level: 'info',
      code: 'IGNORE_RULE_UNUSED',
      message: fitting.has(rule)
        ? `the rule for ${scope} hides nothing that no other hides`
        : `the rule for ${scope} fits nothing here`,
      place: rule.origin,
    },
  ]
}

/** The finding with some of its packages; whether a fix is there follows them. */
function withPackages(finding: Finding, packages: readonly FindingPackage[]): Finding {
  if (finding.fixAvailable !== 'PARTIAL') return { ...finding, packages }
  const fixed = packages.filter(({ fixedVersion }) => fixedVersion !== undefined)
  return fixed.length === 0 ? { ...finding, packages, fixAvailable: 'NO' } : { ...finding, packages }
}
