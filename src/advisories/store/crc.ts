// CRC-32 of a file, read in pieces.

import { createReadStream } from 'node:fs'
import { crc32 } from 'node:zlib'

/** The file's CRC-32; `pause` is awaited between pieces. */
export async function crc32OfFile(path: string, pause: () => Promise<void>): Promise<number> {
  let value = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    value = crc32(chunk as Buffer, value)
    await pause()
  }
  return value
}
