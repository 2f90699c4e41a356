// Files of an image that lie on this disk: in a folder, or inside an archive, which is indexed and not unpacked.

import { hash } from 'node:crypto'
import { open, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Digest } from '../../model/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import { LongwatchError, messageOf } from '../../platform/index.ts'
import { normalPath } from '../filesystems/path.ts'
import type { Limits } from '../../platform/index.ts'

/** A piece of a file on this disk. */
export interface FilePart {
  readonly file: string
  readonly offset: number
  readonly length: number
}

export interface BlobStore {
  /** The folder or archive. */
  readonly place: string
  /** Where a file of the store is, undefined when it is not there. Names that leave the store are not there. */
  locate(name: string): Promise<FilePart | undefined>
  close(): Promise<void>
}

/** A folder as a store. Links inside it are followed as long as they stay inside. */
export async function folderStore(folder: string, limits: Limits): Promise<BlobStore> {
  const root = await realpath(folder)
  return {
    place: folder,
    async locate(name) {
      const normal = normalPath(name, limits)
      if ('problem' in normal) return undefined
      try {
        const file = await realpath(join(root, normal.path))
        if (!file.startsWith(root + sep)) return undefined
        const status = await stat(file)
        return status.isFile() ? { file, offset: 0, length: status.size } : undefined
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw unreadable(folder, error)
      }
    },
    close: async () => Promise.resolve(),
  }
}

/** The bytes of a part, undefined when there are more than `limit`. */
export async function readPart(part: FilePart, limit: number): Promise<Uint8Array | undefined> {
  if (part.length > limit) return undefined
  const file = await open(part.file, 'r')
  try {
    const bytes = Buffer.alloc(part.length)
    const { bytesRead } = await file.read(bytes, 0, part.length, part.offset)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** A file of the store, at most `limit` bytes. Throws `LAYOUT_FILE_MISSING`, `LAYOUT_FILE_TOO_LARGE`. */
export async function readNamed(store: BlobStore, name: string, limit: number): Promise<Uint8Array> {
  const part = await store.locate(name)
  if (part === undefined) {
    throw new LongwatchError('LAYOUT_FILE_MISSING', `${store.place} has no ${name}`, {
      place: store.place,
      remedy: 'Copy or save the image again.',
    })
  }
  const bytes = await readPart(part, limit)
  if (bytes !== undefined) return bytes
  throw new LongwatchError(
    'LAYOUT_FILE_TOO_LARGE',
    `${name} in ${store.place} is larger than ${limit} bytes`,
    {
      place: store.place,
      remedy: 'Raise the limit on manifests if the image is to be trusted.',
    },
  )
}

/** Where OCI layouts keep a blob. https://github.com/opencontainers/image-spec/blob/main/image-layout.md#blobs */
export function blobName(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`
}

/** A small blob whose digest was verified. */
export async function readBlob(store: BlobStore, descriptor: Descriptor, limit: number): Promise<Uint8Array> {
  const bytes = await readNamed(store, blobName(descriptor.digest), limit)
  const [algorithm = '', hex] = descriptor.digest.split(':')
  if (hash(algorithm, bytes) === hex) return bytes
  throw new LongwatchError('BLOB_DIGEST_MISMATCH', `blob ${descriptor.digest} in ${store.place} is damaged`, {
    place: store.place,
    remedy: 'Copy or save the image again.',
  })
}

/** The error of a file or folder that cannot be read. */
export function unreadable(place: string, error: unknown): LongwatchError {
  return new LongwatchError('TARGET_UNREADABLE', `${place} cannot be read: ${messageOf(error)}`, {
    place,
    remedy: 'Check the path and the permissions.',
    cause: error,
  })
}
