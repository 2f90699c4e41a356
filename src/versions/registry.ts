// Every version scheme, one line each.

import type { SchemeName } from '../model/index.ts'
import { apk } from './apk.ts'
import { bitnami } from './bitnami.ts'
import { cran } from './cran.ts'
import { dpkg } from './dpkg.ts'
import { go } from './go.ts'
import { hackage } from './hackage.ts'
import { maven } from './maven.ts'
import { nuget } from './nuget.ts'
import { packagist } from './packagist.ts'
import { pep440 } from './pep440.ts'
import { rpm } from './rpm.ts'
import { rubygems } from './rubygems.ts'
import type { VersionScheme } from './scheme.ts'
import { semver } from './semver.ts'

/** What is compared was parsed by the same scheme: `schemeNamed` gives both. */
const schemes = [
  dpkg,
  rpm,
  apk,
  semver,
  go,
  pep440,
  maven,
  rubygems,
  nuget,
  packagist,
  hackage,
  cran,
  bitnami,
] as unknown as readonly VersionScheme[]

const byName: ReadonlyMap<SchemeName, VersionScheme> = new Map(schemes.map((scheme) => [scheme.name, scheme]))

/** The scheme of that name, or undefined. */
export function schemeNamed(name: string): VersionScheme | undefined {
  return byName.get(name as SchemeName)
}

/** Names of all schemes, in the registry's order. */
export function schemeNames(): readonly SchemeName[] {
  return schemes.map((scheme) => scheme.name)
}
