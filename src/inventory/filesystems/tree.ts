// The one interface between artifacts and catalogers: a tree of files that is walked once. A layer, a folder, a ZIP and a
// disk are all trees; what reads them knows nothing of packages, and what finds packages knows nothing of images.

import type { Diagnostic } from '../../model/index.ts'

export type EntryKind =
  | 'file'
  | 'directory'
  | 'symlink'
  /** `linkTarget` names the file in the same tree (or a lower layer) whose content this path shares. */
  | 'hardlink'
  /** In a layer: this path of the layers below is gone. `path` is the path that goes, without `.wh.`. */
  | 'whiteout'
  /** In a layer: everything that the layers below have inside this folder is gone. */
  | 'opaque'
  /** Devices, sockets, pipes. */
  | 'other'

export interface TreeEntry {
  /** From the root, `/`-separated, no leading slash, no `.` or `..`; never leaves the root. */
  readonly path: string
  readonly kind: EntryKind
  /** Bytes of content; 0 for anything but files. */
  readonly size: number
  /** Permission bits. */
  readonly mode: number
  readonly linkTarget?: string
}

/** The content of one file, for as long as the visit that got it lasts. */
export interface FileContent {
  readonly size: number
  /** The whole file. Throws `FILE_TOO_LARGE` above the limit on files read whole. */
  bytes(): Promise<Uint8Array>
  /** Up to `length` bytes from `offset`; shorter only at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>
  /** A path on the local disk with exactly these bytes, for libraries that need one. Read only; gone after the visit. */
  localPath(): Promise<string>
}

export interface TreeVisitor {
  /**
   * Called once for each entry, in the tree's order, before its content.
   * `skip`: not wanted. `sniff`: decide by the first bytes. `keep`: wanted.
   */
  entry(entry: TreeEntry): 'skip' | 'sniff' | 'keep'
  /** For `sniff`: the first bytes (at most `sniffLength`); true when the file is wanted after all. */
  sniff(entry: TreeEntry, head: Uint8Array): boolean
  /** A wanted file's content. The tree waits for it before it goes on. */
  file(entry: TreeEntry, content: FileContent): Promise<void>
  /** Something that could not be read; the walk goes on when it can. */
  diagnostic(diagnostic: Diagnostic): void
}

/** How many bytes `sniff` gets to see. */
export const sniffLength = 64

export interface Tree {
  /**
   * Walks the tree once. Damage inside is a diagnostic (level `error`) and what was read before it stays; the promise rejects
   * only when nothing could be read at all, or on abort.
   */
  walk(visitor: TreeVisitor, signal: AbortSignal): Promise<void>
}
