// Runs one cataloger in a test, over named files, a folder or tars, and holds it to its word: it is offered what it wants, may open
// nothing else, and its facts go through JSON as they do in the cache.

import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Diagnostic, Distribution } from '../../model/index.ts'
import { compareText, defaultLimits } from '../../platform/index.ts'
import type { Limits } from '../../platform/index.ts'
import { heldInMemory } from '../filesystems/content.ts'
import { folderTree } from '../filesystems/folder.ts'
import { walkTar } from '../filesystems/tar/tar.ts'
import type { FileContent, TreeVisitor } from '../filesystems/tree.ts'
import { zipTree } from '../filesystems/zip.ts'
import type {
  Cataloger,
  CatalogMode,
  FilePattern,
  FoundPackage,
  LocatedFact,
  OwnedFiles,
} from './cataloger.ts'

export interface CatalogerRun {
  readonly packages: readonly FoundPackage[]
  readonly distribution: Distribution | undefined
  readonly ownedFiles: readonly OwnedFiles[]
  readonly diagnostics: readonly Diagnostic[]
  /** The paths it was offered, sorted. */
  readonly offered: readonly string[]
}

export interface RunContext {
  readonly distribution?: Distribution
  readonly mode?: CatalogMode
  readonly limits?: Partial<Limits>
  readonly signal?: AbortSignal
  /** Permission bits of every file; executable unless said otherwise. */
  readonly fileMode?: number
}

/** The files of a test by path, text or bytes. */
export type TestFiles = Readonly<Record<string, string | Uint8Array>>

interface Held {
  readonly size: number
  readonly mode: number
  readonly bytes: Uint8Array
}

/** Offers `files` to `cataloger` in order of their paths. */
export async function runCataloger(
  cataloger: Cataloger,
  files: TestFiles,
  context: RunContext = {},
): Promise<CatalogerRun> {
  const held = new Map<string, Held>()
  for (const [path, content] of Object.entries(files)) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    held.set(path, { bytes, size: bytes.length, mode: context.fileMode ?? 0o755 })
  }
  return runOver(cataloger, held, context)
}

/** Offers the files below `folder`. */
export async function runCatalogerOnFolder(
  cataloger: Cataloger,
  folder: string,
  context: RunContext = {},
): Promise<CatalogerRun> {
  const held = new Map<string, Held>()
  const limits = { ...defaultLimits, ...context.limits }
  const tree = folderTree(folder, { limits, oneFilesystem: true })
  await tree.walk(keeping(cataloger, held), new AbortController().signal)
  return runOver(cataloger, held, context)
}

/**
 * Offers the files of tars and ZIPs (`.zip`) laid one over the other; files that a later one has replace the earlier. Marks of deletion
 * count for nothing.
 */
export async function runCatalogerOnArchives(
  cataloger: Cataloger,
  archives: readonly string[],
  context: RunContext = {},
): Promise<CatalogerRun> {
  const held = new Map<string, Held>()
  const limits = { ...defaultLimits, ...context.limits }
  const scratch = await mkdtemp(join(tmpdir(), 'longwatch-cataloger-'))
  try {
    const { signal } = new AbortController()
    for (const place of archives) {
      const visitor = keeping(cataloger, held)
      if (place.endsWith('.zip')) await zipTree(place, { limits, scratch, place }).walk(visitor, signal)
      else {
        await walkTar(createReadStream(place), visitor, { limits, scratch, place, whiteouts: false, signal })
      }
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  return runOver(cataloger, held, context)
}

/** One file of a tar. Throws when it is not there. */
export async function fileOfTar(tar: string, path: string): Promise<Uint8Array> {
  const found: Uint8Array[] = []
  await walkTar(
    createReadStream(tar),
    {
      entry: (entry) => (entry.kind === 'file' && entry.path === path ? 'keep' : 'skip'),
      sniff: () => false,
      async file(entry, content) {
        found.push(Uint8Array.from(await content.read(0, entry.size)))
      },
      diagnostic(diagnostic) {
        throw new Error(`the tree is damaged: ${diagnostic.message}`)
      },
    },
    {
      limits: defaultLimits,
      scratch: tmpdir(),
      place: tar,
      whiteouts: false,
      signal: new AbortController().signal,
    },
  )
  const bytes = found.at(-1)
  if (bytes === undefined) throw new Error(`${tar} has no ${path}`)
  return bytes
}

function keeping(cataloger: Cataloger, held: Map<string, Held>): TreeVisitor {
  const beside = new Set<string>()
  return {
    entry(entry) {
      if (entry.kind !== 'file') return 'skip'
      if (wantsPath(cataloger, entry.path)) {
        for (const path of cataloger.companions?.(entry.path) ?? []) beside.add(path)
        return 'keep'
      }
      // A companion may come before what it belongs to.
      if (beside.has(entry.path) || /-(?:wal|shm)$/.test(entry.path)) return 'keep'
      return wantsMode(cataloger, entry.mode) ? 'sniff' : 'skip'
    },
    sniff: (_entry, head) => wantsHead(cataloger, head),
    async file(entry, content) {
      const bytes = Uint8Array.from(await content.read(0, entry.size))
      held.set(entry.path, { bytes, size: entry.size, mode: entry.mode })
    },
    diagnostic(diagnostic) {
      throw new Error(`the tree is damaged: ${diagnostic.message}`)
    },
  }
}

async function runOver(
  cataloger: Cataloger,
  held: ReadonlyMap<string, Held>,
  context: RunContext,
): Promise<CatalogerRun> {
  const scratch = await mkdtemp(join(tmpdir(), 'longwatch-cataloger-'))
  const limits = { ...defaultLimits, ...context.limits }
  const signal = context.signal ?? new AbortController().signal
  const facts: LocatedFact<unknown>[] = []
  const diagnostics: Diagnostic[] = []
  const offered: string[] = []
  const releases: (() => Promise<void>)[] = []
  const open = (path: string, file: Held): FileContent => {
    const opened = heldInMemory(file.bytes, scratch, limits, path)
    releases.push(async () => opened.release())
    return opened.content
  }
  try {
    for (const path of [...held.keys()].sort(compareText)) {
      const file = held.get(path)
      if (file === undefined) continue
      const byHead = wantsMode(cataloger, file.mode) && wantsHead(cataloger, file.bytes)
      if (!wantsPath(cataloger, path) && !byHead) continue
      offered.push(path)
      const allowed = new Set(cataloger.companions?.(path))
      const extraction = await cataloger.extract(
        { path, size: file.size, mode: file.mode, content: open(path, file) },
        {
          signal,
          limits,
          companion(sibling) {
            if (!allowed.has(sibling))
              throw new Error(`${cataloger.name} opened ${sibling} and had not asked for it`)
            const found = held.get(sibling)
            return found === undefined ? undefined : open(sibling, found)
          },
        },
      )
      for (const fact of extraction.facts) facts.push({ path, fact: throughJson(fact) })
      diagnostics.push(...(extraction.diagnostics ?? []))
    }
    const assembled = cataloger.assemble(facts, {
      distribution: context.distribution,
      mode: context.mode ?? 'installed',
    })
    return {
      packages: assembled.packages,
      distribution: assembled.distribution,
      ownedFiles: assembled.ownedFiles ?? [],
      diagnostics: [...diagnostics, ...(assembled.diagnostics ?? [])],
      offered,
    }
  } finally {
    for (const release of releases) await release()
    await rm(scratch, { recursive: true, force: true })
  }
}

function throughJson(fact: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(fact))
  if (JSON.stringify(structuredClone(fact)) !== JSON.stringify(copy))
    throw new Error('a fact is not plain data')
  return copy
}

function wantsPath(cataloger: Cataloger, path: string): boolean {
  return cataloger.wants.some((pattern) => matchesPath(pattern, path))
}

function matchesPath(pattern: FilePattern, path: string): boolean {
  if ('path' in pattern) return path === pattern.path
  if ('name' in pattern) return path.slice(path.lastIndexOf('/') + 1) === pattern.name
  if ('under' in pattern) return path.startsWith(`${pattern.under}/`) && path.endsWith(pattern.suffix ?? '')
  return 'suffix' in pattern && path.endsWith(pattern.suffix)
}

function wantsMode(cataloger: Cataloger, mode: number): boolean {
  return cataloger.wants.some(
    (pattern) => 'magic' in pattern && (pattern.executableOnly !== true || (mode & 0o111) !== 0),
  )
}

function wantsHead(cataloger: Cataloger, head: Uint8Array): boolean {
  return cataloger.wants.some(
    (pattern) => 'magic' in pattern && pattern.magic.every((byte, index) => head[index] === byte),
  )
}
