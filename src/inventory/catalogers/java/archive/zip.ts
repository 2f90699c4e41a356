// Just enough of ZIP to look into archives in archives: the directory at the end, and single entries.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT

import { promisify } from 'node:util'
import { inflateRaw, inflateRawSync } from 'node:zlib'
import { messageOf } from '../../../../platform/index.ts'
import type { FileContent } from '../../../filesystems/tree.ts'
import { buffer } from '../../binary/layout.ts'

export interface ZipEntry {
  readonly name: string
  /** Where its own header begins, from the start of the file. */
  readonly offset: number
  readonly packedSize: number
  readonly size: number
  readonly method: number
  readonly encrypted: boolean
}

/** What could not be read, as a sentence. */
export interface Problem {
  readonly problem: string
}

const endBytes = 22
const directoryMagic = 0x02014b50
const entryMagic = 0x04034b50
const endMagic = 0x06054b50
const end64Magic = 0x06064b50
const locator64Magic = 0x07064b50
const maximumComment = 65_535
const threadFromBytes = 256 * 1024
const inflate = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflateRaw)

/** The entries of the directory, in its order. */
export async function listZip(
  content: Pick<FileContent, 'size' | 'read'>,
  maximumEntries: number,
  maximumBytes: number,
): Promise<readonly ZipEntry[] | Problem> {
  const end = await findEnd(content)
  if (end === undefined) return { problem: 'it is no ZIP archive, or it is cut off' }
  const { count, size, offset, at } = end
  if (count > maximumEntries) return { problem: `it has ${count} entries` }
  // What is put before an archive, a shell script say, shifts everything by its length.
  const shift = at - size - offset
  if (shift < 0 || size > maximumBytes) return { problem: 'its directory lies outside of the file' }
  const directory = buffer(await content.read(at - size, size))
  if (directory.length < size) return { problem: 'its directory lies outside of the file' }
  const entries: ZipEntry[] = []
  for (let place = 0; place + 46 <= directory.length && entries.length < count;) {
    if (directory.readUInt32LE(place) !== directoryMagic) return { problem: 'its directory is damaged' }
    const nameBytes = directory.readUInt16LE(place + 28)
    const extraBytes = directory.readUInt16LE(place + 30)
    const next = place + 46 + nameBytes + extraBytes + directory.readUInt16LE(place + 32)
    if (next > directory.length) return { problem: 'its directory is damaged' }
    const extra = directory.subarray(place + 46 + nameBytes, place + 46 + nameBytes + extraBytes)
    entries.push(entryOf(directory.subarray(place, place + 46 + nameBytes), extra, shift))
    place = next
  }
  return entries.length < count ? { problem: 'its directory is damaged' } : entries
}

interface End {
  readonly count: number
  readonly size: number
  readonly offset: number
  /** Where the directory ends. */
  readonly at: number
}

async function findEnd(content: Pick<FileContent, 'size' | 'read'>): Promise<End | undefined> {
  const start = Math.max(0, content.size - endBytes - maximumComment)
  const tail = buffer(await content.read(start, content.size - start))
  for (let at = tail.length - endBytes; at >= 0; at -= 1) {
    if (tail[at] !== 0x50 || tail.readUInt32LE(at) !== endMagic) continue
    const count = tail.readUInt16LE(at + 10)
    const size = tail.readUInt32LE(at + 12)
    const offset = tail.readUInt32LE(at + 16)
    if (count !== 0xffff && size !== 0xffffffff && offset !== 0xffffffff) {
      return { count, size, offset, at: start + at }
    }
    return (await findEnd64(content, start + at)) ?? { count, size, offset, at: start + at }
  }
  return undefined
}

async function findEnd64(
  content: Pick<FileContent, 'size' | 'read'>,
  before: number,
): Promise<End | undefined> {
  if (before < 20) return undefined
  const locator = buffer(await content.read(before - 20, 20))
  if (locator.length < 20 || locator.readUInt32LE(0) !== locator64Magic) return undefined
  const at = Number(locator.readBigUInt64LE(8))
  if (!Number.isSafeInteger(at) || at + 56 > content.size) return undefined
  const end = buffer(await content.read(at, 56))
  if (end.length < 56 || end.readUInt32LE(0) !== end64Magic) return undefined
  return {
    count: Number(end.readBigUInt64LE(32)),
    size: Number(end.readBigUInt64LE(40)),
    offset: Number(end.readBigUInt64LE(48)),
    at,
  }
}

function entryOf(record: Buffer, extra: Buffer, shift: number): ZipEntry {
  const flags = record.readUInt16LE(8)
  const large = largeNumbers(extra)
  // Each number that did not fit is, in this order, in the extra field.
  const number = (at: number): number => {
    const value = record.readUInt32LE(at)
    return value === 0xffffffff ? (large.shift() ?? value) : value
  }
  const size = number(24)
  const packedSize = number(20)
  return {
    name: record.toString('utf8', 46),
    size,
    packedSize,
    offset: number(42) + shift,
    method: record.readUInt16LE(10),
    encrypted: (flags & 1) !== 0,
  }
}

function largeNumbers(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length;) {
    const length = extra.readUInt16LE(at + 2)
    if (extra.readUInt16LE(at) === 1) {
      const field = extra.subarray(at + 4, at + 4 + length)
      return Array.from({ length: Math.floor(field.length / 8) }, (_, index) =>
        Number(field.readBigUInt64LE(index * 8)),
      )
    }
    at += 4 + length
  }
  return []
}

/** The content of an entry, unpacked; at most `maximumBytes`, whatever its header says. */
export async function readEntry(
  content: Pick<FileContent, 'size' | 'read'>,
  entry: ZipEntry,
  maximumBytes: number,
): Promise<Buffer | Problem> {
  if (entry.encrypted) return { problem: 'it is encrypted' }
  if (entry.packedSize > maximumBytes || entry.size > maximumBytes)
    return { problem: `it has ${entry.size} bytes` }
  const head = buffer(await content.read(entry.offset, 30))
  if (head.length < 30 || head.readUInt32LE(0) !== entryMagic)
    return { problem: 'its header is not where the directory says' }
  const start = entry.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28)
  const packed = buffer(await content.read(start, entry.packedSize))
  if (packed.length < entry.packedSize) return { problem: 'it is cut off' }
  if (entry.method === 0) return packed
  if (entry.method !== 8) return { problem: `it is packed by method ${entry.method}, which is not known` }
  try {
    const options = { maxOutputLength: Math.max(1, maximumBytes) }
    // The way through a thread costs more than unpacking something small.
    return entry.size < threadFromBytes && packed.length < threadFromBytes
      ? inflateRawSync(packed, { maxOutputLength: Math.min(threadFromBytes, options.maxOutputLength) })
      : await inflate(packed, options)
  } catch (error) {
    return { problem: `it cannot be unpacked: ${messageOf(error)}` }
  }
}
