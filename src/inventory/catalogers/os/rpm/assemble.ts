// Facts of rpm's database to packages.

import type { Diagnostic, SourcePackage } from '../../../../model/index.ts'
import { compareText } from '../../../../platform/index.ts'
import type { AssembleContext, Assembled, FoundPackage, LocatedFact, OwnedFiles } from '../../cataloger.ts'
import { addProblem, unread } from '../../diagnostics.ts'
import { purlOf } from '../../purl.ts'
import { runningNote } from '../boot.ts'
import { aliasesOf, distroQualifier } from '../distro.ts'
import type { RpmPackage } from './package.ts'
import { repositoryKey } from './repositories.ts'
import type { FromRepository } from './repositories.ts'

/** The kernel that the system boots. */
export interface BootedKernel {
  readonly kind: 'kernel'
  /** `version-release.architecture`. */
  readonly release: string
}

/** Packages with the repository they came from, or else their vendor, as origin. */
export function assembleRpm(
  facts: readonly LocatedFact<RpmPackage | FromRepository | BootedKernel>[],
  context: AssembleContext,
): Assembled {
  const packages: FoundPackage[] = []
  const ownedFiles: OwnedFiles[] = []
  const diagnostics: Diagnostic[] = []
  const repositories = new Map(
    facts.flatMap(({ fact }) =>
      fact.kind === 'repository' ? [[fact.package, fact.repository] as const] : [],
    ),
  )
  const booted = new Set(facts.flatMap(({ fact }) => (fact.kind === 'kernel' ? [fact.release] : [])))
  for (const { path, fact } of facts) {
    if (fact.kind !== 'package') continue
    const repository = repositories.get(repositoryKey(fact.name, fact.version, fact.release, fact.arch))
    const found = packageOf(fact, path, repository ?? fact.vendor, context)
    if (found === undefined) {
      addProblem(diagnostics, unread('RPM_DATABASE_DAMAGED', path, `${fact.name} has no purl`))
      continue
    }
    packages.push(isBooted(fact, booted) ? { ...found, notes: [runningNote] } : found)
    const paths = [...new Set(fact.paths.flatMap(aliasesOf))].sort(compareText)
    if (paths.length > 0) ownedFiles.push({ purl: found.purl, paths })
  }
  const byPurl = (a: { readonly purl: string }, b: { readonly purl: string }): number =>
    compareText(a.purl, b.purl)
  return { packages: packages.sort(byPurl), ownedFiles: ownedFiles.sort(byPurl), diagnostics }
}

function isBooted({ name, version, release, arch }: RpmPackage, booted: ReadonlySet<string>): boolean {
  return name.startsWith('kernel') && booted.has(`${version}-${release}.${arch ?? ''}`)
}

function packageOf(
  fact: RpmPackage,
  path: string,
  origin: string | undefined,
  context: AssembleContext,
): FoundPackage | undefined {
  const { name, arch, module, license, sourceRpm } = fact
  const versionRelease = `${fact.version}-${fact.release}`
  const purl = purlOf({
    type: 'rpm',
    namespace: context.distribution?.id,
    name,
    version: versionRelease,
    qualifiers: {
      arch,
      distro: distroQualifier(context.distribution),
      epoch: fact.epoch?.toString(),
      rpmmod: module,
      upstream: sourceRpm,
    },
  })
  if (purl === undefined) return undefined
  const source = sourceOf(fact)
  return {
    purl,
    type: 'rpm',
    name,
    // rpm takes a missing epoch for 0; saying so keeps it apart from an epoch that is not known.
    version: `${fact.epoch ?? 0}:${versionRelease}`,
    ...(arch === undefined ? {} : { arch }),
    ...(source === undefined ? {} : { source }),
    ...(module === undefined ? {} : { module }),
    ...(origin === undefined ? {} : { origin }),
    ...(license === undefined ? {} : { licenses: [license] }),
    state: 'installed',
    certainty: 'exact',
    path,
  }
}

// The epoch of the source is nowhere in the database; it is the package's own where both have one version, as nearly all do.
function sourceOf(fact: RpmPackage): SourcePackage | undefined {
  const found = /^(?<name>.+)-(?<version>[^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(fact.sourceRpm ?? '')?.groups
  if (found?.['name'] === undefined || found['version'] === undefined) return undefined
  const same = found['version'] === `${fact.version}-${fact.release}`
  return {
    name: found['name'],
    version: same ? `${fact.epoch ?? 0}:${found['version']}` : found['version'],
  }
}
