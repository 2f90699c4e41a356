// One 512-byte header block: POSIX ustar, GNU and old V7 forms.
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06
// https://www.gnu.org/software/tar/manual/html_node/Standard.html

export const blockSize = 512

export interface TarHeader {
  readonly name: string
  readonly mode: number
  readonly size: number
  /** The type flag: `0` file, `1` hard link, `2` symbolic link, `5` folder, `x` and `g` pax, `L` and `K` GNU, `S` GNU sparse. */
  readonly type: string
  readonly linkName: string
}

export type ParsedHeader =
  | { readonly kind: 'header'; readonly header: TarHeader }
  /** A block of zeros. */
  | { readonly kind: 'zeros' }
  | { readonly kind: 'invalid'; readonly reason: string }

/** Parses a block of exactly 512 bytes. */
export function parseHeader(block: Uint8Array): ParsedHeader {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength)
  if (bytes[0] === 0 && isZero(bytes)) return { kind: 'zeros' }
  if (!checksumHolds(bytes)) return { kind: 'invalid', reason: 'its checksum is wrong' }
  const size = numberAt(bytes, 124, 12)
  if (size === undefined) return { kind: 'invalid', reason: 'its size is no number between 0 and 2^53' }
  const ustar = bytes.toString('latin1', 257, 262) === 'ustar'
  const posix = ustar && bytes[262] === 0
  const prefix = posix ? textAt(bytes, 345, 155) : ''
  const name = textAt(bytes, 0, 100)
  return {
    kind: 'header',
    header: {
      name: prefix === '' ? name : `${prefix}/${name}`,
      mode: (numberAt(bytes, 100, 8) ?? 0) & 0o7777,
      size,
      type: String.fromCodePoint(bytes[156] ?? 0),
      linkName: textAt(bytes, 157, 100),
    },
  }
}

function isZero(bytes: Buffer): boolean {
  for (let index = 0; index < blockSize; index += 8) if (bytes.readDoubleLE(index) !== 0) return false
  return bytes.every((byte) => byte === 0)
}

function checksumHolds(bytes: Buffer): boolean {
  let unsigned = 256
  let signed = 256
  for (let index = 0; index < blockSize; index += 1) {
    if (index >= 148 && index < 156) continue
    const byte = bytes[index] ?? 0
    unsigned += byte
    signed += byte < 128 ? byte : byte - 256
  }
  const stated = numberAt(bytes, 148, 8)
  return stated === unsigned || stated === signed
}

function textAt(bytes: Buffer, offset: number, length: number): string {
  const end = bytes.indexOf(0, offset)
  return bytes.toString('utf8', offset, end < 0 || end > offset + length ? offset + length : end)
}

/** Octal digits between blanks and zeros, or GNU's base 256; undefined below zero and beyond 2^53. */
function numberAt(bytes: Buffer, offset: number, length: number): number | undefined {
  const first = bytes[offset] ?? 0
  if (first >= 0x80) {
    if (first === 0xff) return undefined
    let value = first & 0x7f
    for (let index = offset + 1; index < offset + length; index += 1)
      value = value * 256 + (bytes[index] ?? 0)
    return Number.isSafeInteger(value) ? value : undefined
  }
  let value = 0
  let digits = 0
  for (let index = offset; index < offset + length; index += 1) {
    const byte = bytes[index] ?? 0
    if (byte === 0x20 || byte === 0) {
      if (digits > 0) break
      continue
    }
    if (byte < 0x30 || byte > 0x37) return undefined
    value = value * 8 + (byte - 0x30)
    digits += 1
  }
  return Number.isSafeInteger(value) ? value : undefined
}

/** True for the types whose size counts bytes that follow. Unknown types are read as files, as POSIX asks. */
export function hasContent(type: string): boolean {
  return !/^[1-6]$/.test(type)
}
