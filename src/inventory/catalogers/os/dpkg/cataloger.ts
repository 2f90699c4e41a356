// Packages of Debian and its children, from dpkg's database or from what distroless images keep of it.

import { compareText } from '../../../../platform/index.ts'
import type { Diagnostic } from '../../../../model/index.ts'
import type {
  AssembleContext,
  Assembled,
  Cataloger,
  Extraction,
  FoundPackage,
  LocatedFact,
  OwnedFiles,
} from '../../cataloger.ts'
import { addProblem, readText, unread } from '../../diagnostics.ts'
import { purlOf } from '../../purl.ts'
import { kernelOfGrubCfg, runningNote } from '../boot.ts'
import { aliasesOf, distroQualifier, upstreamQualifier } from '../distro.ts'
import { readStatus } from './status.ts'
import type { DpkgPackage } from './status.ts'

const statusPath = 'var/lib/dpkg/status'
const statusFolder = 'var/lib/dpkg/status.d'
const infoFolder = 'var/lib/dpkg/info'
const grubCfg = 'boot/grub/grub.cfg'

/** The files of `info/NAME.list` or `status.d/NAME.md5sums`. `owner` is the file's base name, with `:arch` when it has one. */
interface FileList {
  readonly kind: 'files'
  readonly owner: string
  readonly paths: readonly string[]
}

/** The kernel that the system boots, `6.1.0-18-amd64`. */
interface BootedKernel {
  readonly kind: 'kernel'
  readonly release: string
}

type DpkgFact = DpkgPackage | FileList | BootedKernel

export const dpkg: Cataloger<DpkgFact> = {
  name: 'os/dpkg',
  version: 2,
  modes: ['installed'],
  wants: [
    { path: statusPath },
    { under: statusFolder },
    { under: infoFolder, suffix: '.list' },
    { path: grubCfg },
  ],
  async extract(file): Promise<Extraction<DpkgFact>> {
    const read = await readText(file)
    if ('problem' in read) return { facts: [], diagnostics: [read.problem] }
    if (file.path === grubCfg) {
      const release = kernelOfGrubCfg(read.text)
      return { facts: release === undefined ? [] : [{ kind: 'kernel', release }] }
    }
    const base = file.path.slice(file.path.lastIndexOf('/') + 1)
    if (base.endsWith('.list')) return { facts: [listed(base.slice(0, -5), read.text)] }
    if (base.endsWith('.md5sums')) return { facts: [summed(base.slice(0, -8), read.text)] }
    return readStatus(file.path, read.text, file.path !== statusPath)
  },
  assemble,
}

// Absolute paths, folders among them: `/.`, `/usr`, `/usr/bin`, … A line that another one continues is a folder.
function listed(owner: string, text: string): FileList {
  const paths = text
    .split('\n')
    .filter((line) => line.startsWith('/') && line !== '/.')
    .map((line) => line.slice(1))
  const folders = new Set(paths.map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/')))))
  return { kind: 'files', owner, paths: paths.filter((path) => !folders.has(path)) }
}

// `0123456789abcdef0123456789abcdef  usr/bin/x`
function summed(owner: string, text: string): FileList {
  const paths = text
    .split('\n')
    .flatMap((line) => /^[0-9a-f]{32}\s+(?<path>\S.*)$/.exec(line)?.groups?.['path'] ?? [])
  return { kind: 'files', owner, paths }
}

function assemble(facts: readonly LocatedFact<DpkgFact>[], context: AssembleContext): Assembled {
  const packages: FoundPackage[] = []
  const diagnostics: Diagnostic[] = []
  const owned = new Map<string, { readonly purl: string; readonly paths: Set<string> }>()
  const kernels = new Set(
    facts.flatMap(({ fact }) => (fact.kind === 'kernel' ? kernelPackages(fact.release) : [])),
  )
  for (const { path, fact } of facts) {
    if (fact.kind !== 'package') continue
    const found = packageOf(fact, path, context)
    if (found === undefined) {
      addProblem(diagnostics, unread('DPKG_STATUS_MALFORMED', path, `${fact.name} has no purl`))
      continue
    }
    packages.push(kernels.has(found.name) ? { ...found, notes: [runningNote] } : found)
    const owner = { purl: found.purl, paths: new Set<string>() }
    // info/libc6:amd64.list for packages that can be there for several architectures, info/tar.list for all others.
    owned.set(`${fact.name}:${fact.arch ?? ''}`, owner)
    if (!fact.multiArch || !owned.has(fact.name)) owned.set(fact.name, owner)
  }
  for (const { fact } of facts) {
    if (fact.kind !== 'files') continue
    const owner = owned.get(fact.owner)
    for (const path of fact.paths) for (const alias of aliasesOf(path)) owner?.paths.add(alias)
  }
  return { packages: packages.sort(byPurl), ownedFiles: ownedFiles(new Set(owned.values())), diagnostics }
}

const kernelPackages = (release: string): readonly string[] =>
  ['linux-image-', 'linux-image-unsigned-', 'linux-modules-', 'linux-modules-extra-'].map(
    (prefix) => `${prefix}${release}`,
  )

const byPurl = (a: { readonly purl: string }, b: { readonly purl: string }): number =>
  compareText(a.purl, b.purl)

function ownedFiles(owners: Iterable<{ readonly purl: string; readonly paths: Set<string> }>): OwnedFiles[] {
  return [...owners]
    .filter(({ paths }) => paths.size > 0)
    .map(({ purl, paths }) => ({ purl, paths: [...paths].sort(compareText) }))
    .sort(byPurl)
}

function packageOf(fact: DpkgPackage, path: string, context: AssembleContext): FoundPackage | undefined {
  const { name, version, arch } = fact
  const source = { name: fact.sourceName, version: fact.sourceVersion }
  const purl = purlOf({
    type: 'deb',
    namespace: context.distribution?.id,
    name,
    version,
    qualifiers: {
      arch,
      distro: distroQualifier(context.distribution),
      upstream: upstreamQualifier(name, version, source),
    },
  })
  if (purl === undefined) return undefined
  return {
    purl,
    type: 'deb',
    name,
    version,
    ...(arch === undefined ? {} : { arch }),
    source,
    state: 'installed',
    certainty: 'exact',
    path,
  }
}
