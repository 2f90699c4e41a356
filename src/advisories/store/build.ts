// Makes the next generation: reads updates, copies the live file, applies what differs, verifies, publishes. Up to the last
// rename nothing that anybody reads has changed.

import { constants, copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Diagnostic } from '../../model/index.ts'
import type { Clock } from '../../platform/index.ts'
import { LongwatchError, messageOf } from '../../platform/index.ts'
import type { FeedPartState, FeedUpdate } from '../feeds/feed.ts'
import { applyParts } from './apply.ts'
import { crc32OfFile } from './crc.ts'
import { corrupt, dataFile, openForBuilding, openForReading, storeError } from './environment.ts'
import type { Environment } from './environment.ts'
import { publishBuild } from './publish.ts'
import {
  buildingFolder,
  currentName,
  generationFolder,
  readDiagnostics,
  readHeader,
  readStates,
  writeDiagnostics,
  writeStates,
} from './generations.ts'
import type { GenerationHeader } from './generations.ts'
import { takeLock } from './lock.ts'
import { contentId, readMeta } from './meta.ts'
import type { FeedPartStatus } from './reader.ts'
import { spillBudget } from './spill.ts'
import { stagePart } from './stage.ts'
import type { StagedPart } from './stage.ts'

/** Events kept in memory before they go to disk. */
const spillBytes = 32 * 1024 * 1024

export interface BuildOptions {
  readonly dbDir: string
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly keep?: number
  readonly origin?: 'synced' | 'starter'
  /** Takes updates that lost more than a tenth of their records too. */
  readonly allowShrink?: boolean
  /** Takes it as a fact and no failure when a part that never was there is missing upstream. */
  readonly skipMissing?: boolean
}

/** What became of one update. */
export interface PartOutcome {
  readonly feed: string
  readonly part: string
  /** `absent`: upstream does not have it and never had; nothing is kept of that. */
  readonly outcome: 'changed' | 'unchanged' | 'failed' | 'absent'
  /** Of the data in use: the update's, or the last good one's when it failed. */
  readonly records: number
  readonly refused: number
  /** Empty when there never was any data. */
  readonly dataDate: string
  readonly failure?: { readonly code: string; readonly message: string; readonly remedy?: string }
}

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

export interface GenerationBuilder {
  /** A folder for temporary files; goes with the builder. */
  readonly scratch: string
  /** The state of a part after its last good sync. */
  previous(part: string): FeedPartState | undefined
  /** Reads an update to its end and disposes it. Throws when aborted, and when the disk is full. */
  add(feed: string, update: FeedUpdate): Promise<PartOutcome>
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

interface Base {
  readonly name: string
  readonly folder: string
  readonly header: GenerationHeader
  readonly environment: Environment
  readonly states: readonly FeedPartStatus[]
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

interface Collection {
  readonly builder: GenerationBuilder
  readonly budget: ReturnType<typeof spillBudget>
  staged(): readonly StagedPart[]
  states(): readonly FeedPartStatus[]
  diagnostics(): ReadonlyMap<string, readonly Diagnostic[]>
  close(): void
}

function createCollection(
  folder: string,
  base: Base | undefined,
  options: BuildOptions,
  pause: () => Promise<void>,
): Collection {
  const budget = spillBudget(spillBytes)
  const staged: StagedPart[] = []
  const states = new Map((base?.states ?? []).map((state) => [state.part, state]))
  const diagnostics = new Map(base === undefined ? [] : readDiagnostics(base.folder))
  const recordsBefore = base === undefined ? new Map<string, number>() : readMeta(base.environment).records
  const named = new Set<string>()
  const scratch = join(folder, 'scratch')

  function fail(feed: string, part: string, failure: Failure): PartOutcome {
    const known = states.get(part)
    const at = known?.failure?.at ?? options.clock.now().toISOString()
    const state = known ?? { part, checkedAt: '', dataDate: '', records: 0, refused: 0, cursor: {} }
    const { code, message } = failure
    if (code === 'FEED_MISSING' && known === undefined && options.skipMissing === true) {
      return { feed, part, outcome: 'absent', records: 0, refused: 0, dataDate: '' }
    }
    states.set(part, { ...state, feed, failure: { code, message, at } })
    const { records, refused, dataDate } = state
    return { feed, part, outcome: 'failed', records, refused, dataDate, failure }
  }

  function succeed(feed: string, state: FeedPartState, outcome: 'changed' | 'unchanged'): PartOutcome {
    const { part, checkedAt, dataDate, records, refused, cursor } = state
    states.set(part, { part, feed, checkedAt, dataDate, records, refused, cursor })
    return { feed, part, outcome, records, refused, dataDate }
  }

  async function addChanged(
    feed: string,
    update: Extract<FeedUpdate, { outcome: 'changed' }>,
  ): Promise<PartOutcome> {
    const { part, mode } = update
    const one = await stagePart(update, {
      base: base?.environment,
      recordsBefore: recordsBefore.get(part) ?? 0,
      scratch,
      number: staged.length,
      budget,
      pause,
    })
    if (mode === 'full' && options.allowShrink !== true && hasShrunk(one)) {
      one.spill.close()
      return fail(feed, part, shrank(one))
    }
    staged.push(one)
    diagnostics.set(part, one.diagnostics)
    return succeed(feed, one.state, one.differs ? 'changed' : 'unchanged')
  }

  return {
    budget,
    builder: {
      scratch,
      previous(part) {
        const state = states.get(part)
        return state === undefined || state.checkedAt === '' ? undefined : state
      },
      async add(feed, update) {
        const { part } = update
        try {
          if (named.has(part)) throw new Error(`the feed ${feed} gave the part ${part} twice`)
          named.add(part)
          if (update.outcome === 'failed') return fail(feed, part, update.diagnostic)
          if (update.outcome === 'changed') return await addChanged(feed, update)
          const known = states.get(part)
          if (known === undefined || known.checkedAt === '') {
            return fail(feed, part, {
              code: 'FEED_FAILED',
              message: 'unchanged, says the feed, but nothing is there',
            })
          }
          return succeed(feed, { ...known, checkedAt: update.checkedAt }, 'unchanged')
        } catch (error) {
          options.signal.throwIfAborted()
          const ours = storeError(error, folder)
          if (ours instanceof LongwatchError && ours.code.startsWith('STORE_')) throw ours
          return fail(feed, part, failureOf(ours))
        } finally {
          if (update.outcome === 'changed') await update.dispose()
        }
      },
    },
    staged: () => staged,
    states: () => [...states.values()],
    diagnostics: () => diagnostics,
    close() {
      for (const { spill } of staged) spill.close()
    },
  }
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly remedy?: string
}

/** A parser that stumbles costs its part, whatever it stumbled over. */
function failureOf(error: unknown): Failure {
  if (!(error instanceof LongwatchError)) return { code: 'FEED_FAILED', message: messageOf(error) }
  const { code, message, remedy } = error
  return { code, message, ...(remedy === undefined ? {} : { remedy }) }
}

/** More than a tenth gone: rather a fault upstream than so many withdrawals at once. */
const hasShrunk = ({ count, countBefore }: StagedPart): boolean => (countBefore - count) * 10 > countBefore

const shrank = ({ count, countBefore }: StagedPart): Failure => ({
  code: 'FEED_SHRANK',
  message: `it has ${count} records where there were ${countBefore}; the last good data stays in use`,
  remedy: 'If that is right, run `longwatch db update --allow-shrink`.',
})
