// Files that are only understood together with others beside them (a database and its write-ahead log): kept until the walk is over.

import { randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cataloger, ExtractContext } from '../catalogers/cataloger.ts'
import type { FileContent, TreeEntry } from '../filesystems/tree.ts'

type Extract = (
  position: number,
  path: string,
  entry: TreeEntry,
  content: FileContent,
  companion: ExtractContext['companion'],
) => Promise<void>

export interface Deferrals {
  hasCompanions(position: number, path: string): boolean
  isCompanion(path: string): boolean
  keepCompanion(entry: TreeEntry, content: FileContent): Promise<void>
  postpone(position: number, entry: TreeEntry, content: FileContent): Promise<void>
  /** Extracts everything that was postponed, and removes what was kept for it. */
  run(extract: Extract): Promise<void>
}

interface Kept {
  readonly content: FileContent
  readonly local: string
  release(): Promise<void>
}

/** Companions are asked for the paths that catalogers name outright. */
export function deferrals(
  catalogers: readonly Cataloger[],
  exact: ReadonlyMap<string, readonly number[]>,
  scratch: string,
): Deferrals {
  const companions = new Set<string>()
  for (const [path, positions] of exact) {
    for (const position of positions) {
      for (const companion of catalogers[position]?.companions?.(path) ?? []) companions.add(companion)
    }
  }
  const kept = new Map<string, Kept>()
  const postponed = new Map<string, { readonly entry: TreeEntry; readonly positions: Set<number> }>()
  const keep = async (entry: TreeEntry, content: FileContent): Promise<void> => {
    await kept.get(entry.path)?.release()
    kept.set(entry.path, await keepFile(content, scratch))
  }
  return {
    hasCompanions: (position, path) => (catalogers[position]?.companions?.(path) ?? []).length > 0,
    isCompanion: (path) => companions.has(path),
    keepCompanion: keep,
    async postpone(position, entry, content) {
      if (!postponed.has(entry.path) || !companions.has(entry.path)) await keep(entry, content)
      const known = postponed.get(entry.path)
      if (known === undefined) postponed.set(entry.path, { entry, positions: new Set([position]) })
      else known.positions.add(position)
    },
    async run(extract) {
      try {
        for (const [path, { entry, positions }] of postponed) {
          const file = kept.get(path)
          if (file === undefined) continue
          for (const position of positions) {
            const named = new Set(catalogers[position]?.companions?.(path))
            await extract(position, path, entry, file.content, (companion) =>
              named.has(companion) ? kept.get(companion)?.content : undefined,
            )
          }
        }
      } finally {
        for (const file of kept.values()) await file.release()
      }
    },
  }
}

const pieceBytes = 1024 * 1024

/** A copy on disk that outlives the visit. */
async function keepFile(content: FileContent, scratch: string): Promise<Kept> {
  const local = join(scratch, randomUUID())
  const file = await open(local, 'wx+', 0o600)
  for (let offset = 0; offset < content.size; offset += pieceBytes) {
    await file.write(await content.read(offset, pieceBytes))
  }
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const buffer = Buffer.alloc(Math.max(0, Math.min(length, content.size - offset)))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset)
    return buffer.subarray(0, bytesRead)
  }
  return {
    local,
    content: {
      size: content.size,
      bytes: async () => read(0, content.size),
      read,
      localPath: async () => Promise.resolve(local),
    },
    async release() {
      await file.close()
      await rm(local, { force: true })
    },
  }
}
