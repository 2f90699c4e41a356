// OSV's export of one ecosystem: a ZIP with one `ID.json` per record, read entry by entry.

import { closeSync, openSync, readSync } from 'node:fs'
import { crc32, inflateRawSync } from 'node:zlib'
import type { Entry, ZipFile } from 'yauzl'
import yauzl from 'yauzl'
import { messageOf } from '../../../platform/index.ts'
import type { FeedRecord } from '../feed.ts'
import type { Tally } from '../part.ts'
import { malformed } from '../part.ts'
import { parseOsvRecord } from './parse.ts'
import type { OsvOptions } from './parse.ts'

/** npm, the largest export, has some 230,000 entries of 4 GB together. */
const mostEntries = 2_000_000
const mostBytesTogether = 32 * 1024 ** 3
/** The largest real records (packages with thousands of versions) have a few MB. */
const mostBytes = 32 * 1024 ** 2
/** Records that repeat one version list compress well, but not like this. */
const mostRatio = 400
const ratioFrom = 1024 ** 2

/** APPNOTE.TXT, section 4.3.7. */
const localHeaderBytes = 30
const localHeaderSignature = 0x04034b50

/** Reads the export's records. Throws `FEED_MALFORMED` when it is no ZIP, ends early or is out of all bounds. */
export async function* readOsvZip(
  file: string,
  options: OsvOptions,
  tally: Tally,
): AsyncGenerator<FeedRecord> {
  const zip = await openZip(file)
  const source = openSync(file, 'r')
  try {
    if (zip.entryCount > mostEntries) throw malformed(file, `${zip.entryCount} entries are too many`)
    let together = 0
    let read = 0
    for await (const entry of zip.eachEntry()) {
      read += 1
      together += entry.uncompressedSize
      if (read > mostEntries || together > mostBytesTogether)
        throw malformed(file, 'the archive is too large')
      if (!entry.fileName.endsWith('.json')) continue
      const id = entry.fileName.slice(0, -'.json'.length)
      const why = unfit(entry)
      if (why !== undefined) {
        tally.refuse(`record ${id}`, why)
        continue
      }
      const text = textOf(source, entry)
      if (typeof text !== 'string') tally.refuse(`record ${id}`, messageOf(text))
      else yield* recordsOf(id, text, options, tally)
    }
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'FEED_MALFORMED'
      ? error
      : malformed(file, `the archive is damaged: ${messageOf(error)}`, error)
  } finally {
    closeSync(source)
    zip.close()
  }
}

/** Throws `FEED_MALFORMED` when the file is no whole ZIP. */
export async function checkOsvZip(file: string): Promise<void> {
  const zip = await openZip(file)
  zip.close()
}

/** The record in one JSON text: none or one; a bad one goes to the tally. */
export function* recordsOf(
  id: string,
  text: string,
  options: OsvOptions,
  tally: Tally,
): Generator<FeedRecord> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    tally.refuse(`record ${id}`, messageOf(error))
    return
  }
  const parsed = parseOsvRecord(json, options)
  if ('refused' in parsed) tally.refuse(`record ${id}`, parsed.refused)
  else if ('advisory' in parsed) {
    tally.date(parsed.advisory.modified)
    yield { kind: 'advisory', advisory: parsed.advisory }
  }
}

async function openZip(file: string): Promise<ZipFile> {
  try {
    return await yauzl.openPromise(file, { lazyEntries: true, autoClose: false })
  } catch (error) {
    throw malformed(file, `not a ZIP archive: ${messageOf(error)}`, error)
  }
}

function unfit({ uncompressedSize, compressedSize }: Entry): string | undefined {
  if (uncompressedSize > mostBytes || compressedSize > mostBytes) return 'it is too large for one record'
  if (uncompressedSize > ratioFrom && uncompressedSize > compressedSize * mostRatio) {
    return 'it unpacks to far more than it holds'
  }
  return undefined
}

/** Streams per entry cost ten times the inflating: entries are small, and read at their place. */
function textOf(source: number, entry: Entry): string | Error {
  try {
    const header = readAt(source, entry.relativeOffsetOfLocalHeader, localHeaderBytes)
    if (header.readUInt32LE(0) !== localHeaderSignature) return new Error('its local header is none')
    const start = localHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28)
    const packed = readAt(source, entry.relativeOffsetOfLocalHeader + start, entry.compressedSize)
    if (!entry.canDecodeFileData()) return new Error('it is packed in a way that cannot be read')
    const bytes =
      entry.compressionMethod === 0
        ? packed
        : inflateRawSync(packed, { maxOutputLength: Math.max(entry.uncompressedSize, 1) })
    return crc32(bytes) === entry.crc32 ? bytes.toString('utf8') : new Error('its checksum is wrong')
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function readAt(source: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  let read = 0
  while (read < length) {
    const more = readSync(source, bytes, read, length - read, offset + read)
    if (more === 0) throw new Error('it lies beyond the end of the archive')
    read += more
  }
  return bytes
}
