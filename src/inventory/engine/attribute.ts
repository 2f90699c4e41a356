// Which layer a package came with: the first one from which on it was at that path without a break. A package database is written
// anew by every layer that installs something, so its file alone does not tell.

import type { AssembleContext, Cataloger, FoundPackage, LocatedFact } from '../catalogers/cataloger.ts'
import type { FactVersion } from './overlay.ts'

type Files = ReadonlyMap<string, readonly FactVersion[]>

/** Facts times layers that are looked at again; beyond it the file's own layer is taken. */
const mostWork = 5_000_000

/** The path of the file that a package was found in: without what is inside an archive. */
export function filePathOf(found: { readonly path: string }): string {
  const inside = found.path.indexOf('!/')
  return inside < 0 ? found.path : found.path.slice(0, inside)
}

/** Gives the layer of a package that `cataloger` found in `files`, undefined where there is no such file. */
export function layerFinder(
  cataloger: Cataloger,
  files: Files,
  context: AssembleContext,
): (found: FoundPackage) => number | undefined {
  const several = new Set<number>()
  let facts = 0
  for (const versions of files.values()) {
    facts += versions.at(-1)?.facts.length ?? 0
    if (versions.length > 1) for (const { layer } of versions) several.add(layer)
  }
  let snapshots: readonly Snapshot[] | undefined
  return (found) => {
    const versions = files.get(filePathOf(found))
    const last = versions?.at(-1)?.layer
    if (versions === undefined || versions.length < 2 || several.size * facts > mostWork) return last
    snapshots ??= snapshotsOf(
      cataloger,
      files,
      context,
      [...several].sort((a, b) => a - b),
    )
    return firstLayer(snapshots, found, versions) ?? last
  }
}

interface Snapshot {
  readonly layer: number
  readonly packages: ReadonlySet<string>
}

const keyOf = (found: FoundPackage): string => `${found.purl}\n${found.path}`

/** What the cataloger would have found after each of `layers`. */
function snapshotsOf(
  cataloger: Cataloger,
  files: Files,
  context: AssembleContext,
  layers: readonly number[],
): readonly Snapshot[] {
  return layers.map((layer) => ({
    layer,
    packages: new Set(cataloger.assemble(factsAt(files, layer), context).packages.map(keyOf)),
  }))
}

/** The facts as they were visible after `layer`; of all layers when it is absent. */
export function factsAt(
  files: Files,
  layer: number = Number.POSITIVE_INFINITY,
): readonly LocatedFact<unknown>[] {
  return [...files].flatMap(([path, versions]) => {
    const facts = versions.findLast((version) => version.layer <= layer)?.facts ?? []
    return facts.map((fact) => ({ path, fact }))
  })
}

function firstLayer(
  snapshots: readonly Snapshot[],
  found: FoundPackage,
  versions: readonly FactVersion[],
): number | undefined {
  const key = keyOf(found)
  let first: number | undefined
  for (let at = snapshots.length - 1; at >= 0; at -= 1) {
    const snapshot = snapshots[at]
    if (snapshot?.packages.has(key) !== true) break
    // Layers that left this file alone say nothing of it.
    if (versions.some(({ layer }) => layer === snapshot.layer)) first = snapshot.layer
  }
  return first
}
