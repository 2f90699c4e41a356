// The result of one scan as it leaves Longwatch: versioned, described by schemas/scan-report.v1.json.
// The same artifact and the same advisories give the same bytes but for the times.

import type {
  ArtifactSummary,
  CvssRating,
  Diagnostic,
  Distribution,
  Epss,
  KevEntry,
  Location,
  Package,
  Severity,
} from '../../model/index.ts'

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
  readonly gate?: ReportGate
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

export interface ReportFinding {
  /** Stable: does not depend on digest, path order, score, text or fix. */
  readonly id: string
  readonly type: 'PACKAGE_VULNERABILITY' | 'END_OF_LIFE'
  readonly vulnerabilityId: string
  readonly aliases: readonly string[]
  readonly title: string
  readonly description?: string
  readonly severity: Severity
  /** 0 to 10; absent when nobody has rated it. */
  readonly score?: number
  readonly scoreDetails?: ReportScoreDetails
  readonly vendorSeverity?: string
  readonly cvss: readonly CvssRating[]
  readonly fixAvailable: 'YES' | 'NO' | 'PARTIAL'
  readonly exploitAvailable: 'YES' | 'NO'
  readonly kev?: KevEntry
  readonly epss?: Epss
  readonly packages: readonly ReportAffectedPackage[]
  readonly cwes: readonly string[]
  readonly references: readonly string[]
  readonly published?: string
  readonly modified?: string
}

/** The shape of Inspector's `inspectorScoreDetails`. */
export interface ReportScoreDetails {
  readonly adjustedCvss: {
    readonly scoreSource: string
    readonly cvssSource: string
    readonly version: string
    readonly score: number
    readonly scoringVector: string
    readonly adjustments: readonly { readonly metric: string; readonly reason: string }[]
  }
}

export interface ReportAffectedPackage {
  readonly purl: string
  readonly type: string
  readonly name: string
  readonly version: string
  /** The source package that was judged, where that is another. */
  readonly source?: string
  readonly arch?: string
  readonly fixedVersion?: string
  readonly locations: readonly Location[]
  readonly foundBy: string
  /** `vendor`: the distribution says so. `upstream`: it is silent, and upstream says so. */
  readonly confidence: 'vendor' | 'upstream'
  readonly evidence: readonly ReportEvidence[]
}

/** One advisory that took part. */
export interface ReportEvidence {
  readonly feed: string
  readonly advisory: string
  readonly source: string
  /** The package key that was looked up, `Debian:12/openssl`. */
  readonly key: string
  readonly comparedVersion: string
  readonly scheme: string
  readonly status: string
  /** In words: `>= 0, < 4.17.19`, or `listed`. */
  readonly range: string
  readonly fixedVersion?: string
  readonly modified: string
}

export interface ReportUnknown {
  readonly code: string
  readonly message: string
  readonly vulnerabilityId?: string
  /** purls, sorted. */
  readonly packages: readonly string[]
}

export interface ReportGate {
  readonly rules: readonly string[]
  readonly failed: boolean
  /** Ids of the findings that made it fail. */
  readonly findings: readonly string[]
}
