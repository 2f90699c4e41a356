// rpm headers as the database holds them: a count of entries, a count of bytes, the entries, the bytes.
// https://rpm-software-management.github.io/rpm/manual/format_header.html

/** One value of a header: texts or numbers, by the tag's type. */
export interface HeaderValue {
  readonly texts: readonly string[]
  readonly numbers: readonly number[]
}

const entryBytes = 16
/** rpm's own bounds. */
const maximumEntries = 65_535

const type = { int32: 4, text: 6, texts: 8, translated: 9 }

/** The values of the tags in `wanted`; a sentence when the header cannot be read. */
export function parseHeader(
  bytes: Buffer,
  wanted: ReadonlySet<number>,
): ReadonlyMap<number, HeaderValue> | string {
  if (bytes.length < 8) return 'the header is shorter than its own counts'
  const entries = bytes.readUInt32BE(0)
  const dataBytes = bytes.readUInt32BE(4)
  const dataStart = 8 + entries * entryBytes
  if (entries === 0 || entries > maximumEntries || dataStart + dataBytes > bytes.length) {
    return 'the header is shorter than its counts say'
  }
  const data = bytes.subarray(dataStart, dataStart + dataBytes)
  const values = new Map<number, HeaderValue>()
  for (let at = 8; at < dataStart; at += entryBytes) {
    const tag = bytes.readInt32BE(at)
    if (!wanted.has(tag) || values.has(tag)) continue
    const value = readValue(
      data,
      bytes.readUInt32BE(at + 4),
      bytes.readInt32BE(at + 8),
      bytes.readUInt32BE(at + 12),
    )
    if (value === undefined) return `tag ${tag} lies outside of the header`
    values.set(tag, value)
  }
  return values
}

function readValue(data: Buffer, kind: number, offset: number, count: number): HeaderValue | undefined {
  if (offset < 0 || offset > data.length || count > data.length) return undefined
  switch (kind) {
    case type.int32: {
      if (offset + count * 4 > data.length) return undefined
      return {
        texts: [],
        numbers: Array.from({ length: count }, (_, index) => data.readUInt32BE(offset + index * 4)),
      }
    }
    case type.text:
    case type.texts:
    case type.translated: {
      const texts = readTexts(data, offset, kind === type.text ? 1 : count)
      return texts === undefined ? undefined : { texts, numbers: [] }
    }
    default:
      return { texts: [], numbers: [] }
  }
}

function readTexts(data: Buffer, offset: number, count: number): readonly string[] | undefined {
  const texts: string[] = []
  let at = offset
  for (let index = 0; index < count; index += 1) {
    const end = data.indexOf(0, at)
    if (end < 0) return undefined
    texts.push(data.toString('utf8', at, end))
    at = end + 1
  }
  return texts
}
