// What every kind of artifact offers. A kind is one folder and one line in registry.ts.

import type { ArtifactSummary, Diagnostic, Digest, Inventory } from '../../model/index.ts'
import type { RegistryOptions } from '../../oci/index.ts'
import type { Clock, Limits, Progress } from '../../platform/index.ts'
import type { CatalogMode } from '../catalogers/cataloger.ts'

export type { RegistryOptions } from '../../oci/index.ts'

/** One layer of an image, or the one tree of anything else. */
export interface ArtifactLayer {
  /** Digest of the compressed blob: the cache key. Absent where content has no digest (a folder): never cached. */
  readonly digest?: Digest
  readonly diffId?: Digest
  readonly size: number
  readonly createdBy?: string
  /** Why it is not to be opened at all (a foreign layer): it counts as not read. */
  readonly unread?: Diagnostic
  /**
   * How to open the layer again in a worker thread: plain data for `openLayerTree`. The blob's digest is verified while it streams.
   */
  readonly source: LayerSource
}

/** Plain data, so that a worker thread can be handed it. Each kind of source is opened by one file of this room. */
export type LayerSource =
  | {
      readonly kind: 'blob-file'
      /** A file on the local disk, or a part of one (an entry of an uncompressed archive). */
      readonly file: string
      readonly offset: number
      readonly length: number
      readonly mediaType: string
      readonly digest: Digest
      readonly diffId?: Digest
    }
  | {
      readonly kind: 'registry-blob'
      readonly url: string
      /** Sent to the registry's own host only, never to where it redirects. */
      readonly headers: Readonly<Record<string, string>>
      /** PEM file of further certificate authorities, for the thread that opens it. */
      readonly certificateAuthority?: string
      readonly mediaType: string
      readonly size: number
      readonly digest: Digest
      readonly diffId?: Digest
    }
  | {
      readonly kind: 'folder'
      readonly folder: string
      readonly oneFilesystem: boolean
      /** Paths from the folder that are left out with everything below. */
      readonly except?: readonly string[]
    }
  /** `prefix`: the folder it is unpacked to, with a slash at its end. */
  | { readonly kind: 'zip'; readonly file: string; readonly prefix?: string }
  /** One file, under its own name: a jar. */
  | { readonly kind: 'file'; readonly file: string }
  /** A tar of a root filesystem, compressed or not. */
  | { readonly kind: 'tar'; readonly file: string }

/** An artifact that was found and whose description was read; its content has not been. */
export interface Artifact {
  readonly summary: Omit<ArtifactSummary, 'layers'>
  readonly mode: CatalogMode
  /** From the base up. */
  readonly layers: readonly ArtifactLayer[]
  readonly diagnostics: readonly Diagnostic[]
  /** Digests of layers or diff ids that are known to be the base image's, and how that is known. */
  readonly base?: { readonly layers: number; readonly how: string }
  /** What only this kind of artifact knows of the packages as a whole; runs last. */
  finish?(inventory: Inventory): Inventory
  /** For artifacts that state their packages instead of carrying them (SBOMs). */
  readonly stated?: Inventory
  /** Refreshes what expires (registry tokens) in a layer's source, when a worker reports `LAYER_UNAUTHORIZED`. */
  refresh?(source: LayerSource): Promise<LayerSource>
  close(): Promise<void>
}

export interface ArtifactOptions {
  /** `os/arch[/variant]`; the machine's own architecture on linux by default. */
  readonly platform?: string
  /** Overrides for registry access. */
  readonly registry: RegistryOptions
  /** Takes packages from SBOMs that are attached to an image in its registry, where its layers show none of that name. */
  readonly attachedSboms?: boolean
  /** The image that an image was built from, as a target. */
  readonly base?: string
  readonly limits: Limits
  readonly clock: Clock
  readonly progress: Progress
  readonly scratch: string
  readonly signal: AbortSignal
}

export interface ArtifactKindHandler {
  /** The prefix that names it outright, without the colon: `registry`, `oci`, `oci-archive`, `docker-archive`, `dir`, `zip`. */
  readonly scheme: string
  /** One line for `--help`. */
  readonly summary: string
  /** True when a target without a prefix is of this kind. Looks at the disk, never at the network. Asked in the registry's order. */
  recognizes(target: string): Promise<boolean>
  /** Opens the target (without prefix). Throws a LongwatchError that names what is wrong and the remedy. */
  open(target: string, options: ArtifactOptions): Promise<Artifact>
}
