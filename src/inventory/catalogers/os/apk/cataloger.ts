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
import { parseRepositories, parseWorld, releaseOf } from './repositories.ts'
import type { Repository } from './repositories.ts'

type ApkFact =
  | ApkPackage
  | { readonly kind: 'repositories'; readonly repositories: readonly Repository[] }
  | { readonly kind: 'world'; readonly tagged: readonly (readonly [name: string, tag: string])[] }

const repositoriesPath = 'etc/apk/repositories'
const worldPath = 'etc/apk/world'

export const apk: Cataloger<ApkFact> = {
  name: 'os/apk',
  version: 2,
  modes: ['installed'],
  // apk-tools 3 moved the database below usr.
  wants: [
    { path: 'lib/apk/db/installed' },
    { path: 'usr/lib/apk/db/installed' },
    { path: repositoriesPath },
    { path: worldPath },
  ],
  async extract(file): Promise<Extraction<ApkFact>> {
    const read = await readText(file)
    if ('problem' in read) return { facts: [], diagnostics: [read.problem] }
    if (file.path === repositoriesPath) {
      return { facts: [{ kind: 'repositories', repositories: parseRepositories(read.text) }] }
    }
    if (file.path === worldPath) return { facts: [{ kind: 'world', tagged: parseWorld(read.text) }] }
    return readInstalled(file.path, read.text)
  },
  assemble,
}

function assemble(facts: readonly LocatedFact<ApkFact>[], context: AssembleContext): Assembled {
  const packages: FoundPackage[] = []
  const ownedFiles: OwnedFiles[] = []
  const diagnostics: Diagnostic[] = []
  const repositories = facts.flatMap(({ fact }) => (fact.kind === 'repositories' ? fact.repositories : []))
  const origins = originsOf(facts, repositories)
  diagnostics.push(...mixedReleases(repositories, context))
  for (const { path, fact } of facts) {
    if (fact.kind !== 'package') continue
    const found = packageOf(fact, path, origins.get(fact.name), context)
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

/** The database does not tell where a package came from; a package that was asked for by tag came from that repository. */
function originsOf(
  facts: readonly LocatedFact<ApkFact>[],
  repositories: readonly Repository[],
): ReadonlyMap<string, string> {
  const urls = new Map(
    repositories.flatMap(({ tag, url }) => (tag === undefined ? [] : [[tag, url] as const])),
  )
  const origins = new Map<string, string>()
  for (const { fact } of facts) {
    for (const [name, tag] of fact.kind === 'world' ? fact.tagged : []) {
      const url = urls.get(tag)
      if (url !== undefined) origins.set(name, url)
    }
  }
  return origins
}

function packageOf(
  fact: ApkPackage,
  path: string,
  from: string | undefined,
  context: AssembleContext,
): FoundPackage | undefined {
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
    ...(from === undefined ? {} : { origin: from }),
    ...(license === undefined ? {} : { licenses: [license] }),
    state: 'installed',
    certainty: 'exact',
    path,
  }
}

// A package from another release is judged by this one's advisories, and wrongly so, unless it was asked for by tag.
function mixedReleases(repositories: readonly Repository[], context: AssembleContext): readonly Diagnostic[] {
  const { distribution } = context
  if (distribution?.id !== 'alpine') return []
  const own = /^\d+\.\d+/.exec(distribution.versionId ?? '')?.[0]
  const releases = repositories.flatMap((one) => (one.tag === undefined ? (releaseOf(one) ?? []) : []))
  const others = [...new Set(releases)].filter((release) => release !== `v${own ?? ''}`).sort(compareText)
  if (own === undefined || others.length === 0 || /_alpha/.test(distribution.versionId ?? '')) return []
  return [
    doubtful(
      'APK_RELEASES_MIXED',
      repositoriesPath,
      `the system is Alpine ${own} and also installs from ${others.join(', ')}; packages from there are judged by the advisories of ${own}`,
    ),
  ]
}
