// What a path on this disk is: asked before anything is opened in earnest.

import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { compressionOf } from '../filesystems/decompress.ts'
import { parseHeader } from '../filesystems/tar/header.ts'

/** True when `path` is a folder that has all of `names`. */
export async function isFolderWith(path: string, names: readonly string[]): Promise<boolean> {
  const found = await Promise.all(names.map(async (name) => exists(join(path, name))))
  return found.every(Boolean) && (await isFolder(path))
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  )
}

/** The first bytes of a regular file; none when there is no such file. */
export async function headOf(path: string, length: number): Promise<Uint8Array> {
  try {
    const status = await stat(path)
    if (!status.isFile()) return new Uint8Array(0)
    const handle = await open(path, 'r')
    try {
      const bytes = Buffer.alloc(length)
      const { bytesRead } = await handle.read(bytes, 0, length, 0)
      return bytes.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch {
    return new Uint8Array(0) // whoever opens it will say why
  }
}

/** `path:tag` or `path@digest` split where the path ends; a path that exists as written has no tag. */
export async function splitTag(target: string): Promise<{ readonly path: string; readonly tag?: string }> {
  if (await exists(target)) return { path: target }
  const at = target.lastIndexOf('@')
  if (at > 0) return { path: target.slice(0, at), tag: target.slice(at + 1) }
  const colon = target.lastIndexOf(':')
  if (colon > 0 && !target.slice(colon).includes('/')) {
    return { path: target.slice(0, colon), tag: target.slice(colon + 1) }
  }
  return { path: target }
}

export type ArchiveKind = 'docker' | 'oci' | 'tar' | 'compressed' | 'other'

/** Tells archives apart by their first entries' names; a compressed one is not looked into. */
export async function archiveKind(path: string): Promise<ArchiveKind> {
  const head = await headOf(path, 512)
  if (head.length < 512) return 'other'
  if (compressionOf(head) !== 'none') return 'compressed'
  const parsed = parseHeader(head)
  if (parsed.kind !== 'header') return 'other'
  const names = await firstNames(path)
  if (names.has('manifest.json')) return 'docker'
  return names.has('oci-layout') || names.has('index.json') ? 'oci' : 'tar'
}

/** Names at the top of a tar. Headers only: contents are jumped over. */
async function firstNames(path: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  const handle = await open(path, 'r')
  try {
    const block = Buffer.alloc(512)
    for (let at = 0, entries = 0; entries < 20_000; entries += 1) {
      const { bytesRead } = await handle.read(block, 0, 512, at)
      const parsed = bytesRead === 512 ? parseHeader(block) : undefined
      if (parsed?.kind !== 'header') return names
      const name = parsed.header.name.replace(/^\.\//, '')
      if (!name.includes('/')) names.add(name)
      at += 512 + Math.ceil(parsed.header.size / 512) * 512
    }
    return names
  } finally {
    await handle.close()
  }
}
