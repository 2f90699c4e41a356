// What the readers of ELF, PE and Mach-O have in common.

/** A section or segment: where it is in the file and in memory. */
export interface Section {
  readonly name: string
  readonly address: number
  readonly offset: number
  readonly size: number
  readonly writable: boolean
}

export interface Executable {
  readonly format: 'elf' | 'pe' | 'macho'
  readonly sections: readonly Section[]
  /** Where memory comes from: segments of ELF and Mach-O, sections of PE. */
  readonly segments: readonly Section[]
}

/** Tables longer than these are no compiler's. */
export const maximumSections = 4096

/** The same bytes as a Buffer. */
export function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** A 64-bit number as a JavaScript number; undefined above the safe range. */
export function safeNumber(value: bigint): number | undefined {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined
}
