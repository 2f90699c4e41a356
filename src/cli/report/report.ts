// The result of one scan as it leaves Longwatch: versioned, described by schemas/scan-report.v1.json.
// The same artifact and the same advisories give the same bytes but for the times.

import type { Finding, FindingPackage, Unknown } from '../../assessment/index.ts'
import type { ArtifactSummary, Diagnostic, Distribution, Package, Severity } from '../../model/index.ts'

export interface ScanReport {
  readonly schemaVersion: 1
  readonly tool: { readonly name: 'longwatch'; readonly version: string }
  /** ISO 8601, UTC. */
  readonly scannedAt: string
  readonly artifact: ArtifactSummary
  readonly distribution?: Distribution
  readonly advisories: ReportAdvisories
  readonly summary: ReportSummary
  /** Worst first. */
  readonly findings: readonly ReportFinding[]
  /** What could not be judged, and why. Never clean. */
  readonly unknowns: readonly ReportUnknown[]
  readonly packages: readonly Package[]
  readonly diagnostics: readonly Diagnostic[]
  /** What rules and VEX documents hid. Not among the findings, and in no count. */
  readonly ignored?: readonly ReportIgnored[]
  /** Of `--new-since`: what it knows is not among the findings. */
  readonly baseline?: ReportBaseline
  readonly gate?: ReportGate
}

export interface ReportIgnored {
  readonly id: string
  readonly vulnerabilityId: string
  readonly severity: Severity
  /** purls. */
  readonly packages: readonly string[]
  readonly reason: string
  readonly expires?: string
  /** The file the rule is from. */
  readonly origin: string
}

export interface ReportBaseline {
  readonly file: string
  readonly scannedAt: string
  /** How many findings it knows. */
  readonly known: number
}

/** Which advisories were asked, and how old they are. */
export interface ReportAdvisories {
  readonly generation: string
  /** `starter`: the small set that ships with Longwatch, for want of anything better. */
  readonly origin: 'synced' | 'starter'
  readonly parts: readonly {
    readonly part: string
    /** The data's own date. */
    readonly dataDate: string
    /** When upstream was last asked. */
    readonly checkedAt: string
    readonly records: number
    readonly refused: number
    readonly failure?: { readonly code: string; readonly message: string; readonly at: string }
  }[]
}

export interface ReportSummary {
  readonly packages: number
  readonly findings: number
  readonly bySeverity: Readonly<Record<Severity, number>>
  /** Findings for which every package has a fix. */
  readonly fixable: number
  /** Findings in CISA's catalogue of exploited vulnerabilities. */
  readonly exploited: number
  readonly unknowns: number
  /** False when a part of the artifact was not read: the rest may hide more. */
  readonly complete: boolean
}

/** A finding as the assessment made it. */
export type ReportFinding = Finding
export type ReportAffectedPackage = FindingPackage
export type ReportUnknown = Unknown

export interface ReportGate {
  readonly rules: readonly string[]
  readonly failed: boolean
  /** Ids of the findings that made it fail. */
  readonly findings: readonly string[]
}
