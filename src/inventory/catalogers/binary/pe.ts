// PE, of Windows: https://learn.microsoft.com/en-us/windows/win32/debug/pe-format

import type { FileContent } from '../../filesystems/tree.ts'
import { buffer, maximumSections } from './layout.ts'
import type { Executable, Section } from './layout.ts'

const sectionBytes = 40
const writableFlag = 0x80000000

export async function parsePe(content: FileContent, head: Buffer): Promise<Executable | undefined> {
  const at = head.readUInt32LE(0x3c)
  const header = buffer(await content.read(at, 24 + 64))
  if (header.length < 24 + 64 || header.toString('latin1', 0, 4) !== 'PE\0\0') return undefined
  const count = header.readUInt16LE(6)
  const optionalBytes = header.readUInt16LE(20)
  if (count > maximumSections) return undefined
  const kind = header.readUInt16LE(24)
  // PE32+ has a base of 64 bits; addresses in the tables are relative to it.
  const base = kind === 0x20b ? Number(header.readBigUInt64LE(24 + 24)) : header.readUInt32LE(24 + 28)
  const table = buffer(await content.read(at + 24 + optionalBytes, count * sectionBytes))
  if (table.length < count * sectionBytes) return undefined
  const sections = Array.from({ length: count }, (_, index): Section => {
    const record = table.subarray(index * sectionBytes, (index + 1) * sectionBytes)
    const name = record.toString('latin1', 0, 8)
    return {
      name: name.replace(/\0.*$/s, ''),
      address: base + record.readUInt32LE(12),
      size: record.readUInt32LE(16),
      offset: record.readUInt32LE(20),
      writable: (record.readUInt32LE(36) & writableFlag) !== 0,
    }
  }).filter(({ offset, size }) => offset + size <= content.size)
  return { format: 'pe', sections, segments: sections }
}
