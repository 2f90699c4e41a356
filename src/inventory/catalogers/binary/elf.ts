// ELF: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html

import type { FileContent } from '../../filesystems/tree.ts'
import { buffer, maximumSections, safeNumber } from './layout.ts'
import type { Executable, Section } from './layout.ts'

const loadable = 1
const noBits = 8
const maximumNamesBytes = 16 * 1024 * 1024

/** Reads numbers of an ELF file in its word size and byte order. */
interface Reader {
  readonly is64: boolean
  u16(bytes: Buffer, at: number): number
  u32(bytes: Buffer, at: number): number
  /** An address or an offset; numbers above the safe range become Infinity, which lies outside of every file. */
  word(bytes: Buffer, at: number): number
}

export async function parseElf(content: FileContent, head: Buffer): Promise<Executable | undefined> {
  const kind = head[4]
  const order = head[5]
  if ((kind !== 1 && kind !== 2) || (order !== 1 && order !== 2)) return undefined
  const reader = readerOf(kind === 2, order === 1)
  const { is64 } = reader
  const segments = await readSegments(content, reader, {
    offset: reader.word(head, is64 ? 32 : 28),
    size: reader.u16(head, is64 ? 54 : 42),
    count: reader.u16(head, is64 ? 56 : 44),
  })
  const sections = await readSections(
    content,
    reader,
    {
      offset: reader.word(head, is64 ? 40 : 32),
      size: reader.u16(head, is64 ? 58 : 46),
      count: reader.u16(head, is64 ? 60 : 48),
    },
    reader.u16(head, is64 ? 62 : 50),
  )
  return { format: 'elf', sections, segments }
}

function readerOf(is64: boolean, little: boolean): Reader {
  const u32 = (bytes: Buffer, at: number): number =>
    little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)
  return {
    is64,
    u16: (bytes, at) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
    u32,
    word: (bytes, at) =>
      is64
        ? (safeNumber(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at)) ??
          Number.POSITIVE_INFINITY)
        : u32(bytes, at),
  }
}

interface Table {
  readonly offset: number
  readonly size: number
  readonly count: number
}

/** The records of a table; none when it lies outside of the file. */
async function readTable(content: FileContent, table: Table, minimum: number): Promise<readonly Buffer[]> {
  const { offset, size, count } = table
  if (size < minimum || count === 0 || count > maximumSections || offset + size * count > content.size)
    return []
  const bytes = buffer(await content.read(offset, size * count))
  if (bytes.length < size * count) return []
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
}

async function readSegments(content: FileContent, reader: Reader, table: Table): Promise<readonly Section[]> {
  const { is64 } = reader
  const records = await readTable(content, table, is64 ? 56 : 32)
  return records
    .filter((record) => reader.u32(record, 0) === loadable)
    .map((record) => ({
      name: '',
      offset: reader.word(record, is64 ? 8 : 4),
      address: reader.word(record, is64 ? 16 : 8),
      size: reader.word(record, is64 ? 32 : 16),
      writable: (reader.u32(record, is64 ? 4 : 24) & 2) !== 0,
    }))
}

async function readSections(
  content: FileContent,
  reader: Reader,
  table: Table,
  namesIndex: number,
): Promise<readonly Section[]> {
  const { is64 } = reader
  const records = await readTable(content, table, is64 ? 64 : 40)
  const raw = records.map((record) => ({
    nameAt: reader.u32(record, 0),
    type: reader.u32(record, 4),
    writable: (reader.u32(record, 8) & 1) !== 0,
    address: reader.word(record, is64 ? 16 : 12),
    offset: reader.word(record, is64 ? 24 : 16),
    size: reader.word(record, is64 ? 32 : 20),
  }))
  const names = raw[namesIndex]
  if (names === undefined || names.size > maximumNamesBytes || names.offset + names.size > content.size)
    return []
  const bytes = buffer(await content.read(names.offset, names.size))
  return raw
    .filter(({ type, offset, size }) => type !== noBits && offset + size <= content.size)
    .map(({ nameAt, address, offset, size, writable }) => {
      const end = bytes.indexOf(0, nameAt)
      const name = bytes.toString('latin1', nameAt, Math.min(end < 0 ? bytes.length : end, nameAt + 256))
      return { name, address, offset, size, writable }
    })
}
