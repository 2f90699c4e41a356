// One statement of one source about one or more vulnerabilities: OSV's model, plus the status words of
// distributions. https://ossf.github.io/osv-schema/

import type { CvssVersion } from './severity.ts'

/** An event on the version line. `introduced: "0"` is before every version. `lastAffected` is inclusive, the others are not. */
export type RangeEvent =
  | { readonly introduced: string }
  | { readonly fixed: string }
  | { readonly lastAffected: string }
  | { readonly limit: string }

export interface AffectedRange {
  /** `SEMVER` ranges compare as SemVer 2.0, `ECOSYSTEM` ranges by the ecosystem's scheme. Git ranges are left out by the parser. */
  readonly type: 'SEMVER' | 'ECOSYSTEM'
  /** In the source's order, which means nothing. */
  readonly events: readonly RangeEvent[]
  /** GitHub's `last_known_affected_version_range`, for example `<= 2.9.10.3`: an upper bound where no event gives one. */
  readonly lastKnownAffected?: string
}

/**
 * What the source says of the package.
 * `affected`: decided by ranges and versions. `not-affected`: never was. `unfixed`: every version, no fix yet.
 * `wont-fix`, `deferred`, `end-of-life`: affected, and the vendor says what it will (not) do. `investigating`: cannot tell yet.
 */
export type AffectedStatus =
  | 'affected'
  | 'not-affected'
  | 'unfixed'
  | 'wont-fix'
  | 'deferred'
  | 'end-of-life'
  | 'investigating'

/** The advisory's word on one package of one ecosystem and release. */
export interface AffectedPackage {
  /** `model/ecosystem.ts` name, for example `Debian`. An unknown ecosystem keeps OSV's own name. */
  readonly ecosystem: string
  /** `12`, `v3.18`, `22.04:LTS`; empty for languages. */
  readonly release: string
  /** Normalised by `normalizeName`. */
  readonly name: string
  readonly status: AffectedStatus
  readonly ranges: readonly AffectedRange[]
  /** Exact affected versions; a version is affected when it is listed here OR inside any range. */
  readonly versions: readonly string[]
  /** When the record binds this package to some of its vulnerabilities only. */
  readonly vulnerabilities?: readonly string[]
  /** Distribution's own urgency word (`unimportant`, `low`, `not yet assigned`). */
  readonly urgency?: string
  readonly severities?: readonly AdvisorySeverity[]
  /** rpm architectures the entry is about; absent means all. */
  readonly architectures?: readonly string[]
  /** rpm module `name:stream`. */
  readonly module?: string
  /** Repository line the entry is bound to: `core`, `extras/kernel-5.10`, `livepatch`, `esm-infra`, `eus/9.4`. */
  readonly channel?: string
}

export interface AdvisorySeverity {
  readonly version: CvssVersion
  readonly vector: string
  /** Who rated, where it is not the advisory's own source. */
  readonly source?: string
}

export interface Reference {
  /** OSV's kind: `ADVISORY`, `FIX`, `REPORT`, `WEB`, … */
  readonly kind: string
  readonly url: string
}

export interface Advisory {
  /** Name of the feed that brought it, for example `osv/Debian`: also the key under which it is replaced. */
  readonly feed: string
  /** Who says it, for severity precedence and evidence: `GITHUB`, `DEBIAN`, `AMAZON`, `ALMALINUX`, `NVD`, … */
  readonly source: string
  /** The record's own id: `GHSA-…`, `DSA-…`, `ALAS2023-…`, `CVE-…`. Unique within its feed. */
  readonly id: string
  /** ISO 8601 instants, UTC. */
  readonly modified: string
  readonly published?: string
  readonly withdrawn?: string
  /** Ids of the same vulnerability, as the source asserts. */
  readonly aliases: readonly string[]
  /**
   * The CVE ids this record is about, whichever field the source keeps them in (aliases, upstream, related).
   * Several CVEs are several vulnerabilities; none: the record's own id is the vulnerability.
   */
  readonly cves: readonly string[]
  /** Ids that are mentioned and prove nothing. */
  readonly related: readonly string[]
  readonly summary?: string
  readonly details?: string
  readonly references: readonly Reference[]
  /** `CWE-79`, … */
  readonly cwes: readonly string[]
  readonly severities: readonly AdvisorySeverity[]
  /** The vendor's own word: `Important`, `moderate`, `HIGH`. */
  readonly vendorSeverity?: string
  readonly url?: string
  readonly affected: readonly AffectedPackage[]
}
