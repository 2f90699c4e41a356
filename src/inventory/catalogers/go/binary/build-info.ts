// The build information that Go's linker puts into each program.
// https://github.com/golang/go/blob/master/src/debug/buildinfo/buildinfo.go

import type { FileContent } from '../../../filesystems/tree.ts'
import { readAddress } from '../../binary/executable.ts'
import { buffer } from '../../binary/layout.ts'
import type { Executable } from '../../binary/layout.ts'

export interface BuildInfo {
  /** `go1.21.9`, with what vendors and experiments add. */
  readonly goVersion: string
  /** The lines about modules and settings; empty in programs that were built without modules. */
  readonly modules: string
}

const magic = Buffer.from('\xff Go buildinf:', 'latin1')
const headerBytes = 32
const alignment = 16
/** Without section names the mark is looked for here, at the start of the writable data, where the linker puts it. */
const searchBytes = 1024 * 1024
const maximumVersionBytes = 1024
const maximumModuleBytes = 8 * 1024 * 1024

/** The build information; undefined when the program is not Go's; a sentence when it is and cannot be read. */
export async function readBuildInfo(
  content: FileContent,
  executable: Executable,
): Promise<BuildInfo | string | undefined> {
  const at = await findMark(content, executable)
  if (at === undefined) return undefined
  const header = buffer(await content.read(at, headerBytes))
  if (header.length < headerBytes) return 'the build information is cut off'
  const flags = header[15] ?? 0
  const texts =
    (flags & 2) === 0
      ? await readPointers(content, executable, header)
      : await readInline(content, at + headerBytes)
  if (texts === undefined) return 'the build information points outside of the file'
  return { goVersion: texts.version, modules: withoutSentinels(texts.modules) }
}

async function findMark(content: FileContent, executable: Executable): Promise<number | undefined> {
  const named = executable.sections.find(({ name }) => name === '.go.buildinfo' || name === '__go_buildinfo')
  const places = named === undefined ? executable.segments.filter(({ writable }) => writable) : [named]
  for (const { offset, size } of places) {
    const bytes = buffer(await content.read(offset, Math.min(size, searchBytes)))
    for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
      if (at % alignment === 0) return offset + at
    }
  }
  return undefined
}

interface Texts {
  readonly version: string
  readonly modules: Buffer
}

/** Since Go 1.18: two texts, each after its length. */
async function readInline(content: FileContent, at: number): Promise<Texts | undefined> {
  const version = await readVarintText(content, at, maximumVersionBytes)
  const modules =
    version === undefined ? undefined : await readVarintText(content, version.next, maximumModuleBytes)
  return version === undefined || modules === undefined
    ? undefined
    : { version: version.bytes.toString('utf8'), modules: modules.bytes }
}

async function readVarintText(
  content: FileContent,
  at: number,
  maximum: number,
): Promise<{ readonly bytes: Buffer; readonly next: number } | undefined> {
  const head = buffer(await content.read(at, 5))
  let length = 0
  for (const [index, byte] of head.entries()) {
    length += (byte & 0x7f) * 2 ** (7 * index)
    if (byte >= 0x80) continue
    if (length > maximum) return undefined
    const start = at + index + 1
    const bytes = buffer(await content.read(start, length))
    return bytes.length < length ? undefined : { bytes, next: start + length }
  }
  return undefined
}

/** Before Go 1.18: two pointers to Go strings, which are a pointer and a length. */
async function readPointers(
  content: FileContent,
  executable: Executable,
  header: Buffer,
): Promise<Texts | undefined> {
  const pointerBytes = header[14]
  if (pointerBytes !== 4 && pointerBytes !== 8) return undefined
  const big = ((header[15] ?? 0) & 1) !== 0
  const word = (bytes: Buffer, at: number): number => {
    if (pointerBytes === 4) return big ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)
    return Number(big ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at))
  }
  const text = async (pointer: number, maximum: number): Promise<Buffer | undefined> => {
    const head = await readAddress(content, executable, pointer, pointerBytes * 2)
    if (head === undefined) return undefined
    const length = word(head, pointerBytes)
    return length > maximum ? undefined : readAddress(content, executable, word(head, 0), length)
  }
  const version = await text(word(header, 16), maximumVersionBytes)
  if (version === undefined) return undefined
  const modulesAt = word(header, 16 + pointerBytes)
  const modules = modulesAt === 0 ? Buffer.alloc(0) : await text(modulesAt, maximumModuleBytes)
  return modules === undefined ? undefined : { version: version.toString('utf8'), modules }
}

/** The modules' text stands between two marks of 16 bytes. */
function withoutSentinels(bytes: Buffer): string {
  return bytes.length >= 33 && bytes[bytes.length - 17] === 0x0a
    ? bytes.toString('utf8', 16, bytes.length - 16)
    : ''
}
