// Every version scheme, one line each.

import type { SchemeName } from '../model/index.ts'
import type { VersionScheme } from './scheme.ts'

const schemes: readonly VersionScheme[] = []

const byName: ReadonlyMap<SchemeName, VersionScheme> = new Map(schemes.map((scheme) => [scheme.name, scheme]))

/** The scheme of that name, or undefined. */
export function schemeNamed(name: string): VersionScheme | undefined {
  return byName.get(name as SchemeName)
}

/** Names of all schemes, in the registry's order. */
export function schemeNames(): readonly SchemeName[] {
  return schemes.map((scheme) => scheme.name)
}
