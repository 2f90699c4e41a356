// Events that wait for their turn: sorted into partitions as they come, kept in memory up to a bound and on disk beyond it,
// and read back one partition at a time. So a full compile needs the memory of one partition, and a small one no disk.

import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const firstBytes = 4096

interface Partition {
  buffer: Buffer
  used: number
  file: number | undefined
  written: number
}

export interface Spill {
  /** Appends a frame to a partition. */
  add(partition: number, frame: Buffer): void
  /** All frames of a partition in the order they were added; frees them. Each buffer may be kept. */
  take(partition: number): Buffer[]
  /** Closes and removes the files. */
  close(): void
}

/** What several spills may hold in memory together. */
export interface SpillBudget {
  readonly limit: number
  used: number
  readonly spills: Set<() => void>
}

/** A budget of that many bytes. */
export function spillBudget(limit: number): SpillBudget {
  return { limit, used: 0, spills: new Set() }
}

/** A spill whose files are `folder/name.N`. The caller closes it. */
export function createSpill(folder: string, name: string, partitions: number, budget: SpillBudget): Spill {
  const parts: Partition[] = Array.from({ length: partitions }, () => ({
    buffer: Buffer.alloc(0),
    used: 0,
    file: undefined,
    written: 0,
  }))
  const pathOf = (index: number): string => join(folder, `${name}.${index}`)
  const partOf = (index: number): Partition => {
    const part = parts[index]
    if (part === undefined) throw new RangeError(`no partition ${index}`)
    return part
  }

  function flush(): void {
    for (const [index, part] of parts.entries()) {
      if (part.used === 0) continue
      part.file ??= openSync(pathOf(index), 'w+')
      writeAll(part.file, part.buffer.subarray(0, part.used), part.written)
      part.written += part.used
      budget.used -= part.used
      part.used = 0
      part.buffer = Buffer.alloc(0)
    }
  }
  budget.spills.add(flush)

  return {
    add(partition, frame) {
      const part = partOf(partition)
      const needed = part.used + 4 + frame.length
      if (needed > part.buffer.length) {
        const larger = Buffer.allocUnsafe(Math.max(firstBytes, part.buffer.length * 2, needed))
        part.buffer.copy(larger, 0, 0, part.used)
        part.buffer = larger
      }
      part.buffer.writeUInt32LE(frame.length, part.used)
      frame.copy(part.buffer, part.used + 4)
      budget.used += needed - part.used
      part.used = needed
      if (budget.used > budget.limit) for (const other of budget.spills) other()
    },
    take(partition) {
      const part = partOf(partition)
      const whole = Buffer.allocUnsafe(part.written + part.used)
      if (part.file !== undefined) {
        for (let done = 0; done < part.written;) {
          const got = readSync(part.file, whole, done, part.written - done, done)
          if (got === 0) throw new Error(`a temporary file ended early: ${pathOf(partition)}`)
          done += got
        }
        closeSync(part.file)
        rmSync(pathOf(partition), { force: true })
      }
      part.buffer.copy(whole, part.written, 0, part.used)
      budget.used -= part.used
      parts[partition] = { buffer: Buffer.alloc(0), used: 0, file: undefined, written: 0 }
      const frames: Buffer[] = []
      for (let at = 0; at < whole.length;) {
        const length = whole.readUInt32LE(at)
        frames.push(whole.subarray(at + 4, at + 4 + length))
        at += 4 + length
      }
      return frames
    },
    close() {
      budget.spills.delete(flush)
      for (const [index, part] of parts.entries()) {
        budget.used -= part.used
        if (part.file === undefined) continue
        closeSync(part.file)
        rmSync(pathOf(index), { force: true })
      }
      parts.length = 0
    },
  }
}

/** Writes all bytes at a position; `writeSync` may write fewer than it was given. */
export function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done)
  }
}
