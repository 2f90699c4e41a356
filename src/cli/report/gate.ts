// The gate: which findings make a pipeline stop.

import { compareSeverity, severities } from '../../model/index.ts'
import type { Severity } from '../../model/index.ts'
import { exitCodes, LongwatchError } from '../../platform/index.ts'
import type { ReportFinding, ReportGate } from './report.ts'

export interface GateRules {
  /** These severities, as `--fail-on` lists them; a severity worse than the worst listed counts as well. */
  readonly failOn?: readonly Severity[]
  readonly minScore?: number
  /** Known to be exploited. */
  readonly kev?: boolean
  /** Of those, only what a fix exists for. */
  readonly fixableOnly?: boolean
}

/** Reads `critical,high`. Throws a usage error that lists the words. */
export function parseSeverities(text: string): readonly Severity[] {
  const words = text
    .split(',')
    .map((word) => word.trim().toUpperCase())
    .filter((word) => word !== '')
  const wrong = words.find((word) => !severities.some((severity) => severity === word))
  if (wrong !== undefined || words.length === 0) {
    throw new LongwatchError('USAGE_SEVERITY', `not a severity: ${wrong ?? "''"}`, {
      remedy: `Use one or more of ${severities.join(', ').toLowerCase()}, separated by commas.`,
      exitCode: exitCodes.usage,
    })
  }
  return severities.filter((severity) => words.includes(severity))
}

/** The verdict; undefined when no rule was given. A finding fails the gate when any rule names it and `fixableOnly` lets it. */
export function judge(rules: GateRules, findings: readonly ReportFinding[]): ReportGate | undefined {
  const { failOn, minScore, kev } = rules
  if (failOn === undefined && minScore === undefined && kev !== true) return undefined
  const worst = failOn?.[0]
  const named = (finding: ReportFinding): boolean =>
    (failOn?.includes(finding.severity) ?? false) ||
    (worst !== undefined && compareSeverity(finding.severity, worst) < 0) ||
    (minScore !== undefined && (finding.score ?? 0) >= minScore) ||
    (kev === true && finding.kev !== undefined)
  const failing = findings.filter(
    (finding) => named(finding) && (rules.fixableOnly !== true || finding.fixAvailable !== 'NO'),
  )
  return {
    rules: describeRules(rules),
    failed: failing.length > 0,
    findings: failing.map((finding) => finding.id),
  }
}

function describeRules(rules: GateRules): string[] {
  return [
    ...(rules.failOn === undefined ? [] : [`severity ${rules.failOn.join(', ').toLowerCase()}`]),
    ...(rules.minScore === undefined ? [] : [`score ${rules.minScore} or more`]),
    ...(rules.kev === true ? ['known to be exploited'] : []),
    ...(rules.fixableOnly === true ? ['fixable only'] : []),
  ]
}
