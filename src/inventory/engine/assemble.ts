// From visible facts to packages: every cataloger assembles, packages found at several paths become one, and what an OS package
// owns is attributed to it.

import type { Diagnostic, Digest, Distribution, Location, Package } from '../../model/index.ts'
import { compareText } from '../../platform/index.ts'
import type {
  AssembleContext,
  Assembled,
  CatalogMode,
  Cataloger,
  FoundPackage,
} from '../catalogers/cataloger.ts'
import { factsAt, filePathOf, layerFinder } from './attribute.ts'
import type { FactVersion, Overlay } from './overlay.ts'

export interface AssembledInventory {
  readonly packages: readonly Package[]
  readonly distribution?: Distribution
  readonly diagnostics: readonly Diagnostic[]
}

const osTypes = new Set(['deb', 'rpm', 'apk'])
const noFiles: ReadonlyMap<string, readonly FactVersion[]> = new Map()

/**
 * Packages of everything that is visible. `digests`: of the layers, by position; empty outside of images. Catalogers run in the order
 * given: the distribution is known to all after the one that finds it.
 */
export function assembleInventory(
  overlay: Overlay,
  catalogers: readonly Cataloger[],
  mode: CatalogMode,
  digests: readonly (Digest | undefined)[],
): AssembledInventory {
  let distribution: Distribution | undefined
  const diagnostics: Diagnostic[] = []
  const owners = new Map<string, string>()
  const results: { readonly cataloger: Cataloger; readonly assembled: Assembled }[] = []
  for (const cataloger of catalogers) {
    const files = overlay.visible.get(cataloger.name) ?? noFiles
    const assembled = cataloger.assemble(factsAt(files), { mode, distribution })
    distribution ??= assembled.distribution
    diagnostics.push(...(assembled.diagnostics ?? []))
    for (const { paths, purl } of assembled.ownedFiles ?? []) {
      for (const path of paths) owners.set(overlay.canonical(path), purl)
    }
    results.push({ cataloger, assembled })
  }
  const context: AssembleContext = { mode, distribution }
  const merged = new Map<string, Merged>()
  for (const { cataloger, assembled } of results) {
    const layerOf = layerFinder(cataloger, overlay.visible.get(cataloger.name) ?? noFiles, context)
    for (const found of assembled.packages) {
      const layer = digests[layerOf(found) ?? -1]
      const owner = osTypes.has(found.type) ? undefined : owners.get(overlay.canonical(filePathOf(found)))
      addPackage(merged, cataloger.name, found, owner, layer)
    }
  }
  return {
    packages: [...merged.values()].map(finished).sort(comparePackages),
    ...(distribution === undefined ? {} : { distribution }),
    diagnostics,
  }
}

interface Merged {
  readonly found: Omit<Package, 'locations'>
  readonly locations: Map<string, Location>
  /** Of all places. */
  readonly notes: Set<string>
}

function addPackage(
  merged: Map<string, Merged>,
  foundBy: string,
  found: FoundPackage,
  ownedBy: string | undefined,
  layer: Digest | undefined,
): void {
  const { path, ...rest } = found
  const key = JSON.stringify([rest.purl, foundBy, ownedBy, rest.state, rest.certainty, rest.module])
  const known = merged.get(key) ?? {
    found: { ...rest, ...(ownedBy === undefined ? {} : { ownedBy }), foundBy },
    locations: new Map<string, Location>(),
    notes: new Set<string>(),
  }
  merged.set(key, known)
  for (const note of rest.notes ?? []) known.notes.add(note)
  known.locations.set(path, { path, ...(layer === undefined ? {} : { layer }) })
}

function finished({ found, locations, notes }: Merged): Package {
  return {
    ...found,
    ...(notes.size === 0 ? {} : { notes: [...notes].sort(compareText) }),
    locations: [...locations.values()].sort((a, b) => compareText(a.path, b.path)),
  }
}

function comparePackages(a: Package, b: Package): number {
  return (
    compareText(a.type, b.type) ||
    compareText(a.name, b.name) ||
    compareText(a.version, b.version) ||
    compareText(a.purl, b.purl) ||
    compareText(a.ownedBy ?? '', b.ownedBy ?? '') ||
    compareText(a.foundBy, b.foundBy) ||
    compareText(a.locations[0]?.path ?? '', b.locations[0]?.path ?? '')
  )
}
