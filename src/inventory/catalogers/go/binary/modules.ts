// The module lines of build information. https://pkg.go.dev/runtime/debug#BuildInfo

export interface GoModule {
  readonly path: string
  readonly version: string
  /** The module it stands in for, `path version`. */
  readonly replaces?: string
  readonly isMain: boolean
}

/** The main module and its dependencies, replacements in place of what they replace. */
export function parseModules(text: string): readonly GoModule[] {
  const modules: GoModule[] = []
  for (const line of text.split('\n')) {
    const [kind, path = '', version = ''] = line.replace(/\r$/, '').split('\t')
    if (path === '') continue
    if (kind === 'mod' || kind === 'dep') modules.push({ path, version, isMain: kind === 'mod' })
    if (kind !== '=>') continue
    const replaced = modules.pop()
    if (replaced === undefined) continue
    modules.push({
      path,
      version,
      isMain: replaced.isMain,
      replaces: `${replaced.path} ${replaced.version}`.trim(),
    })
  }
  return modules
}

/** The version that the build put into the program with `-ldflags "-X main.version=v1.2.3"`; programs of one's own tree say no other. */
export function stampedVersion(text: string): string | undefined {
  const flags = /^build\t-ldflags=(?<flags>.*)$/m.exec(text)?.groups?.['flags']
  const pattern =
    /(?:^|[\s"'])-X[\s=]+["']?[^\s="']*[./](?:[vV]ersion|[gG]itVersion|[bB]uildVersion)=["']?(?<version>v?\d+\.\d+(?:\.\d+)?[\w.+-]*)/
  const version = pattern.exec(flags?.replaceAll(String.raw`\"`, '"') ?? '')?.groups?.['version']
  if (version === undefined) return undefined
  return version.startsWith('v') ? version : `v${version}`
}

/**
 * The version of the standard library as advisories write it: `go1.21.9 X:boringcrypto` is `1.21.9`, `go1.22rc1` is `1.22.0-rc.1`.
 * Undefined for builds of Go's own tree (`devel …`).
 */
export function stdlibVersion(goVersion: string): string | undefined {
  const found =
    /^go(?<major>\d+)\.(?<minor>\d+)(?:\.(?<patch>\d+))?(?:(?<pre>rc|beta)(?<number>\d+))?(?![\d.])/.exec(
      goVersion,
    )?.groups
  if (found === undefined) return undefined
  const version = `${found['major']}.${found['minor']}.${found['patch'] ?? '0'}`
  return found['pre'] === undefined ? version : `${version}-${found['pre']}.${found['number']}`
}
