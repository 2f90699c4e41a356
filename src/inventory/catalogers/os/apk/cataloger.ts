// Packages of Alpine, Wolfi and Chainguard.

import type { Diagnostic } from '../../../../model/index.ts'
import { compareText } from '../../../../platform/index.ts'
import type {
  AssembleContext,
  Assembled,
  Cataloger,
  Extraction,
  FoundPackage,
  LocatedFact,
  OwnedFiles,
} from '../../cataloger.ts'
import { addProblem, doubtful, readText, unread } from '../../diagnostics.ts'
import { purlOf } from '../../purl.ts'
import { aliasesOf, distroQualifier } from '../distro.ts'
import { readInstalled } from './installed.ts'
import type { ApkPackage } from './installed.ts'
import { releasesIn } from './repositories.ts'

type ApkFact = ApkPackage | { readonly kind: 'repositories'; readonly releases: readonly string[] }

const repositories = 'etc/apk/repositories'

export const apk: Cataloger<ApkFact> = {
  name: 'os/apk',
  version: 1,
  modes: ['installed'],
  // apk-tools 3 moved the database below usr.
  wants: [{ path: 'lib/apk/db/installed' }, { path: 'usr/lib/apk/db/installed' }, { path: repositories }],
  async extract(file): Promise<Extraction<ApkFact>> {
    const read = await readText(file)
    if ('problem' in read) return { facts: [], diagnostics: [read.problem] }
    if (file.path === repositories)
      return { facts: [{ kind: 'repositories', releases: releasesIn(read.text) }] }
    return readInstalled(file.path, read.text)
  },
  assemble,
}

function assemble(facts: readonly LocatedFact<ApkFact>[], context: AssembleContext): Assembled {
  const packages: FoundPackage[] = []
  const ownedFiles: OwnedFiles[] = []
  const diagnostics: Diagnostic[] = []
  for (const { path, fact } of facts) {
    if (fact.kind === 'repositories') {
      diagnostics.push(...mixedReleases(path, fact.releases, context))
      continue
    }
    const found = packageOf(fact, path, context)
    if (found === undefined) {
      addProblem(diagnostics, unread('APK_DATABASE_MALFORMED', path, `${fact.name} has no purl`))
      continue
    }
    packages.push(found)
    if (fact.paths.length > 0) {
      ownedFiles.push({
        purl: found.purl,
        paths: [...new Set(fact.paths.flatMap(aliasesOf))].sort(compareText),
      })
    }
  }
  const byPurl = (a: { readonly purl: string }, b: { readonly purl: string }): number =>
    compareText(a.purl, b.purl)
  return { packages: packages.sort(byPurl), ownedFiles: ownedFiles.sort(byPurl), diagnostics }
}

function packageOf(fact: ApkPackage, path: string, context: AssembleContext): FoundPackage | undefined {
  const { name, version, arch, license } = fact
  // Packages of one origin are built together and share its version.
  const origin = fact.origin ?? name
  const purl = purlOf({
    type: 'apk',
    namespace: context.distribution?.id,
    name,
    version,
    qualifiers: {
      arch,
      distro: distroQualifier(context.distribution),
      upstream: origin === name ? undefined : origin,
    },
  })
  if (purl === undefined) return undefined
  return {
    purl,
    type: 'apk',
    name,
    version,
    ...(arch === undefined ? {} : { arch }),
    source: { name: origin, version },
    ...(license === undefined ? {} : { licenses: [license] }),
    state: 'installed',
    certainty: 'exact',
    path,
  }
}

// A package from another release is judged by this one's advisories, and wrongly so: the database does not tell where it came from.
function mixedReleases(
  path: string,
  releases: readonly string[],
  context: AssembleContext,
): readonly Diagnostic[] {
  const { distribution } = context
  if (distribution?.id !== 'alpine') return []
  const own = /^\d+\.\d+/.exec(distribution.versionId ?? '')?.[0]
  const others = releases.filter((release) => release !== `v${own ?? ''}` && release !== 'latest-stable')
  if (own === undefined || others.length === 0 || /_alpha/.test(distribution.versionId ?? '')) return []
  return [
    doubtful(
      'APK_RELEASES_MIXED',
      path,
      `the system is Alpine ${own} and also installs from ${others.join(', ')}; packages from there are judged by the advisories of ${own}`,
    ),
  ]
}
