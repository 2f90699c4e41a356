// Reads what should be small.

import type { Readable } from 'node:stream'

/** All bytes of `stream`, or undefined (and the stream destroyed) when there are more than `limit`. Rejects with the stream's error. */
export async function readBounded(stream: Readable, limit: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop destroys the stream.
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
