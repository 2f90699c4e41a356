// The records of a pax extended header: `length key=value\n`.
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_03

/** The records by key, last one wins; undefined when the text is malformed. */
export function parsePax(bytes: Uint8Array): ReadonlyMap<string, string> | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const records = new Map<string, string>()
  for (let at = 0; at < buffer.length;) {
    const space = buffer.indexOf(0x20, at)
    if (space < 0 || space - at > 20) return undefined
    const digits = buffer.toString('latin1', at, space)
    if (!/^[1-9]\d*$/.test(digits)) return undefined
    const end = at + Number(digits)
    const equals = buffer.indexOf(0x3d, space)
    if (end > buffer.length || equals < 0 || equals >= end || buffer[end - 1] !== 0x0a) return undefined
    records.set(buffer.toString('utf8', space + 1, equals), buffer.toString('utf8', equals + 1, end - 1))
    at = end
  }
  return records
}
