// Brings the store up to date: asks every feed for its news and publishes what they make together. What could not be had stays
// as it was, and its state says so.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnostic } from '../model/index.ts'
import type { Clock, Progress } from '../platform/index.ts'
import { LongwatchError, messageOf } from '../platform/index.ts'
import type { FeedClient } from './feeds/client.ts'
import type { Feed, FeedContext, FeedScope } from './feeds/feed.ts'
import type { BuildResult } from './store/build.ts'
import { buildGeneration } from './store/build.ts'
import type { GenerationBuilder, PartOutcome } from './store/collect.ts'
import { diffGenerations, summarizeDiff } from './store/diff.ts'
import type { DiffSummary } from './store/diff.ts'
import { rememberScope } from './store/scope.ts'

export interface SyncOptions {
  /** The store's folder; made when missing. */
  readonly dbDir: string
  readonly feeds: readonly Feed[]
  readonly scope: FeedScope
  readonly client: FeedClient
  readonly clock: Clock
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Generations kept besides those that are being read; three by default. */
  readonly keep?: number
  /** Takes full updates that lost more than a tenth of their records too. */
  readonly allowShrink?: boolean
  /** `starter` for the set that ships with Longwatch; `synced` by default. */
  readonly origin?: 'synced' | 'starter'
  /** A part that never was there and is missing upstream is `absent` and no failure: for scopes that nobody named. */
  readonly skipMissing?: boolean
}

export interface SyncResult {
  /** In the order in which the feeds gave them. */
  readonly parts: readonly PartOutcome[]
  /** Content id of the live generation before; undefined when there was none that could be read. */
  readonly before: string | undefined
  readonly after: string
  /** Name of the live generation now. */
  readonly generation: string
  /** False when nothing changed and the live generation stayed. */
  readonly published: boolean
  /** Undefined for a first generation. */
  readonly changes: DiffSummary | undefined
  /** What is worth a look though nothing failed: `ALIAS_GROUP_LARGE`. */
  readonly warnings: readonly Diagnostic[]
  /** Why the old store could not be built upon (`STORE_VERSION`, `STORE_CORRUPT`), when it could not. */
  readonly rebuilt: { readonly code: string; readonly message: string } | undefined
}

/**
 * Syncs the feeds one after the other. Failures of feeds are in the result and in the generation's states. Throws
 * `NO_ADVISORIES` when everything failed and there was nothing before, `STORE_LOCKED`, `STORE_DISK_FULL`, and the signal's
 * reason; the live generation is then untouched.
 */
export async function syncFeeds(options: SyncOptions): Promise<SyncResult> {
  const { dbDir, clock, signal, keep, allowShrink, skipMissing, origin } = options
  const parts: PartOutcome[] = []
  const result = await buildGeneration(
    {
      dbDir,
      clock,
      signal,
      ...(keep === undefined ? {} : { keep }),
      ...(allowShrink === undefined ? {} : { allowShrink }),
      ...(origin === undefined ? {} : { origin }),
      ...(skipMissing === undefined ? {} : { skipMissing }),
    },
    async (builder) => {
      for (const feed of options.feeds) await syncFeed(feed, builder, options, parts)
    },
  )
  if (result === undefined) throw nothingCame(dbDir, parts)
  rememberScope(dbDir, options.scope.ecosystems)
  return {
    parts,
    before: result.before,
    after: result.id,
    generation: result.name,
    published: result.published,
    changes: await changesOf(dbDir, result),
    warnings: result.largeGroups.map(largeGroup),
    rebuilt:
      result.rebuilt === undefined
        ? undefined
        : { code: result.rebuilt.code, message: result.rebuilt.message },
  }
}

function largeGroup(canonical: string): Diagnostic {
  return {
    level: 'warning',
    code: 'ALIAS_GROUP_LARGE',
    message: `very many ids are called the same as ${canonical}: some alias is probably wrong`,
    remedy: `Look at them with \`longwatch db search ${canonical}\`.`,
    place: `record ${canonical}`,
  }
}

async function syncFeed(
  feed: Feed,
  builder: GenerationBuilder,
  { scope, client, clock, progress, signal }: SyncOptions,
  parts: PartOutcome[],
): Promise<void> {
  const scratch = join(builder.scratch, `feed-${feed.name.replaceAll(/[^\w-]/g, '_')}`)
  mkdirSync(scratch, { recursive: true })
  const context: FeedContext = {
    client,
    clock,
    progress,
    signal,
    scratch,
    previous: (part) => builder.previous(part),
  }
  try {
    for await (const update of feed.update(scope, context)) parts.push(await builder.add(feed.name, update))
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof LongwatchError && error.code.startsWith('STORE_')) throw error
    // A feed promises not to throw; when it does all the same, the others go on.
    const diagnostic = {
      level: 'error',
      code: error instanceof LongwatchError ? error.code : 'FEED_FAILED',
      message: messageOf(error),
    } as const
    parts.push(await builder.add(feed.name, { outcome: 'failed', part: feed.name, diagnostic }))
  }
}

async function changesOf(dbDir: string, result: BuildResult): Promise<DiffSummary | undefined> {
  if (result.nameBefore === undefined) return undefined
  return summarizeDiff(await diffGenerations(dbDir, result.nameBefore, result.name))
}

function nothingCame(dbDir: string, parts: readonly PartOutcome[]): LongwatchError {
  const first = parts.find(({ failure }) => failure !== undefined)
  const why =
    first === undefined
      ? 'no feed was asked'
      : `${first.part}: ${first.failure?.message ?? first.failure?.code}`
  const others = parts.filter(({ failure }) => failure !== undefined).length - 1
  return new LongwatchError(
    'NO_ADVISORIES',
    `no advisory data could be had, and there is none yet: ${why}${others > 0 ? ` (and ${others} more)` : ''}`,
    {
      place: dbDir,
      remedy:
        first?.failure?.remedy ??
        'Check the network, or sync from a mirror with `longwatch db update --feeds URL|FOLDER`.',
      exitCode: 4,
    },
  )
}
