// What every cataloger offers. A cataloger sees files, never images. It is one folder <ecosystem>/<format>/ (code, tests,
// testdata), one line in registry.ts and one row in docs/catalogers.md.
//
// Work is in two steps, so that a layer is read once for all images that share it:
//   extract   one wanted file -> facts (plain data, cached by layer digest and cataloger version)
//   assemble  all facts that are visible in the whole artifact -> packages (pure, quick)

import type { Diagnostic, Distribution, Package } from '../../model/index.ts'
import type { Limits } from '../../platform/index.ts'
import type { FileContent } from '../filesystems/tree.ts'

/**
 * A file that a cataloger asks for, by path from the root, case as written.
 * `path`: that path alone. `name`: any file of that name. `suffix`: any path that ends so. `under`: every file directly in or
 * below a folder, `suffix` narrowing it. `magic`: any regular file that begins with these bytes, wherever it is (executable files
 * only, or files of any mode).
 */
export type FilePattern =
  | { readonly path: string }
  | { readonly name: string }
  | { readonly suffix: string }
  | { readonly under: string; readonly suffix?: string }
  | { readonly magic: Uint8Array; readonly executableOnly?: boolean }

/** A file as a cataloger gets it. */
export interface CatalogedFile {
  readonly path: string
  readonly size: number
  readonly mode: number
  readonly content: FileContent
}

/** Facts of one file. `Fact` is plain data that survives `structuredClone` and JSON. */
export interface Extraction<Fact> {
  readonly facts: readonly Fact[]
  readonly diagnostics?: readonly Diagnostic[]
}

export interface ExtractContext {
  readonly signal: AbortSignal
  /** Limits for hostile input. */
  readonly limits: Limits
  /**
   * Another file of the same layer or tree, beside the wanted one, that belongs to it (a database's `-wal`): only paths that
   * `companions` named. Undefined when it is not there.
   */
  companion(path: string): FileContent | undefined
}

/** A fact with where it was found and stays visible. */
export interface LocatedFact<Fact> {
  readonly path: string
  readonly fact: Fact
}

/** A package as a cataloger gives it; the engine adds layers and merges equal packages at several paths. */
export type FoundPackage = Omit<Package, 'locations' | 'foundBy' | 'ownedBy'> & {
  /** The file that proves it: the path of the file the fact came from, or a path inside an archive. */
  readonly path: string
}

/** Files that an installed OS package owns: `path`s relative to the root. Only OS catalogers give these. */
export interface OwnedFiles {
  readonly purl: string
  readonly paths: readonly string[]
}

export interface Assembled {
  readonly packages: readonly FoundPackage[]
  readonly ownedFiles?: readonly OwnedFiles[]
  readonly distribution?: Distribution
  readonly diagnostics?: readonly Diagnostic[]
}

export interface AssembleContext {
  /** What the artifact says it runs; absent while (and unless) os-release was found. */
  readonly distribution: Distribution | undefined
  /** `installed` for images, hosts, functions; `project` for folders of source code, where lock files count. */
  readonly mode: CatalogMode
}

/** `installed`: what is there to run. `project`: what a source folder declares and locks. */
export type CatalogMode = 'installed' | 'project'

export interface Cataloger<Fact = unknown> {
  /** `<ecosystem>/<format>`, the folder it lives in: `os/dpkg`, `javascript/node-modules`. */
  readonly name: string
  /** Raised whenever the same file would give other facts: part of the cache key. */
  readonly version: number
  /** In which modes it runs. */
  readonly modes: readonly CatalogMode[]
  readonly wants: readonly FilePattern[]
  /** Sibling files that go with a wanted one, by path; they are kept and offered to `extract`. */
  companions?(path: string): readonly string[]
  /** Reads one file. Bad content gives diagnostics; throws only on abort or a bug. */
  extract(file: CatalogedFile, context: ExtractContext): Promise<Extraction<Fact>>
  /** Facts (sorted by path) to packages. Called once per artifact, even when there is no fact; must be pure. */
  assemble(facts: readonly LocatedFact<Fact>[], context: AssembleContext): Assembled
}
