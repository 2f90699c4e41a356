// What of an installed package is compared, and under which name it is looked up.

import type { Distribution, Ecosystem, Package } from '../model/index.ts'
import { ecosystemOfPurlType, normalizeName } from '../model/index.ts'
import type { ReleaseKey } from './releases.ts'
import { releasesOf } from './releases.ts'

/** A package as the advisories of one ecosystem see it. */
export interface Subject {
  readonly package: Package
  readonly ecosystem: Ecosystem
  /** The name the advisories use, normalised. */
  readonly name: string
  /** The version that advisories mean: the source package's for dpkg and apk. */
  readonly version: string
  readonly releases: readonly ReleaseKey[]
}

const osTypes = new Set(['deb', 'rpm', 'apk'])

/** True for packages of an operating system's package manager. */
export function isOsPackage({ type }: Package): boolean {
  return osTypes.has(type)
}

const wholeWorld: readonly ReleaseKey[] = [{ release: '', paid: false }]

/** The package as its language's advisories see it; undefined when its type has no ecosystem. */
export function languageSubject(item: Package): Subject | undefined {
  const ecosystem = ecosystemOfPurlType(item.type)
  if (ecosystem === undefined) return undefined
  return {
    package: item,
    ecosystem,
    name: normalizeName(ecosystem.name, item.name),
    version: item.version,
    releases: wholeWorld,
  }
}

/** The package as its distribution's advisories see it; undefined when the distribution has no ecosystem of its type. */
export function osSubject(item: Package, distribution: Distribution): Subject | undefined {
  const target = releasesOf(distribution)
  if (target === undefined || !target.ecosystem.purlTypes.includes(item.type)) return undefined
  const { ecosystem, releases } = target
  const bySource = ecosystem.matchBy === 'source'
  const source = bySource ? sourceOf(item) : { name: item.name, version: item.version }
  return { package: item, ecosystem, ...source, releases: foreignRelease(item, releases) }
}

/**
 * dpkg names the source package only where it differs. Kernels are built twice: `linux-signed-amd64 6.1.90+1` is
 * `linux 6.1.90-1` with a signature, and advisories are about `linux`. `linux-meta` only points at them.
 */
function sourceOf(item: Package): { readonly name: string; readonly version: string } {
  const name = item.source?.name ?? item.name
  const version = item.source?.version ?? binaryToSource(item)
  if (item.type !== 'deb') return { name, version }
  const signed =
    /^linux-(?:signed|meta|latest)(?:-(?!amd64|arm64|i386|armhf)(.+))?(?:-(?:amd64|arm64|i386|armhf))?$/.exec(
      name,
    )
  if (signed === null) return { name, version }
  return {
    name: signed[1] === undefined ? 'linux' : `linux-${signed[1]}`,
    version: version.replace(/^([^-]+)\+(\d+)$/, '$1-$2'),
  }
}

/** A rebuild of the same source (`1.27.1-2+b1`) has the source's version without its mark. */
function binaryToSource({ type, version }: Package): string {
  return type === 'deb' ? version.replace(/\+b\d+$/, '') : version
}

/** apk: a package that says which release's repository it came from is judged by that release. */
function foreignRelease(item: Package, releases: readonly ReleaseKey[]): readonly ReleaseKey[] {
  if (item.type !== 'apk' || item.origin === undefined) return releases
  const release = /\/(v\d+\.\d+|edge)\//.exec(`/${item.origin}/`)?.[1]
  return release === undefined ? releases : [{ release, paid: false }]
}
