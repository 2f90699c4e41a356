// Files that a cataloger asked for by a path where there is only a link: where does it lead, and has that been read?

import type { Diagnostic } from '../../model/index.ts'
import type { Cataloger } from '../catalogers/cataloger.ts'
import type { LayerFacts } from './layer-facts.ts'
import type { Overlay } from './overlay.ts'
import { indexPatterns } from './patterns.ts'
import type { LateWish } from './read-layer.ts'

/** More than any sound artifact has. */
const mostWishes = 1000

export interface LateWishes {
  /** By layer. */
  readonly byLayer: ReadonlyMap<number, readonly LateWish[]>
  /** Facts that are there already, under another name: path asked for, and where they are. */
  readonly diagnostics: readonly Diagnostic[]
}

/** What has still to be read of which layer. */
export function lateWishesOf(
  layers: readonly LayerFacts[],
  overlay: Overlay,
  catalogers: readonly Cataloger[],
): LateWishes {
  const index = indexPatterns(catalogers)
  const byLayer = new Map<number, LateWish[]>()
  const diagnostics: Diagnostic[] = []
  let wishes = 0

  const follow = (asked: string, positions: readonly number[], target: string): void => {
    for (const position of positions) {
      const name = catalogers[position]?.name ?? ''
      const known = overlay.visible.get(name)
      if (known?.has(target) === true || known?.has(asked) === true) continue
      const layer = overlay.layerOf(target)
      if (layer === undefined || wishes >= mostWishes) continue
      wishes += 1
      byLayer.set(layer, [...(byLayer.get(layer) ?? []), { path: target, as: asked, cataloger: name }])
    }
  }
  const followLink = (asked: string, positions: readonly number[]): void => {
    const end = overlay.resolve(asked)
    if (end === undefined || end.path === asked) return
    if (end.climbs) diagnostics.push(outside(asked))
    follow(asked, positions, end.path)
  }
  for (const [path, positions] of index.exact) followLink(path, positions)
  for (const path of overlay.links.keys()) {
    const positions = index.byPath(path)
    if (positions.length > 0 && !index.exact.has(path)) followLink(path, positions)
  }
  for (const layer of layers) {
    for (const [path, target] of layer.hardLinks) follow(path, index.byPath(path), overlay.canonical(target))
  }
  return { byLayer, diagnostics }
}

function outside(path: string): Diagnostic {
  return {
    level: 'error',
    code: 'LINK_OUTSIDE',
    message: `the link ${path} leads out of the root; it was followed inside of it`,
    path,
    remedy: 'Do not unpack this artifact elsewhere before you know where it comes from.',
  }
}
