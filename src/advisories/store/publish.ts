// The last steps of a build: look whether it is whole, say what it is, put it in place of the old one.

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { LongwatchError } from '../../platform/index.ts'
import { crc32OfFile } from './crc.ts'
import { corrupt, dataFile, openForReading } from './environment.ts'
import { schemaVersion } from './format.ts'
import {
  collectGarbage,
  currentName,
  generationFolder,
  publish,
  readHeader,
  readStates,
  writeHeader,
} from './generations.ts'
import type { GenerationHeader } from './generations.ts'
import { verifyEnvironment } from './verify.ts'

/** Generations that are kept besides those somebody reads. */
const defaultKeep = 3

export interface PublishOptions {
  readonly dbDir: string
  readonly signal: AbortSignal
  readonly keep?: number
  readonly pause: () => Promise<void>
}

export interface Published {
  /** Name of the live generation now. */
  readonly name: string
  readonly id: string
  /** Content id of the live generation before. */
  readonly before: string | undefined
  /** False when the live generation had the same content and stayed. */
  readonly published: boolean
  /** Generations that were removed since nobody needs them. */
  readonly removed: readonly string[]
}

/**
 * Publishes a folder with an LMDB file, states and diagnostics, unless the live generation has the same content. Called by the
 * holder of the lock.
 */
export async function publishBuild(
  build: string,
  made: Pick<GenerationHeader, 'id' | 'origin' | 'createdAt'>,
  { dbDir, signal, keep, pause }: PublishOptions,
): Promise<Published> {
  const { id, origin, createdAt } = made
  const old = currentName(dbDir)
  const before = old === undefined ? undefined : await idOf(dbDir, old)
  if (old !== undefined && before === id) return { name: old, id, before, published: false, removed: [] }
  const path = join(build, dataFile)
  const bytes = statSync(path).size
  const crc32 = await crc32OfFile(path, pause)
  await checkBuild(build, bytes, id, pause)
  writeHeader(build, { schemaVersion, id, createdAt, origin, bytes, crc32 })
  signal.throwIfAborted()
  const name = publish(dbDir, build, id)
  const removed = collectGarbage(dbDir, keep ?? defaultKeep, old === undefined ? [] : [old])
  return { name, id, before, published: true, removed }
}

/** The id of a generation that can be opened; undefined for others, which are replaced whatever they hold. */
async function idOf(dbDir: string, name: string): Promise<string | undefined> {
  try {
    const folder = generationFolder(dbDir, name)
    const { id, bytes } = readHeader(folder)
    readStates(folder)
    await openForReading(folder, bytes).root.close()
    return id
  } catch (error) {
    if (error instanceof LongwatchError) return undefined
    throw error
  }
}

/** Opens what was built as a reader would, and looks whether it says of itself what it holds. */
async function checkBuild(
  build: string,
  bytes: number,
  id: string,
  pause: () => Promise<void>,
): Promise<void> {
  const environment = openForReading(build, bytes)
  try {
    const problem = await verifyEnvironment(environment, id, 'quick', pause)
    if (problem !== undefined) throw corrupt(build, `the new generation did not pass its check: ${problem}`)
  } finally {
    await environment.root.close()
  }
}
