// A tar archive as a store of files: one walk over the headers, then every file by its offset.

import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { LongwatchError } from '../../platform/index.ts'
import { compressionOf, decompress } from '../filesystems/decompress.ts'
import { indexTar } from '../filesystems/tar/index-tar.ts'
import type { ArtifactOptions } from './artifact.ts'
import type { BlobStore, FilePart } from './blob-store.ts'
import { unreadable } from './blob-store.ts'

/** Opens an archive, unpacking it to a scratch file first when it is compressed. */
export async function archiveStore(file: string, options: ArtifactOptions): Promise<BlobStore> {
  const { limits, scratch, signal } = options
  const plain = await uncompressed(file, options)
  try {
    const files = await indexTar(plain, { limits, scratch, place: file, whiteouts: false, signal })
    return {
      place: file,
      locate: async (name) => Promise.resolve(partOf(plain, files.get(name.replace(/^(?:\.?\/)+/, '')))),
      async close() {
        if (plain !== file) await rm(plain, { force: true })
      },
    }
  } catch (error) {
    if (plain !== file) await rm(plain, { force: true })
    throw error instanceof LongwatchError ? error : unreadable(file, error)
  }
}

function partOf(
  file: string,
  entry: { readonly offset: number; readonly size: number } | undefined,
): FilePart | undefined {
  return entry === undefined ? undefined : { file, offset: entry.offset, length: entry.size }
}

async function uncompressed(file: string, options: ArtifactOptions): Promise<string> {
  const { limits, scratch, signal } = options
  let head = Buffer.alloc(6)
  try {
    const handle = await open(file, 'r')
    const { bytesRead } = await handle.read(head, 0, 6, 0)
    head = head.subarray(0, bytesRead)
    await handle.close()
  } catch (error) {
    throw unreadable(file, error)
  }
  if (compressionOf(head) === 'none') return file
  const plain = join(scratch, randomUUID())
  const source = createReadStream(file, { highWaterMark: 256 * 1024 })
  await pipeline(decompress(source, limits, file), createWriteStream(plain, { mode: 0o600 }), { signal })
  return plain
}
