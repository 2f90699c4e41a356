// The write-ahead log of SQLite: newer versions of pages, which count up to the last commit.
// https://www.sqlite.org/fileformat2.html#the_write_ahead_log

import type { FileContent } from '../../../../filesystems/tree.ts'

export interface WriteAheadLog {
  /** Offset of a page's newest committed version, by page number. */
  readonly pages: ReadonlyMap<number, number>
  /** Pages of the database after the last commit. */
  readonly pageCount: number
}

const headerBytes = 32
const frameHeaderBytes = 24

/** The committed pages of the log; undefined when it holds none (an empty log, one of another database, one cut before a commit). */
export async function readWal(content: FileContent, pageSize: number): Promise<WriteAheadLog | undefined> {
  if (content.size < headerBytes) return undefined
  const header = Buffer.from(await content.read(0, headerBytes))
  const magic = header.readUInt32BE(0)
  if (magic !== 0x377f0682 && magic !== 0x377f0683) return undefined
  if (header.readUInt32BE(8) !== pageSize) return undefined
  const sum = checksum(magic === 0x377f0683)
  let state = sum([0, 0], header.subarray(0, 24))
  if (state[0] !== header.readUInt32BE(24) || state[1] !== header.readUInt32BE(28)) return undefined
  const committed = new Map<number, number>()
  let pending = new Map<number, number>()
  let pageCount = 0
  const frameBytes = frameHeaderBytes + pageSize
  for (let offset = headerBytes; offset + frameBytes <= content.size; offset += frameBytes) {
    const frame = Buffer.from(await content.read(offset, frameBytes))
    // Frames of an earlier use of the log have other salts; from there on all is old.
    if (frame.length < frameBytes || frame.compare(header, 16, 24, 8, 16) !== 0) break
    state = sum(sum(state, frame.subarray(0, 8)), frame.subarray(frameHeaderBytes))
    if (state[0] !== frame.readUInt32BE(16) || state[1] !== frame.readUInt32BE(20)) break
    pending.set(frame.readUInt32BE(0), offset + frameHeaderBytes)
    const sizeAfterCommit = frame.readUInt32BE(4)
    if (sizeAfterCommit === 0) continue
    for (const [page, at] of pending) committed.set(page, at)
    pending = new Map()
    pageCount = sizeAfterCommit
  }
  return pageCount === 0 ? undefined : { pages: committed, pageCount }
}

type Sum = readonly [number, number]

function checksum(bigEndian: boolean): (start: Sum, bytes: Buffer) => Sum {
  return (start, bytes) => {
    let [a, b] = start
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      const x = bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)
      const y = bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)
      a = (a + x + b) >>> 0
      b = (b + y + a) >>> 0
    }
    return [a, b]
  }
}
