// Build information as Go's linkers write it, for tests.

const sentinel = Buffer.alloc(16, 0xaa)
const magic = Buffer.from('\xff Go buildinf:', 'latin1')

/** The modules' text between its marks. */
export function goModules(lines: readonly string[]): Buffer {
  return Buffer.concat([sentinel, Buffer.from(`${lines.join('\n')}\n`), sentinel])
}

/** Go 1.18 and later. */
export function inlineBuildInfo(version: string, modules: Buffer): Buffer {
  const header = Buffer.alloc(32)
  header.set(magic)
  header[14] = 8
  header[15] = 2
  return Buffer.concat([
    header,
    varint(version.length),
    Buffer.from(version),
    varint(modules.length),
    modules,
  ])
}

/** Go 1.12 to 1.17, with everything in one section that lies at `address`. */
export function pointerBuildInfo(version: string, modules: Buffer, address: number): Buffer {
  const header = Buffer.alloc(32 + 32)
  header.set(magic)
  header[14] = 8
  const word = (at: number, value: number): void => {
    header.writeBigUInt64LE(BigInt(value), at)
  }
  word(16, address + 32)
  word(24, address + 48)
  word(32, address + 64)
  word(40, version.length)
  word(48, address + 64 + version.length)
  word(56, modules.length)
  return Buffer.concat([header, Buffer.from(version), modules])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 0x80)
  return Buffer.from([...bytes, rest])
}
