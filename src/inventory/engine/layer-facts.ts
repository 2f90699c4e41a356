// What is remembered of one layer: the facts of its files and everything that it does to the layers below. Plain data, so that it
// crosses threads and is kept in the cache.

import type { Diagnostic } from '../../model/index.ts'

export interface FoundFacts {
  /** Name of the cataloger. */
  readonly cataloger: string
  readonly path: string
  readonly facts: readonly unknown[]
}

export interface LayerFacts {
  readonly found: readonly FoundFacts[]
  /** Symbolic links, path and target. */
  readonly links: readonly (readonly [path: string, target: string])[]
  /** Hard links that a cataloger wants, path and target. */
  readonly hardLinks: readonly (readonly [path: string, target: string])[]
  readonly whiteouts: readonly string[]
  readonly opaques: readonly string[]
  /** `hashPath` of every path that is not a folder, sorted. */
  readonly files: Float64Array
  /** `hashPath` of every folder, sorted. */
  readonly folders: Float64Array
  readonly diagnostics: readonly Diagnostic[]
  /** False when the walk ended early: what is here is true, but not all. */
  readonly complete: boolean
}
