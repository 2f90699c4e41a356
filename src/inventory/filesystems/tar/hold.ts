// Takes one file's content out of the stream: into memory, or aside to disk when it is large.

import { randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Limits } from '../../../platform/index.ts'
import type { Chunks } from '../chunks.ts'
import { heldInMemory, heldOnDisk, memoryBytes } from '../content.ts'
import type { HeldContent } from '../content.ts'
import type { TreeEntry } from '../tree.ts'

/** The content of `entry`, whose first bytes are in `head` already; undefined when the stream ends before it does. */
export async function hold(
  chunks: Chunks,
  head: Uint8Array,
  entry: TreeEntry,
  options: { readonly limits: Limits; readonly scratch: string },
): Promise<HeldContent | undefined> {
  const { limits, scratch } = options
  const rest = entry.size - head.length
  if (entry.size > memoryBytes) return putAside(chunks, head, entry, options)
  // Read piece by piece: a size that lies must not make us ask for the memory.
  const body = chunks.take(rest) ?? (await chunks.read(rest))
  if (body.length < rest) return undefined
  const bytes = head.length === 0 ? body : Buffer.concat([head, body])
  return heldInMemory(bytes, scratch, limits, entry.path)
}

async function putAside(
  chunks: Chunks,
  head: Uint8Array,
  entry: TreeEntry,
  { limits, scratch }: { readonly limits: Limits; readonly scratch: string },
): Promise<HeldContent | undefined> {
  const local = join(scratch, randomUUID())
  const file = await open(local, 'wx', 0o600)
  let whole = false
  try {
    await file.write(head)
    let missing = entry.size - head.length
    for (let piece = await chunks.some(missing); piece !== undefined;) {
      await file.write(piece)
      missing -= piece.length
      piece = missing > 0 ? await chunks.some(missing) : undefined
    }
    whole = missing === 0
  } finally {
    await file.close()
    if (!whole) await rm(local, { force: true })
  }
  return whole ? heldOnDisk(local, entry.size, limits, entry.path) : undefined
}
