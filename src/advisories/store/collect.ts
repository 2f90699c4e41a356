// Takes the updates of feeds in, one by one, and says of each what became of it: what is new waits in stages, and the states and
// diagnostics of all parts are kept for the generation that will come of it.

import { join } from 'node:path'
import type { Diagnostic } from '../../model/index.ts'
import type { Clock } from '../../platform/index.ts'
import { LongwatchError, messageOf } from '../../platform/index.ts'
import type { FeedPartState, FeedUpdate } from '../feeds/feed.ts'
import type { Environment } from './environment.ts'
import { storeError } from './environment.ts'
import { readDiagnostics } from './generations.ts'
import type { GenerationHeader } from './generations.ts'
import { readMeta } from './meta.ts'
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

export interface GenerationBuilder {
  /** A folder for temporary files; goes with the builder. */
  readonly scratch: string
  /** The state of a part after its last good sync. */
  previous(part: string): FeedPartState | undefined
  /** Reads an update to its end and disposes it. Throws when aborted, and when the disk is full. */
  add(feed: string, update: FeedUpdate): Promise<PartOutcome>
}

/** The live generation as a builder opened it. */
export interface Base {
  readonly name: string
  readonly folder: string
  readonly header: GenerationHeader
  readonly environment: Environment
  readonly states: readonly FeedPartStatus[]
}

export interface Collection {
  readonly builder: GenerationBuilder
  readonly budget: ReturnType<typeof spillBudget>
  staged(): readonly StagedPart[]
  states(): readonly FeedPartStatus[]
  diagnostics(): ReadonlyMap<string, readonly Diagnostic[]>
  close(): void
}

/** An empty collection over the live generation. The caller closes it. */
export function createCollection(
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
