export { assess } from './assess.ts'
export type { AssessOptions } from './assess.ts'
export type { Assessment, Finding, FindingEvidence, FindingPackage, Unknown } from './finding.ts'
