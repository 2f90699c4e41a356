// What reading one artifact gives.

import type { Diagnostic } from './diagnostic.ts'
import type { Digest } from './digest.ts'
import type { Distribution } from './distribution.ts'
import type { Package } from './package.ts'

export type ArtifactKind = 'image' | 'root-filesystem' | 'project' | 'zip' | 'host' | 'sbom' | 'disk'

export interface LayerSummary {
  readonly digest: Digest
  readonly diffId?: Digest
  /** Compressed size in bytes. */
  readonly size: number
  /** The build step that made it, from the image history. */
  readonly createdBy?: string
  /** True when the layer belongs to the base image rather than to what was built on it; absent when that is not known. */
  readonly base?: boolean
  /** False when it could not be read whole. */
  readonly read: boolean
}

export interface ArtifactSummary {
  readonly kind: ArtifactKind
  /** What the user named. */
  readonly target: string
  /** Digest of the image manifest, or of the archive; absent for folders. */
  readonly digest?: Digest
  /** `os/architecture[/variant]`, of images. */
  readonly platform?: string
  readonly tags?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly created?: string
  readonly layers: readonly LayerSummary[]
}

/** The packages of an artifact, sorted by type, name, version and purl; identical input gives identical bytes. */
export interface Inventory {
  readonly artifact: ArtifactSummary
  readonly distribution?: Distribution
  readonly packages: readonly Package[]
  /** Sorted. Any of level `error` means that the inventory is partial. */
  readonly diagnostics: readonly Diagnostic[]
}
