// Where the files of a tar lie, without reading them.

import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { chunksOf } from '../chunks.ts'
import type { Chunks } from '../chunks.ts'
import { entryOf } from './entry.ts'
import { noExtension, readExtension } from './extension.ts'
import { blockSize, hasContent } from './header.ts'
import { nextHeader } from './tar.ts'
import type { TarOptions } from './tar.ts'

export interface TarFile {
  readonly offset: number
  readonly size: number
}

/** The regular files of an uncompressed tar by path, the last of each name; links to files are those files. */
export async function indexTar(file: string, options: TarOptions): Promise<ReadonlyMap<string, TarFile>> {
  const handle = await open(file, 'r')
  try {
    return await indexEntries(handle, options)
  } finally {
    await handle.close()
  }
}

async function indexEntries(handle: FileHandle, options: TarOptions): Promise<Map<string, TarFile>> {
  const { limits, place, signal } = options
  const { size: end } = await handle.stat()
  const files = new Map<string, TarFile>()
  const links = new Map<string, string>()
  let at = 0
  let extension = noExtension
  for (let entries = 0; entries <= limits.entries;) {
    signal.throwIfAborted()
    const chunks = chunksFrom(handle, at)
    const header = await nextHeader(chunks, place, entries)
    if (header === undefined) break
    const extended = await readExtension(chunks, header, extension, place)
    at += chunks.position
    if (extended !== undefined) {
      extension = extended
      continue
    }
    entries += 1
    const stored = hasContent(header.type) ? (extension.size ?? header.size) : 0
    const entry = entryOf(header, extension, stored, options, () => undefined)
    extension = noExtension
    if (entry?.kind === 'file')
      files.set(entry.path, { offset: at, size: Math.min(stored, Math.max(0, end - at)) })
    if (entry?.linkTarget !== undefined) links.set(entry.path, entry.linkTarget)
    at += stored + ((blockSize - (stored % blockSize)) % blockSize)
  }
  for (const [path, target] of links) {
    // `docker save` once wrote equal layers as links: `../<id>/layer.tar`.
    const parts = path.split('/').slice(0, -1)
    for (const part of target.split('/')) {
      if (part === '..') parts.pop()
      else if (part !== '.' && part !== '') parts.push(part)
    }
    const linked = files.get(parts.join('/')) ?? files.get(target)
    if (linked !== undefined && !files.has(path)) files.set(path, linked)
  }
  return files
}

/** Reads on from `position`, in pieces as small as headers are. */
function chunksFrom(handle: FileHandle, position: number): Chunks {
  return chunksOf(
    (async function* read() {
      for (let at = position; ;) {
        const piece = Buffer.alloc(4 * blockSize)
        const { bytesRead } = await handle.read(piece, 0, piece.length, at)
        if (bytesRead === 0) return
        at += bytesRead
        yield piece.subarray(0, bytesRead)
      }
    })(),
  )
}
