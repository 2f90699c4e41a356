// The parts of ELF, PE and Mach-O files that tell where data lies. Only tables are read; sections are read when asked for.

import type { FileContent } from '../../filesystems/tree.ts'
import { parseElf } from './elf.ts'
import { buffer } from './layout.ts'
import type { Executable } from './layout.ts'
import { parseMacho } from './macho.ts'
import { parsePe } from './pe.ts'

/** First bytes of the executables of Linux and macOS; those of Windows are told by their suffix, as their two bytes tell little. */
export const executableMagics: readonly Uint8Array[] = [
  Uint8Array.of(0x7f, 0x45, 0x4c, 0x46),
  Uint8Array.of(0xcf, 0xfa, 0xed, 0xfe),
  Uint8Array.of(0xce, 0xfa, 0xed, 0xfe),
  Uint8Array.of(0xca, 0xfe, 0xba, 0xbe),
]

/** The layout of an executable; undefined when it is none or its tables lie outside of the file. */
export async function parseExecutable(content: FileContent): Promise<Executable | undefined> {
  const head = buffer(await content.read(0, 4096))
  if (head.length < 64) return undefined
  const magic = head.readUInt32BE(0)
  if (magic === 0x7f454c46) return parseElf(content, head)
  if (magic >>> 16 === 0x4d5a) return parsePe(content, head)
  if (magic === 0xcffaedfe || magic === 0xcefaedfe) return parseMacho(content, 0)
  // A file for several processors; the same sources, so the first tells enough. Java classes begin so too, with a version above 40.
  if (magic === 0xcafebabe && head.readUInt32BE(4) >= 1 && head.readUInt32BE(4) < 30) {
    return parseMacho(content, head.readUInt32BE(16))
  }
  return undefined
}

/** `length` bytes at a memory address; undefined when the file does not hold them. */
export async function readAddress(
  content: FileContent,
  executable: Executable,
  address: number,
  length: number,
): Promise<Buffer | undefined> {
  const segment = executable.segments.find(
    (one) => address >= one.address && address + length <= one.address + one.size,
  )
  if (segment === undefined) return undefined
  const bytes = buffer(await content.read(segment.offset + (address - segment.address), length))
  return bytes.length === length ? bytes : undefined
}
