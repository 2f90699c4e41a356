// The result of judging a package: three answers, each with its evidence.

import type { AffectedRange, AffectedStatus, Package } from '../model/index.ts'

/** What one advisory said and how it was applied. */
export interface Evidence {
  readonly feed: string
  readonly advisory: string
  readonly source: string
  /** The key that was looked up. */
  readonly ecosystem: string
  readonly release: string
  readonly name: string
  /** The version that was compared: the source package's for dpkg and apk. */
  readonly version: string
  readonly scheme: string
  readonly status: AffectedStatus
  /** The range that holds the version, or the listed version. */
  readonly range?: AffectedRange
  readonly listedVersion?: string
  readonly fixedVersion?: string
  readonly urgency?: string
  readonly channel?: string
  readonly modified: string
}

/** Why it is not affected, or why nobody can tell. Stable codes with text. */
export interface Reason {
  readonly code: string
  readonly message: string
}

/** `affected`: a finding. `not-affected`: asked about and cleared. `unknown`: could not be judged. */
export interface Match {
  readonly package: Package
  /** Canonical id; for `unknown` answers about a package as a whole (no advisory data, no version), absent. */
  readonly vulnerabilityId?: string
  readonly answer: 'affected' | 'not-affected' | 'unknown'
  readonly reason: Reason
  /** The smallest version of the installed line that is not affected, as the ecosystem writes it. */
  readonly fixedVersion?: string
  /** `yes`, `no`, or `partial`: a fix exists for some packages only, or only with a paid channel. */
  readonly fix: 'yes' | 'no' | 'partial'
  /** All advisories that took part; the decisive one first. */
  readonly evidence: readonly Evidence[]
  /** `vendor`: the distribution judged. `upstream`: only the language ecosystem spoke of a package the distribution ships. */
  readonly confidence: 'vendor' | 'upstream'
}
