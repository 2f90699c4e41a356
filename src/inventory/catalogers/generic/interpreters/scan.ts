// Looks for a text in a file of any size, a window at a time.

import type { FileContent } from '../../../filesystems/tree.ts'

const windowBytes = 4 * 1024 * 1024
/** Longer than any text that is looked for, so that one on the border is whole in the next window. */
const overlapBytes = 512

/** The first match of the first pattern that has one; undefined when none has. Reads at most `maximumBytes`. */
export async function scan(
  content: FileContent,
  patterns: readonly RegExp[],
  maximumBytes: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = new Map<number, string>()
  const end = Math.min(content.size, maximumBytes)
  for (let offset = 0; offset < end; offset += windowBytes) {
    signal.throwIfAborted()
    const bytes = await content.read(offset, windowBytes + overlapBytes)
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
    for (const [index, pattern] of patterns.entries()) {
      if (found.has(index)) continue
      const version = pattern.exec(text)?.groups?.['version']
      if (version !== undefined) found.set(index, version)
    }
    if (found.has(0)) break
  }
  return [...found].sort(([a], [b]) => a - b)[0]?.[1]
}
