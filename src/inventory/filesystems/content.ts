// The content of a file that streams by: held in memory, or put aside in a scratch file when it is large.

import { randomUUID } from 'node:crypto'
import { open, rm, writeFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { LongwatchError } from '../../platform/index.ts'
import type { Limits } from '../../platform/index.ts'
import type { FileContent } from './tree.ts'

/** Larger files are put aside on disk rather than held in memory. */
export const memoryBytes: number = 32 * 1024 * 1024

/** A content together with what it holds on to. */
export interface HeldContent {
  readonly content: FileContent
  release(): Promise<void>
}

/** A file that is in memory. `scratch` is a folder for `localPath`. */
export function heldInMemory(bytes: Uint8Array, scratch: string, limits: Limits, path: string): HeldContent {
  let copy: string | undefined
  return {
    content: {
      size: bytes.length,
      bytes: async () => {
        if (bytes.length > limits.fileBytes) throw tooLarge(path, bytes.length, limits)
        return Promise.resolve(bytes)
      },
      read: async (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
      async localPath() {
        copy ??= await scratchCopy(bytes, scratch)
        return copy
      },
    },
    async release() {
      if (copy !== undefined) await rm(copy, { force: true })
    },
  }
}

async function scratchCopy(bytes: Uint8Array, scratch: string): Promise<string> {
  const path = join(scratch, randomUUID())
  await writeFile(path, bytes, { mode: 0o600 })
  return path
}

/** An open file of `size` bytes. The caller closes it. */
export function heldOnHandle(
  handle: FileHandle,
  local: string,
  size: number,
  limits: Limits,
  path: string,
): FileContent {
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const wanted = Math.max(0, Math.min(length, size - offset))
    const buffer = Buffer.allocUnsafe(wanted)
    let done = 0
    while (done < wanted) {
      const { bytesRead } = await handle.read(buffer, done, wanted - done, offset + done)
      if (bytesRead === 0) break
      done += bytesRead
    }
    return buffer.subarray(0, done)
  }
  return {
    size,
    async bytes() {
      if (size > limits.fileBytes) throw tooLarge(path, size, limits)
      return read(0, size)
    },
    read,
    localPath: async () => Promise.resolve(local),
  }
}

/** A scratch file of `size` bytes, removed when it is released. */
export async function heldOnDisk(
  local: string,
  size: number,
  limits: Limits,
  path: string,
): Promise<HeldContent> {
  const handle = await open(local, 'r')
  return {
    content: heldOnHandle(handle, local, size, limits, path),
    async release() {
      await handle.close()
      await rm(local, { force: true })
    },
  }
}

/** The error of a file that is larger than what may be read whole. */
function tooLarge(path: string, size: number, limits: Limits): LongwatchError {
  return new LongwatchError(
    'FILE_TOO_LARGE',
    `${path} has ${size} bytes, and files above ${limits.fileBytes} are not read`,
    { place: path, remedy: 'Raise the limit on file sizes if the artifact is to be trusted.' },
  )
}
