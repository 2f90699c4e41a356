// Small files that are read and written whole.

import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes beside, flushes, renames, flushes the folder: after a crash there is the old text or the new one. */
export function writeDurably(path: string, text: string): void {
  const draft = `${path}.${process.pid}.new`
  writeFileSync(draft, text)
  syncPath(draft)
  renameSync(draft, path)
  syncPath(join(path, '..'))
}

/** Flushes a file or folder to the disk. */
export function syncPath(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Names in a folder, none when it is not there. */
export function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** The file's text, undefined when it is not there. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
