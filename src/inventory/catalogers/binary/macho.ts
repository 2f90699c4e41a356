// Mach-O, of macOS: https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h

import type { FileContent } from '../../filesystems/tree.ts'
import { buffer, maximumSections, safeNumber } from './layout.ts'
import type { Executable, Section } from './layout.ts'

const segmentCommand = { bits32: 0x1, bits64: 0x19 }
const maximumCommandBytes = 4 * 1024 * 1024

/** Reads the image that begins at `start`; little-endian, as all processors of the last twenty years are. */
export async function parseMacho(content: FileContent, start: number): Promise<Executable | undefined> {
  const head = buffer(await content.read(start, 32))
  if (head.length < 32) return undefined
  const magic = head.readUInt32LE(0)
  if (magic !== 0xfeedfacf && magic !== 0xfeedface) return undefined
  const is64 = magic === 0xfeedfacf
  const count = head.readUInt32LE(16)
  const bytes = head.readUInt32LE(20)
  if (count > maximumSections || bytes > maximumCommandBytes) return undefined
  const commands = buffer(await content.read(start + (is64 ? 32 : 28), bytes))
  const sections: Section[] = []
  const segments: Section[] = []
  for (let at = 0, index = 0; index < count && at + 8 <= commands.length; index += 1) {
    const command = commands.readUInt32LE(at)
    const size = commands.readUInt32LE(at + 4)
    if (size < 8 || at + size > commands.length) break
    if (command === (is64 ? segmentCommand.bits64 : segmentCommand.bits32)) {
      const segment = readSegment(commands.subarray(at, at + size), is64, start)
      if (segment !== undefined) {
        segments.push(segment.segment)
        sections.push(...segment.sections)
      }
    }
    at += size
  }
  const inFile = ({ offset, size }: Section): boolean => offset + size <= content.size
  return { format: 'macho', sections: sections.filter(inFile), segments: segments.filter(inFile) }
}

function readSegment(
  command: Buffer,
  is64: boolean,
  start: number,
): { readonly segment: Section; readonly sections: readonly Section[] } | undefined {
  const headBytes = is64 ? 72 : 56
  const sectionBytes = is64 ? 80 : 68
  if (command.length < headBytes) return undefined
  const word = (at: number): number =>
    is64 ? (safeNumber(command.readBigUInt64LE(at)) ?? Number.POSITIVE_INFINITY) : command.readUInt32LE(at)
  const writable = (command.readUInt32LE(is64 ? 60 : 44) & 2) !== 0
  const segment: Section = {
    name: nameAt(command, 8),
    address: word(24),
    offset: start + word(is64 ? 40 : 32),
    size: word(is64 ? 48 : 36),
    writable,
  }
  const count = Math.min(
    command.readUInt32LE(is64 ? 64 : 48),
    Math.floor((command.length - headBytes) / sectionBytes),
  )
  const sections = Array.from({ length: count }, (_, index): Section => {
    const at = headBytes + index * sectionBytes
    return {
      name: nameAt(command, at),
      address: word(at + 32),
      size: word(at + (is64 ? 40 : 36)),
      offset: start + command.readUInt32LE(at + (is64 ? 48 : 40)),
      writable,
    }
  })
  return { segment, sections }
}

const nameAt = (bytes: Buffer, at: number): string =>
  bytes.toString('latin1', at, at + 16).replace(/\0.*$/s, '')
