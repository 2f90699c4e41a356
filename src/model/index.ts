export type {
  AdvisorySeverity,
  Advisory,
  AffectedPackage,
  AffectedRange,
  AffectedStatus,
  RangeEvent,
  Reference,
} from './advisory.ts'
export { leavesGap } from './diagnostic.ts'
export type { Diagnostic, DiagnosticLevel } from './diagnostic.ts'
export { parseDigest } from './digest.ts'
export type { Digest } from './digest.ts'
export type { Distribution } from './distribution.ts'
export {
  ecosystemNamed,
  ecosystemOfOs,
  ecosystemOfPurlType,
  ecosystems,
  normalizeName,
  splitOsvEcosystem,
} from './ecosystem.ts'
export type { Ecosystem, MatchBy, PackageKey, SchemeName } from './ecosystem.ts'
export type { ArtifactKind, ArtifactSummary, Inventory, LayerSummary } from './inventory.ts'
export type { Location } from './location.ts'
export type { Package, PackageState, SourcePackage } from './package.ts'
export { compareSeverity, severities, severityOfScore } from './severity.ts'
export type { CvssRating, CvssVersion, Severity } from './severity.ts'
export type { Epss, ExploitReference, KevEntry, Signals, Vulnerability } from './vulnerability.ts'
