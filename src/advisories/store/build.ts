// Makes the next generation: reads updates, copies the live file, applies what differs, verifies, publishes. Up to the last
// rename nothing that anybody reads has changed.

import { constants, copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { LongwatchError } from '../../platform/index.ts'
import { applyParts } from './apply.ts'
import { createCollection } from './collect.ts'
import type { Base, BuildOptions, Collection, GenerationBuilder } from './collect.ts'
import { crc32OfFile } from './crc.ts'
import { corrupt, dataFile, openForBuilding, openForReading, storeError } from './environment.ts'
import { publishBuild } from './publish.ts'
import {
  buildingFolder,
  currentName,
  generationFolder,
  readHeader,
  readStates,
  writeDiagnostics,
  writeStates,
} from './generations.ts'
import { takeLock } from './lock.ts'
import { contentId } from './meta.ts'

export interface BuildResult {
  readonly before: string | undefined
  /** Name and content id of the live generation afterwards; equal to the one before when nothing changed. */
  readonly name: string
  readonly id: string
  readonly nameBefore: string | undefined
  readonly published: boolean
  /** Why the live generation could not be built upon, when it could not. */
  readonly rebuilt?: LongwatchError
  readonly removed: readonly string[]
  /** Canonical ids of groups of aliases that are suspiciously large, among those that were touched. */
  readonly largeGroups: readonly string[]
}

/**
 * Runs `collect`, which adds updates, under the store's lock and publishes what they make. Without anything to publish and
 * without a live generation it gives undefined. Throws `STORE_LOCKED`, `STORE_DISK_FULL`, the signal's reason; the live
 * generation is then as it was.
 */
export async function buildGeneration(
  options: BuildOptions,
  collect: (builder: GenerationBuilder) => Promise<void>,
): Promise<BuildResult | undefined> {
  const { dbDir, clock } = options
  const lock = takeLock(dbDir, clock)
  const folder = join(buildingFolder(dbDir), String(process.pid))
  try {
    rmSync(buildingFolder(dbDir), { recursive: true, force: true })
    mkdirSync(join(folder, 'scratch'), { recursive: true })
    mkdirSync(join(folder, 'generation'))
    return await buildIn(folder, options, collect)
  } catch (error) {
    throw storeError(error, dbDir)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    lock.release()
  }
}

/**
 * The live generation, read to its end and held against its checksum: what is damaged is not built upon. An error when it cannot
 * be used.
 */
async function openBase(
  dbDir: string,
  pause: () => Promise<void>,
): Promise<Base | LongwatchError | undefined> {
  const name = currentName(dbDir)
  if (name === undefined) return undefined
  const folder = generationFolder(dbDir, name)
  try {
    const header = readHeader(folder)
    const states = readStates(folder)
    const path = join(folder, dataFile)
    if ((await crc32OfFile(path, pause)) !== header.crc32) return corrupt(path, 'its file was changed')
    return { name, folder, header, states, environment: openForReading(folder, header.bytes) }
  } catch (error) {
    if (error instanceof LongwatchError) return error
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return corrupt(folder, error.message, error)
    throw error
  }
}

async function buildIn(
  folder: string,
  options: BuildOptions,
  collect: (builder: GenerationBuilder) => Promise<void>,
): Promise<BuildResult | undefined> {
  const pause = async (): Promise<void> => {
    await setImmediate()
    options.signal.throwIfAborted()
  }
  const opened = await openBase(options.dbDir, pause)
  const base = opened instanceof LongwatchError ? undefined : opened
  // What ships with Longwatch is not mixed with what was synced.
  const usable = base?.header.origin === (options.origin ?? 'synced') ? base : undefined
  const collection = createCollection(folder, usable, options, pause)
  try {
    await collect(collection.builder)
    options.signal.throwIfAborted()
    const staged = collection.staged()
    const rebuilt = opened instanceof LongwatchError ? { rebuilt: opened } : {}
    if (usable !== undefined && staged.every(({ differs }) => !differs)) {
      return { ...refreshed(usable, collection), ...rebuilt }
    }
    if (staged.length === 0) {
      if (base === undefined) return undefined
      return { ...unchanged(base), ...rebuilt }
    }
    return { ...(await makeGeneration(folder, usable, collection, options, pause)), ...rebuilt }
  } finally {
    collection.close()
    await base?.environment.root.close()
  }
}

const unchanged = (base: Base): BuildResult => ({
  before: base.header.id,
  nameBefore: base.name,
  name: base.name,
  id: base.header.id,
  published: false,
  removed: [],
  largeGroups: [],
})

/** The same content, looked at again: only dates and failures change. */
function refreshed(base: Base, collection: Collection): BuildResult {
  writeStates(base.folder, collection.states())
  writeDiagnostics(base.folder, collection.diagnostics())
  return unchanged(base)
}

async function makeGeneration(
  folder: string,
  base: Base | undefined,
  collection: Collection,
  options: BuildOptions,
  pause: () => Promise<void>,
): Promise<BuildResult> {
  const { clock } = options
  const build = join(folder, 'generation')
  if (base !== undefined) {
    copyFileSync(join(base.folder, dataFile), join(build, dataFile), constants.COPYFILE_FICLONE)
  }
  const environment = openForBuilding(build)
  let id: string
  let largeGroups: readonly string[]
  try {
    const budget = collection.budget
    largeGroups = await applyParts(environment, collection.staged(), {
      scratch: join(folder, 'scratch'),
      budget,
      pause,
    })
    id = contentId(environment)
    await environment.root.flushed
  } finally {
    await environment.root.close()
  }
  if (base !== undefined && id === base.header.id) return refreshed(base, collection)
  await pause()
  writeStates(build, collection.states())
  writeDiagnostics(build, collection.diagnostics())
  const header = { id, origin: options.origin ?? 'synced', createdAt: clock.now().toISOString() }
  const { name, removed } = await publishBuild(build, header, { ...options, pause })
  return { before: base?.header.id, nameBefore: base?.name, name, id, published: true, removed, largeGroups }
}
