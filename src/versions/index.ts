export { schemeNamed, schemeNames } from './registry.ts'
export { isUnparsable } from './scheme.ts'
export type { ParsedVersion, Unparsable, VersionScheme } from './scheme.ts'
