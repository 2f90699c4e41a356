// Which package world a name and a version belong to. The table is data: shared code asks an ecosystem
// what it can do and never branches on its name. Names are OSV's own where OSV has one:
// https://ossf.github.io/osv-schema/#defined-ecosystems

/** The version schemes of src/versions, by name. */
export type SchemeName =
  | 'dpkg'
  | 'rpm'
  | 'apk'
  | 'semver'
  | 'go'
  | 'pep440'
  | 'maven'
  | 'rubygems'
  | 'nuget'
  | 'packagist'
  | 'hackage'
  | 'cran'
  | 'bitnami'

/**
 * How packages are matched with advisories.
 * `source`: by source or origin package (dpkg, apk). `binary`: by installed package name (rpm). `language`: by normalised name.
 */
export type MatchBy = 'source' | 'binary' | 'language'

export interface Ecosystem {
  /** OSV's name, for example `Debian`, `npm`; ours where OSV has none (`Amazon Linux`). */
  readonly name: string
  /** purl types of the packages that belong here. */
  readonly purlTypes: readonly string[]
  /** For distributions: the os-release `ID`s that belong here. */
  readonly osIds: readonly string[]
  readonly scheme: SchemeName
  readonly matchBy: MatchBy
  /** The folder of OSV's export that has it, when OSV covers it. */
  readonly osvExport?: string
}

const language = (name: string, purlType: string, scheme: SchemeName): Ecosystem => ({
  name,
  purlTypes: [purlType],
  osIds: [],
  scheme,
  matchBy: 'language',
  osvExport: name,
})

const distribution = (
  name: string,
  purlType: string,
  osIds: readonly string[],
  scheme: SchemeName,
  matchBy: MatchBy,
  osvExport: string | null = name,
): Ecosystem => ({
  name,
  purlTypes: [purlType],
  osIds,
  scheme,
  matchBy,
  ...(osvExport === null ? {} : { osvExport }),
})

export const ecosystems: readonly Ecosystem[] = [
  distribution('Debian', 'deb', ['debian'], 'dpkg', 'source'),
  distribution('Ubuntu', 'deb', ['ubuntu'], 'dpkg', 'source'),
  distribution('Alpine', 'apk', ['alpine'], 'apk', 'source'),
  distribution('Wolfi', 'apk', ['wolfi'], 'apk', 'source'),
  distribution('Chainguard', 'apk', ['chainguard'], 'apk', 'source'),
  distribution('AlmaLinux', 'rpm', ['almalinux'], 'rpm', 'binary'),
  distribution('Rocky Linux', 'rpm', ['rocky'], 'rpm', 'binary'),
  distribution('Red Hat', 'rpm', ['rhel', 'centos'], 'rpm', 'binary'),
  distribution('Amazon Linux', 'rpm', ['amzn'], 'rpm', 'binary', null),
  distribution('Fedora', 'rpm', ['fedora'], 'rpm', 'binary', null),
  distribution('Oracle Linux', 'rpm', ['ol'], 'rpm', 'binary', null),
  distribution('SUSE', 'rpm', ['sles', 'sled', 'sle-micro', 'sl-micro'], 'rpm', 'binary'),
  distribution('openSUSE', 'rpm', ['opensuse', 'opensuse-leap', 'opensuse-tumbleweed'], 'rpm', 'binary'),
  distribution('Photon OS', 'rpm', ['photon'], 'rpm', 'binary', null),
  distribution('Azure Linux', 'rpm', ['azurelinux', 'mariner'], 'rpm', 'binary'),
  distribution('Bottlerocket', 'rpm', ['bottlerocket'], 'rpm', 'binary', null),
  language('npm', 'npm', 'semver'),
  language('PyPI', 'pypi', 'pep440'),
  language('Go', 'golang', 'go'),
  language('Maven', 'maven', 'maven'),
  language('RubyGems', 'gem', 'rubygems'),
  language('crates.io', 'cargo', 'semver'),
  language('NuGet', 'nuget', 'nuget'),
  language('Packagist', 'composer', 'packagist'),
  language('Hex', 'hex', 'semver'),
  language('Pub', 'pub', 'semver'),
  language('SwiftURL', 'swift', 'semver'),
  language('GitHub Actions', 'githubactions', 'semver'),
  language('Hackage', 'hackage', 'hackage'),
  language('CRAN', 'cran', 'cran'),
  language('Bitnami', 'bitnami', 'bitnami'),
]

const byName = new Map(ecosystems.map((ecosystem) => [ecosystem.name, ecosystem]))
const byOsId = new Map(ecosystems.flatMap((ecosystem) => ecosystem.osIds.map((id) => [id, ecosystem])))
const byPurlType = new Map(
  ecosystems
    .filter((ecosystem) => ecosystem.matchBy === 'language')
    .flatMap((ecosystem) => ecosystem.purlTypes.map((type) => [type, ecosystem])),
)

/** The ecosystem of that exact name, or undefined. */
export function ecosystemNamed(name: string): Ecosystem | undefined {
  return byName.get(name)
}

/** The distribution whose os-release `ID` this is, or undefined. */
export function ecosystemOfOs(id: string): Ecosystem | undefined {
  return byOsId.get(id)
}

/** The language ecosystem of a purl type, or undefined (`deb`, `rpm` and `apk` need the distribution). */
export function ecosystemOfPurlType(type: string): Ecosystem | undefined {
  return byPurlType.get(type)
}

/**
 * The name under which packages are looked up: PyPI by PEP 503, NuGet, Packagist, Hex, Pub and GitHub Actions in lower case,
 * all others as written.
 * https://packaging.python.org/en/latest/specifications/name-normalization/
 */
export function normalizeName(ecosystem: string, name: string): string {
  switch (ecosystem) {
    case 'PyPI':
      return name.toLowerCase().replaceAll(/[-_.]+/g, '-')
    case 'NuGet':
    case 'Packagist':
    case 'Hex':
    case 'Pub':
    case 'GitHub Actions':
      return name.toLowerCase()
    default:
      return name
  }
}

/** What an advisory store is asked for: one package name in one ecosystem and release. */
export interface PackageKey {
  readonly ecosystem: string
  /** The distribution's release as advisories name it (`12`, `v3.18`, `2023`, `22.04:LTS`); empty for languages and rolling releases. */
  readonly release: string
  /** Normalised by `normalizeName`. */
  readonly name: string
}

/** Splits OSV's `Debian:12`, `Ubuntu:22.04:LTS` or `npm` into name and release. */
export function splitOsvEcosystem(text: string): { readonly ecosystem: string; readonly release: string } {
  const colon = text.indexOf(':')
  if (colon < 0) return { ecosystem: text, release: '' }
  return { ecosystem: text.slice(0, colon), release: text.slice(colon + 1) }
}
