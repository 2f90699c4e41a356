// What layers gave, kept on disk: a base image that a hundred images share is read once. Content-addressed, so that any number of
// processes may read and write at once; the folder may be removed at any time.

import { hash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pack, unpack } from 'msgpackr'
import type { Digest } from '../../model/index.ts'
import type { Clock, Limits } from '../../platform/index.ts'
import type { CatalogMode, Cataloger } from '../catalogers/cataloger.ts'
import type { LayerFacts } from './layer-facts.ts'

export interface LayerCache {
  get(digest: Digest): Promise<LayerFacts | undefined>
  set(digest: Digest, facts: LayerFacts): Promise<void>
  /** Removes what was used longest ago until the folder fits its limit. */
  trim(): Promise<void>
}

export interface LayerCacheOptions {
  readonly folder: string
  /** Bytes of all entries together. */
  readonly bytes: number
  readonly clock: Clock
}

/** Raised when `LayerFacts` or what the engine puts into it changes. */
const formatVersion = 1

/** The cache for one set of catalogers and limits: entries of any other set are other entries. */
export function openLayerCache(
  options: LayerCacheOptions,
  catalogers: readonly Cataloger[],
  mode: CatalogMode,
  limits: Limits,
): LayerCache {
  const versions = catalogers.map(({ name, version }) => `${name}@${version}`)
  const variant = hash('sha256', JSON.stringify([formatVersion, versions, mode, limits])).slice(0, 16)
  const pathOf = (digest: Digest): string => {
    const hex = digest.slice(digest.indexOf(':') + 1)
    return join(options.folder, hex.slice(0, 2), `${hex}-${variant}`)
  }
  return {
    async get(digest) {
      const path = pathOf(digest)
      try {
        const stored = await readFile(path)
        const sum = stored.subarray(0, 32)
        const body = stored.subarray(32)
        if (!hash('sha256', body, 'buffer').equals(sum)) return undefined
        const now = options.clock.now()
        await utimes(path, now, now)
        return decodeFacts(body)
      } catch {
        return undefined // not there, or not readable: it is read from the layer again
      }
    },
    async set(digest, facts) {
      const path = pathOf(digest)
      const draft = `${path}.${randomUUID()}`
      try {
        const body = encodeFacts(facts)
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        await writeFile(draft, Buffer.concat([hash('sha256', body, 'buffer'), body]), { mode: 0o600 })
        await rename(draft, path)
      } catch {
        await rm(draft, { force: true }) // a full or read-only disk costs the cache, not the scan
      }
    },
    trim: async () => trim(options),
  }
}

function encodeFacts(facts: LayerFacts): Buffer {
  const { files, folders, ...rest } = facts
  const raw = (numbers: Float64Array): Buffer =>
    Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  return pack({ ...rest, files: raw(files), folders: raw(folders) })
}

function decodeFacts(body: Buffer): LayerFacts {
  const stored = unpack(body) as Omit<LayerFacts, 'files' | 'folders'> & { files: Buffer; folders: Buffer }
  // Copied: the bytes may lie at an offset that numbers cannot.
  const numbers = (bytes: Buffer): Float64Array => new Float64Array(new Uint8Array(bytes).buffer)
  return { ...stored, files: numbers(stored.files), folders: numbers(stored.folders) }
}

async function trim({ folder, bytes }: LayerCacheOptions): Promise<void> {
  const entries: { readonly path: string; readonly size: number; readonly used: number }[] = []
  try {
    for (const shard of await readdir(folder)) {
      for (const name of await readdir(join(folder, shard))) {
        const path = join(folder, shard, name)
        const { mtimeMs, size } = await stat(path)
        entries.push({ path, size, used: mtimeMs })
      }
    }
  } catch {
    return // another process trims, or there is no cache yet
  }
  let total = entries.reduce((sum, { size }) => sum + size, 0)
  for (const { path, size } of entries.sort((a, b) => a.used - b.used)) {
    if (total <= bytes) return
    await rm(path, { force: true })
    total -= size
  }
}
