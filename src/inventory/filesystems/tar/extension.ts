// Headers that speak of the next entry: pax records and GNU's long names.

import { LongwatchError } from '../../../platform/index.ts'
import type { Chunks } from '../chunks.ts'
import { blockSize } from './header.ts'
import type { TarHeader } from './header.ts'
import { parsePax } from './pax.ts'

/** What extended headers say of the next entry. */
export interface Extension {
  readonly path?: string
  readonly linkPath?: string
  readonly size?: number
  /** A GNU sparse file in pax form: the stored bytes are not the file's. */
  readonly sparse?: boolean
}

export const noExtension: Extension = {}

/** Bytes of an extended header or a long name. A path takes 4 KiB, and no attribute of interest takes a mebibyte. */
const longestExtension = 1024 * 1024

/** Reads an extended header's content and adds it to what is known of the next entry; undefined when the header is an entry's own. */
export async function readExtension(
  chunks: Chunks,
  header: TarHeader,
  known: Extension,
  place: string,
): Promise<Extension | undefined> {
  if (!/^[xgXLK]$/.test(header.type)) return undefined
  const { size } = header
  const padded = size + ((blockSize - (size % blockSize)) % blockSize)
  if (size > longestExtension) {
    // Too large to be of use; the entry after it keeps its short name, which is a name all the same.
    if ((await chunks.skip(padded)) > 0) throw broken(place, chunks, 'ends inside an extended header')
    return known
  }
  const content = await chunks.read(padded)
  if (content.length < padded) throw broken(place, chunks, 'ends inside an extended header')
  const bytes = content.subarray(0, size)
  if (header.type === 'L') return { ...known, path: textOf(bytes) }
  if (header.type === 'K') return { ...known, linkPath: textOf(bytes) }
  if (header.type === 'g') return known
  const records = parsePax(bytes)
  if (records === undefined) throw broken(place, chunks, 'has a malformed extended header')
  return { ...known, ...fromPax(records, place, chunks) }
}

function fromPax(records: ReadonlyMap<string, string>, place: string, chunks: Chunks): Extension {
  const path = records.get('GNU.sparse.name') ?? records.get('path')
  const linkPath = records.get('linkpath')
  const size = records.get('size')
  if (size !== undefined && !(/^\d{1,16}$/.test(size) && Number.isSafeInteger(Number(size)))) {
    throw broken(place, chunks, 'has an extended header with an impossible size')
  }
  return {
    ...(path === undefined ? {} : { path }),
    ...(linkPath === undefined ? {} : { linkPath }),
    ...(size === undefined ? {} : { size: Number(size) }),
    ...([...records.keys()].some((key) => key.startsWith('GNU.sparse.')) ? { sparse: true } : {}),
  }
}

function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = buffer.indexOf(0)
  return buffer.toString('utf8', 0, end < 0 ? buffer.length : end)
}

function broken(place: string, chunks: Chunks, what: string): LongwatchError {
  return new LongwatchError('TAR_MALFORMED', `${place} ${what}, at offset ${chunks.position} of its tar`, {
    place,
    remedy: 'Pull or build the image again; what was read before is kept.',
  })
}
