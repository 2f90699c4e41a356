// From what a document states to an inventory: packages by their purls, the distribution, and what cannot be judged.

import { PackageURL } from 'packageurl-js'
import type { Diagnostic, Distribution, Inventory, Package, SourcePackage } from '../model/index.ts'
import { compareText } from '../platform/index.ts'
import { readArtifact, readDistribution, readPackageProperties } from './properties.ts'
import type { RawComponent, RawDocument } from './raw.ts'

const osTypes = new Set(['deb', 'rpm', 'apk'])

/**
 * The inventory that the document states. Components without a purl are counted in a diagnostic, never guessed. A document with
 * operating-system packages and no distribution says so with `SBOM_NO_DISTRIBUTION`: nobody can judge them.
 */
export function inventoryOf(document: RawDocument, target: string): Inventory {
  const diagnostics: Diagnostic[] = [...document.diagnostics]
  const packages: Package[] = []
  let without = 0
  for (const component of document.components) {
    if (isOperatingSystem(component)) continue
    if (component.purl === undefined) {
      without += 1
      continue
    }
    const found = packageOf(component)
    if ('level' in found) diagnostics.push(found)
    else packages.push(found)
  }
  if (without > 0) {
    diagnostics.push({
      level: 'info',
      code: 'SBOM_NO_PURL',
      message: `${without} components have no purl and were not judged`,
    })
  }
  const distribution = distributionOf(document, packages)
  const osPackages = packages.filter((found) => osTypes.has(found.type)).length
  if (distribution === undefined && osPackages > 0) {
    diagnostics.push({
      level: 'error',
      code: 'SBOM_NO_DISTRIBUTION',
      message: `the SBOM has ${osPackages} operating-system packages and does not say of which distribution`,
      remedy:
        'Make it with a tool that writes an operating-system component, or purls with a distro qualifier.',
    })
  }
  return {
    artifact: {
      kind: 'sbom',
      target,
      ...(document.subject === undefined ? {} : readArtifact(document.subject.properties)),
      ...(document.created === undefined ? {} : { created: document.created }),
      layers: [],
    },
    ...(distribution === undefined ? {} : { distribution }),
    packages: merged(packages),
    diagnostics,
  }
}

function isOperatingSystem(component: RawComponent): boolean {
  return component.kind.toLowerCase().replaceAll('_', '-') === 'operating-system'
}

/** A component with a purl as a package, or the diagnostic that says why not. */
function packageOf(component: RawComponent): Package | Diagnostic {
  const text = component.purl ?? ''
  let purl: PackageURL
  try {
    purl = PackageURL.fromString(text)
  } catch (error) {
    return {
      level: 'warning',
      code: 'SBOM_BAD_PURL',
      message: `not a purl: ${text.slice(0, 200)} (${error instanceof Error ? error.message : 'unreadable'})`,
      place: component.place,
    }
  }
  const own = readPackageProperties(component.properties)
  const version = own.version ?? versionOf(purl, component)
  if (version === undefined) {
    return {
      level: 'warning',
      code: 'SBOM_NO_VERSION',
      message: `${text} has no version: whether it is affected cannot be told`,
      place: component.place,
    }
  }
  const source = own.source ?? sourceOf(purl, component, version)
  const arch = own.arch ?? purl.qualifiers?.['arch']
  const module = own.module ?? purl.qualifiers?.['rpmmod'] ?? purl.qualifiers?.['modularitylabel']
  return {
    purl: purl.toString(),
    type: purl.type,
    name: own.name ?? nameOf(purl),
    version,
    ...(arch === undefined ? {} : { arch }),
    ...(source === undefined ? {} : { source }),
    ...(module === undefined ? {} : { module }),
    ...(own.origin === undefined ? {} : { origin: own.origin }),
    ...(component.licenses.length === 0 ? {} : { licenses: component.licenses }),
    state: own.state ?? 'installed',
    ...(own.ownedBy === undefined ? {} : { ownedBy: own.ownedBy }),
    locations: own.locations ?? [{ path: statedPath(component) ?? component.place }],
    foundBy: own.foundBy ?? 'sbom',
    certainty: own.certainty ?? 'exact',
    ...(own.notes === undefined ? {} : { notes: own.notes }),
  }
}

/** The name as the ecosystem's advisories write it. */
function nameOf(purl: PackageURL): string {
  const namespace = purl.namespace ?? ''
  if (namespace === '' || osTypes.has(purl.type)) return purl.name
  return purl.type === 'maven' ? `${namespace}:${purl.name}` : `${namespace}/${purl.name}`
}

/** rpm keeps its epoch in a qualifier. https://github.com/package-url/purl-spec/blob/main/types/rpm-definition.json */
function versionOf(purl: PackageURL, component: RawComponent): string | undefined {
  const version = purl.version ?? component.version
  if (version === undefined || version === '') return undefined
  const epoch = purl.qualifiers?.['epoch']
  return purl.type === 'rpm' && epoch !== undefined && /^[1-9]\d*$/.test(epoch) && !version.includes(':')
    ? `${epoch}:${version}`
    : version
}

/**
 * The source package, as other tools state it: the `upstream` qualifier (`name`, `name@version` or the source rpm's file name), or
 * properties with the source's name and version.
 */
function sourceOf(purl: PackageURL, component: RawComponent, version: string): SourcePackage | undefined {
  const property = (name: string): string | undefined =>
    component.properties.get(`aquasecurity:trivy:${name}`)?.[0]
  const name = property('SrcName')
  if (name !== undefined) {
    const epoch = property('SrcEpoch')
    const release = property('SrcRelease')
    const base = property('SrcVersion') ?? version
    return {
      name,
      version: `${epoch === undefined ? '' : `${epoch}:`}${base}${release === undefined ? '' : `-${release}`}`,
    }
  }
  const upstream =
    purl.qualifiers?.['upstream'] ?? component.properties.get('syft:metadata:originPackage')?.[0]
  if (upstream === undefined) return undefined
  const rpm = /^(?<name>.+)-(?<version>[^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(upstream)
  if (rpm?.groups !== undefined)
    return { name: rpm.groups['name'] ?? '', version: rpm.groups['version'] ?? '' }
  const at = upstream.lastIndexOf('@')
  return at <= 0
    ? { name: upstream, version }
    : { name: upstream.slice(0, at), version: upstream.slice(at + 1) }
}

const pathProperties = ['syft:location:0:path', 'aquasecurity:trivy:FilePath', 'SrcFile', 'internal:SrcFile']

function statedPath(component: RawComponent): string | undefined {
  for (const name of pathProperties) {
    const path = component.properties.get(name)?.[0]
    if (path !== undefined && path !== '') return path.replace(/^\/+/, '')
  }
  return undefined
}

/** The distribution: ours, the operating-system component's, or the one that all distro qualifiers agree on. */
function distributionOf(document: RawDocument, packages: readonly Package[]): Distribution | undefined {
  const system = document.components.find(isOperatingSystem)
  const candidates = [document.subject, system].filter((one) => one !== undefined)
  for (const candidate of candidates) {
    const own = readDistribution(candidate.properties)
    if (own !== undefined) return own
  }
  if (system !== undefined) {
    const id = system.properties.get('syft:distro:id')?.[0] ?? system.name
    return statedDistribution(
      id,
      system.properties.get('syft:distro:versionID')?.[0] ?? system.version,
      system.place,
    )
  }
  const distros = new Set<string>()
  for (const found of packages) {
    if (!osTypes.has(found.type)) continue
    const distro = PackageURL.fromString(found.purl).qualifiers?.['distro']
    if (distro === undefined) return undefined
    distros.add(distro)
  }
  const [distro] = distros
  if (distros.size !== 1 || distro === undefined) return undefined
  const dash = distro.indexOf('-')
  return dash < 0
    ? statedDistribution(distro, undefined, 'purl')
    : statedDistribution(distro.slice(0, dash), distro.slice(dash + 1), 'purl')
}

/** Names that tools write where os-release has an id. */
const idsOfNames = new Map([
  ['amazon', 'amzn'],
  ['amazon linux', 'amzn'],
  ['alma', 'almalinux'],
  ['redhat', 'rhel'],
  ['red hat', 'rhel'],
  ['oracle', 'ol'],
  ['suse linux enterprise server', 'sles'],
  ['opensuse.leap', 'opensuse-leap'],
  ['cbl-mariner', 'mariner'],
])

function statedDistribution(name: string, version: string | undefined, place: string): Distribution {
  const lower = name.trim().toLowerCase()
  const id = idsOfNames.get(lower) ?? lower
  // "2 (Karoo)", "12.1": os-release's VERSION_ID is the first word.
  const versionId = version?.trim().split(/\s/)[0]
  return {
    id,
    idLike: [],
    name,
    ...(versionId === undefined || versionId === '' ? {} : { versionId }),
    channels: [],
    paths: [place],
  }
}

/** Equal purls found by the same tool become one package at several places; sorted. */
function merged(packages: readonly Package[]): readonly Package[] {
  const byIdentity = new Map<string, Package>()
  for (const found of packages) {
    const key = `${found.foundBy}\n${found.purl}\n${found.version}\n${found.state}`
    const known = byIdentity.get(key)
    if (known === undefined) byIdentity.set(key, found)
    else byIdentity.set(key, { ...known, locations: [...known.locations, ...found.locations] })
  }
  return [...byIdentity.values()]
    .map((found) => ({
      ...found,
      locations: [...found.locations].sort(
        (a, b) => compareText(a.path, b.path) || compareText(a.layer ?? '', b.layer ?? ''),
      ),
    }))
    .sort(
      (a, b) =>
        compareText(a.type, b.type) ||
        compareText(a.name, b.name) ||
        compareText(a.version, b.version) ||
        compareText(a.purl, b.purl),
    )
}
