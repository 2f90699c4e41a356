// Records of SQLite: a list of types, then the values.
// https://www.sqlite.org/fileformat2.html#record_format

export type Value = number | bigint | string | Uint8Array | null

/** A variable-length integer of up to nine bytes; undefined when the bytes end before it does. */
export function varint(
  bytes: Buffer,
  at: number,
): { readonly value: number; readonly next: number } | undefined {
  let value = 0
  for (let index = 0; index < 9; index += 1) {
    const byte = bytes[at + index]
    if (byte === undefined) return undefined
    if (index === 8) return { value: value * 256 + byte, next: at + 9 }
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return { value, next: at + index + 1 }
  }
  return undefined
}

/** The values of a record; undefined when its types and its length do not go together. */
export function parseRecord(bytes: Buffer): readonly Value[] | undefined {
  const header = varint(bytes, 0)
  if (header === undefined || header.value > bytes.length) return undefined
  const values: Value[] = []
  let body = header.value
  for (let at = header.next; at < header.value;) {
    const type = varint(bytes, at)
    if (type === undefined) return undefined
    at = type.next
    const length = lengthOf(type.value)
    if (length === undefined || body + length > bytes.length) return undefined
    values.push(valueOf(type.value, bytes.subarray(body, body + length)))
    body += length
  }
  return values
}

const fixedLengths: readonly number[] = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0]

function lengthOf(type: number): number | undefined {
  if (type >= 12) return Math.floor((type - 12) / 2)
  return fixedLengths[type]
}

function valueOf(type: number, bytes: Buffer): Value {
  if (type === 0) return null
  if (type === 6) return bytes.readBigInt64BE(0)
  if (type === 7) return bytes.readDoubleBE(0)
  if (type === 8) return 0
  if (type === 9) return 1
  if (type < 6) return bytes.readIntBE(0, bytes.length)
  return type % 2 === 0 ? bytes : bytes.toString('utf8')
}
