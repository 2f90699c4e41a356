// Everything a scan found out, as the report that leaves it.

import type { Assessment, IgnoredFinding } from '../../assessment/index.ts'
import type { GenerationInfo } from '../../advisories/index.ts'
import { leavesGap, severities } from '../../model/index.ts'
import type { Diagnostic, Inventory, Severity } from '../../model/index.ts'
import type { GateRules } from './gate.ts'
import { judge } from './gate.ts'
import type { ReportAdvisories, ReportBaseline, ReportIgnored, ReportSummary, ScanReport } from './report.ts'

export interface ReportInput {
  readonly version: string
  /** ISO 8601. */
  readonly scannedAt: string
  readonly inventory: Inventory
  readonly advisories: GenerationInfo
  readonly assessment: Assessment
  /** What went wrong outside of the artifact. */
  readonly diagnostics: readonly Diagnostic[]
  readonly gate: GateRules
  readonly ignored: readonly IgnoredFinding[]
  readonly baseline?: ReportBaseline
}

export function buildReport(input: ReportInput): ScanReport {
  const { advisories, assessment, inventory } = input
  const { findings, unknowns } = assessment
  const diagnostics = [...inventory.diagnostics, ...input.diagnostics]
  const gate = judge(input.gate, findings)
  const { artifact, distribution, packages } = inventory
  return {
    schemaVersion: 1,
    tool: { name: 'longwatch', version: input.version },
    scannedAt: input.scannedAt,
    artifact,
    ...(distribution === undefined ? {} : { distribution }),
    advisories: advisoriesOf(advisories),
    summary: summaryOf(inventory, assessment, diagnostics),
    findings,
    unknowns,
    packages,
    diagnostics,
    ...(input.ignored.length === 0 ? {} : { ignored: input.ignored.map(ignoredOf) }),
    ...(input.baseline === undefined ? {} : { baseline: input.baseline }),
    ...(gate === undefined ? {} : { gate }),
  }
}

function ignoredOf({ finding, rule }: IgnoredFinding): ReportIgnored {
  return {
    id: finding.id,
    vulnerabilityId: finding.vulnerabilityId,
    severity: finding.severity,
    packages: finding.packages.map(({ purl }) => purl),
    reason: rule.reason,
    ...(rule.expires === undefined ? {} : { expires: rule.expires }),
    origin: rule.origin,
  }
}

function advisoriesOf({ id, origin, parts }: GenerationInfo): ReportAdvisories {
  return {
    generation: id,
    origin,
    parts: parts.map(({ checkedAt, dataDate, failure, part, records, refused }) => ({
      part,
      dataDate,
      checkedAt,
      records,
      refused,
      ...(failure === undefined ? {} : { failure }),
    })),
  }
}

function summaryOf(
  inventory: Inventory,
  { findings, unknowns }: Assessment,
  diagnostics: readonly Diagnostic[],
): ReportSummary {
  const bySeverity = Object.fromEntries(severities.map((severity) => [severity, 0])) as Record<
    Severity,
    number
  >
  for (const { severity } of findings) bySeverity[severity] += 1
  return {
    packages: inventory.packages.length,
    findings: findings.length,
    bySeverity,
    fixable: findings.filter(({ fixAvailable }) => fixAvailable === 'YES').length,
    exploited: findings.filter(({ kev }) => kev !== undefined).length,
    unknowns: unknowns.length,
    complete: !diagnostics.some(leavesGap),
  }
}
