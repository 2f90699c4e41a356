// Makes small executables for tests: the tables that linkers write, and nothing that could run.

/** A section of a made executable; `address` places it in memory. */
export interface MadeSection {
  readonly name: string
  readonly bytes: Uint8Array
  readonly address?: number
  readonly writable?: boolean
}

export interface ElfForm {
  readonly bits?: 32 | 64
  readonly bigEndian?: boolean
  /** Leaves the table of sections out, as packers do. */
  readonly stripped?: boolean
}

const align = (value: number): number => Math.ceil(value / 16) * 16

/** An ELF file: one loadable segment for each section. */
export function makeElf(sections: readonly MadeSection[], form: ElfForm = {}): Buffer {
  const is64 = (form.bits ?? 64) === 64
  const sizes = is64 ? { header: 64, segment: 56, section: 64 } : { header: 52, segment: 32, section: 40 }
  const names = Buffer.from(['', ...sections.map(({ name }) => name), '.shstrtab', ''].join('\0'))
  const all: readonly MadeSection[] = [...sections, { name: '.shstrtab', bytes: names }]
  const offsets: number[] = []
  let end = align(sizes.header + sizes.segment * sections.length)
  for (const { bytes } of all) {
    offsets.push(end)
    end = align(end + bytes.length)
  }
  const tableAt = end
  const file = Buffer.alloc(tableAt + sizes.section * (all.length + 1))
  const write = (at: number, value: number, bytes: number): void => {
    const parts = Array.from({ length: bytes }, (_, index) => Math.floor(value / 256 ** index) % 256)
    file.set(form.bigEndian === true ? parts.reverse() : parts, at)
  }
  const word = is64 ? 8 : 4
  file.set([0x7f, 0x45, 0x4c, 0x46, is64 ? 2 : 1, form.bigEndian === true ? 2 : 1, 1])
  write(is64 ? 32 : 28, sizes.header, word)
  write(is64 ? 40 : 32, form.stripped === true ? 0 : tableAt, word)
  write(is64 ? 54 : 42, sizes.segment, 2)
  write(is64 ? 56 : 44, sections.length, 2)
  write(is64 ? 58 : 46, sizes.section, 2)
  write(is64 ? 60 : 48, form.stripped === true ? 0 : all.length + 1, 2)
  write(is64 ? 62 : 50, all.length, 2)
  for (const [index, section] of all.entries()) {
    const offset = offsets[index] ?? 0
    const address = section.address ?? 0
    file.set(section.bytes, offset)
    if (index < sections.length) {
      const at = sizes.header + sizes.segment * index
      write(at, 1, 4)
      write(at + (is64 ? 4 : 24), section.writable === true ? 6 : 4, 4)
      write(at + (is64 ? 8 : 4), offset, word)
      write(at + (is64 ? 16 : 8), address, word)
      write(at + (is64 ? 32 : 16), section.bytes.length, word)
    }
    const at = tableAt + sizes.section * (index + 1)
    write(at, names.indexOf(`\0${section.name}\0`) + 1, 4)
    write(at + 4, 1, 4)
    write(at + (is64 ? 16 : 12), address, word)
    write(at + (is64 ? 24 : 16), offset, word)
    write(at + (is64 ? 32 : 20), section.bytes.length, word)
  }
  return file
}

/** A PE32+ file. */
export function makePe(sections: readonly MadeSection[]): Buffer {
  const headerAt = 64
  const optionalBytes = 112
  const tableAt = headerAt + 24 + optionalBytes
  let end = align(tableAt + 40 * sections.length)
  const file = Buffer.alloc(end + sections.reduce((sum, { bytes }) => sum + align(bytes.length), 0))
  file.write('MZ')
  file.writeUInt32LE(headerAt, 0x3c)
  file.write('PE\0\0', headerAt)
  file.writeUInt16LE(sections.length, headerAt + 6)
  file.writeUInt16LE(optionalBytes, headerAt + 20)
  file.writeUInt16LE(0x20b, headerAt + 24)
  for (const [index, section] of sections.entries()) {
    const at = tableAt + 40 * index
    file.write(section.name.slice(0, 8), at)
    file.writeUInt32LE(section.address ?? 0, at + 12)
    file.writeUInt32LE(section.bytes.length, at + 16)
    file.writeUInt32LE(end, at + 20)
    file.writeUInt32LE(section.writable === true ? 0xc0000000 : 0x40000000, at + 36)
    file.set(section.bytes, end)
    end += align(section.bytes.length)
  }
  return file
}

/** A 64-bit Mach-O file with all sections in one segment. */
export function makeMacho(sections: readonly MadeSection[]): Buffer {
  const commandBytes = 72 + 80 * sections.length
  let end = align(32 + commandBytes)
  const file = Buffer.alloc(end + sections.reduce((sum, { bytes }) => sum + align(bytes.length), 0))
  file.writeUInt32LE(0xfeedfacf, 0)
  file.writeUInt32LE(1, 16)
  file.writeUInt32LE(commandBytes, 20)
  file.writeUInt32LE(0x19, 32)
  file.writeUInt32LE(commandBytes, 36)
  file.write('__DATA', 40)
  file.writeBigUInt64LE(BigInt(end), 32 + 40)
  file.writeBigUInt64LE(BigInt(file.length - end), 32 + 48)
  file.writeUInt32LE(3, 32 + 60)
  file.writeUInt32LE(sections.length, 32 + 64)
  for (const [index, section] of sections.entries()) {
    const at = 32 + 72 + 80 * index
    file.write(section.name.slice(0, 16), at)
    file.writeBigUInt64LE(BigInt(section.address ?? 0), at + 32)
    file.writeBigUInt64LE(BigInt(section.bytes.length), at + 40)
    file.writeUInt32LE(end, at + 48)
    file.set(section.bytes, end)
    end += align(section.bytes.length)
  }
  return file
}
