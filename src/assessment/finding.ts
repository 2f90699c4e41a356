// A finding: one vulnerability, or one end of life, with every package of the artifact that it concerns.

import type { CvssRating, Epss, KevEntry, Location, Severity } from '../model/index.ts'
import type { ScoreDetails } from '../scoring/index.ts'

export interface Finding {
  /** Stable: does not depend on digest, path order, score, text or fix. Unique within an artifact. */
  readonly id: string
  readonly type: 'PACKAGE_VULNERABILITY' | 'END_OF_LIFE'
  readonly vulnerabilityId: string
  readonly aliases: readonly string[]
  readonly title: string
  readonly description?: string
  readonly severity: Severity
  /** 0 to 10; absent when nobody has rated it. */
  readonly score?: number
  readonly scoreDetails?: ScoreDetails
  readonly vendorSeverity?: string
  readonly cvss: readonly CvssRating[]
  readonly fixAvailable: 'YES' | 'NO' | 'PARTIAL'
  readonly exploitAvailable: 'YES' | 'NO'
  readonly kev?: KevEntry
  readonly epss?: Epss
  /** Sorted by name, version and purl. */
  readonly packages: readonly FindingPackage[]
  readonly cwes: readonly string[]
  readonly references: readonly string[]
  readonly published?: string
  readonly modified?: string
}

export interface FindingPackage {
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
  readonly evidence: readonly FindingEvidence[]
}

/** One advisory that took part. */
export interface FindingEvidence {
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

/** What could not be judged, and why. */
export interface Unknown {
  readonly code: string
  readonly message: string
  readonly vulnerabilityId?: string
  /** purls, sorted. */
  readonly packages: readonly string[]
}

export interface Assessment {
  /** Worst first. */
  readonly findings: readonly Finding[]
  /** Sorted by code, vulnerability and message. Never clean. */
  readonly unknowns: readonly Unknown[]
}
