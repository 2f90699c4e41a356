// Layers laid over each other: which files are visible in the end, and since which layer.
// https://github.com/opencontainers/image-spec/blob/main/layer.md#applying-changesets

import { compareText } from '../../platform/index.ts'
import { linkDestination, parentOf } from '../filesystems/path.ts'
import type { FoundFacts, LayerFacts } from './layer-facts.ts'
import { containsHash, hashPath } from './path-hash.ts'

/** The facts of one cataloger about one file, as a layer wrote it. */
export interface FactVersion {
  /** Position of the layer, from the base up. */
  readonly layer: number
  readonly facts: readonly unknown[]
}

export interface Overlay {
  /**
   * What is visible, by cataloger and path. The versions of a file, oldest first, through which it was there without a break; the last
   * one is what is visible.
   */
  readonly visible: ReadonlyMap<string, ReadonlyMap<string, readonly FactVersion[]>>
  /** The path with every folder link on the way followed; the last component is not followed. */
  canonical(path: string): string
  /**
   * Follows `path` to its end, inside the root. Undefined for links that never end.
   */
  resolve(path: string): { readonly path: string; readonly climbs: boolean } | undefined
  /** Visible symbolic links. */
  readonly links: ReadonlyMap<string, string>
  /** The layer whose file is visible at `path`, undefined when there is none. The path is taken as it is. */
  layerOf(path: string): number | undefined
}

/** More hops than any system follows. */
const mostHops = 40

interface Entry {
  /** By cataloger. */
  readonly facts: Map<string, FactVersion[]>
  link?: string
}

/** What links lead to, under the links' own paths. */
export interface LateFound {
  /** Position of the layer that has the file. */
  readonly layer: number
  readonly found: readonly FoundFacts[]
}

/** Lays `layers` over each other, from the base up; what links lead to is visible whatever layer it is in. */
export function layOver(layers: readonly LayerFacts[], late: readonly LateFound[] = []): Overlay {
  const tree = createTree()
  for (const [position, layer] of layers.entries()) tree.apply(layer, position)
  for (const { found, layer } of late) tree.add(found, layer)
  const visible = new Map<string, Map<string, readonly FactVersion[]>>()
  const links = new Map<string, string>()
  for (const [path, entry] of [...tree.entries].sort(([a], [b]) => compareText(a, b))) {
    if (entry.link !== undefined) links.set(path, entry.link)
    for (const [cataloger, versions] of entry.facts) {
      const paths = visible.get(cataloger) ?? new Map<string, readonly FactVersion[]>()
      visible.set(cataloger, paths)
      paths.set(path, versions)
    }
  }
  return {
    visible,
    links,
    canonical: (path) => tree.canonical(path),
    resolve: (path) => resolve(path, tree),
    layerOf: (path) => layerOf(layers, path),
  }
}

interface FactTree {
  readonly entries: ReadonlyMap<string, Entry>
  apply(layer: LayerFacts, position: number): void
  add(found: readonly FoundFacts[], position: number, before?: ReadonlyMap<string, Entry>): void
  canonical(path: string): string
}

function createTree(): FactTree {
  const entries = new Map<string, Entry>()
  const byHash = new Map<number, string>()
  /** Folders that have (or had) something in them, by hash. */
  const folders = new Map<number, string>()
  let links = 0

  const remove = (path: string): Entry | undefined => {
    const entry = entries.get(path)
    if (entry === undefined) return undefined
    if (entry.link !== undefined) links -= 1
    entries.delete(path)
    byHash.delete(hashPath(path))
    return entry
  }
  const removeBelow = (folder: string): void => {
    const prefix = folder === '' ? '' : `${folder}/`
    if (prefix !== '' && !folders.has(hashPath(folder))) return
    for (const path of entries.keys()) if (path.startsWith(prefix)) remove(path)
  }
  const entryAt = (path: string): Entry => {
    const known = entries.get(path)
    if (known !== undefined) return known
    const made: Entry = { facts: new Map() }
    entries.set(path, made)
    byHash.set(hashPath(path), path)
    for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) {
      const hash = hashPath(folder)
      if (folders.has(hash)) break
      folders.set(hash, folder)
    }
    return made
  }
  const canonical = (path: string): string => {
    if (links === 0) return path
    let current = path
    for (let hops = 0; hops < mostHops; hops += 1) {
      const next = followFirstFolder(current, entries)
      if (next === undefined) return current
      current = next
    }
    return current
  }

  const add: FactTree['add'] = (found, position, before) => {
    for (const { cataloger, facts, path } of found) {
      const place = canonical(path)
      const older = before?.get(place)?.facts.get(cataloger) ?? entries.get(place)?.facts.get(cataloger) ?? []
      entryAt(place).facts.set(cataloger, [...older, { layer: position, facts }])
    }
  }

  return {
    entries,
    canonical,
    add,
    apply(layer, position) {
      for (const folder of layer.opaques) removeBelow(folder === '' ? '' : canonical(folder))
      for (const path of layer.whiteouts) {
        const gone = canonical(path)
        remove(gone)
        removeBelow(gone)
      }
      // A file of this layer takes the place of what was there, be it a file or a whole folder; a folder takes a file's.
      const before = new Map<string, Entry>()
      for (const hash of layer.files) {
        const path = byHash.get(hash)
        const entry = path === undefined ? undefined : remove(path)
        if (path !== undefined && entry !== undefined) before.set(path, entry)
        const folder = folders.get(hash)
        if (folder !== undefined) removeBelow(folder)
      }
      for (const hash of layer.folders) {
        const path = byHash.get(hash)
        if (path !== undefined) remove(path)
      }
      for (const [path, target] of layer.links) {
        entryAt(path).link = target
        links += 1
      }
      add(layer.found, position, before)
    },
  }
}

/** Replaces the first folder of `path` that is a link by where it leads; undefined when none is. */
function followFirstFolder(path: string, entries: ReadonlyMap<string, Entry>): string | undefined {
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
    const folder = path.slice(0, slash)
    const target = entries.get(folder)?.link
    if (target === undefined) continue
    const { path: destination } = linkDestination(folder, target)
    const rest = path.slice(slash + 1)
    return destination === '' ? rest : `${destination}/${rest}`
  }
  return undefined
}

function resolve(path: string, tree: FactTree): { path: string; climbs: boolean } | undefined {
  let current = tree.canonical(path)
  let climbs = false
  for (let hops = 0; hops < mostHops; hops += 1) {
    const target = tree.entries.get(current)?.link
    if (target === undefined) return { path: current, climbs }
    const destination = linkDestination(current, target)
    climbs ||= destination.climbs
    current = tree.canonical(destination.path)
  }
  return undefined
}

function layerOf(layers: readonly LayerFacts[], path: string): number | undefined {
  const ancestors: string[] = []
  for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) ancestors.push(folder)
  const own = hashPath(path)
  const above = ancestors.map(hashPath)
  for (let position = layers.length - 1; position >= 0; position -= 1) {
    const layer = layers[position]
    if (layer === undefined) continue
    if (containsHash(layer.files, own)) return position
    const hidden =
      containsHash(layer.folders, own) ||
      above.some((hash) => containsHash(layer.files, hash)) ||
      layer.whiteouts.some((gone) => gone === path || ancestors.includes(gone)) ||
      layer.opaques.some((folder) => folder === '' || ancestors.includes(folder))
    if (hidden) return undefined
  }
  return undefined
}
