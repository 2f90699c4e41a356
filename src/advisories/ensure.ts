// Advisories for what an inventory holds: what the store lacks or has not asked for in a while is synced, and what cannot be had is
// said and not hidden.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnostic } from '../model/index.ts'
import { compareText, hasCode, LongwatchError } from '../platform/index.ts'
import type { Feed } from './feeds/feed.ts'
import { openAdvisories } from './store/open.ts'
import type { AdvisoryReader } from './store/reader.ts'
import { syncFeeds } from './sync.ts'
import type { SyncOptions, SyncResult } from './sync.ts'

export interface EnsureOptions extends Omit<SyncOptions, 'scope'> {
  /** `model/ecosystem.ts` names of what is to be judged. */
  readonly ecosystems: readonly string[]
  /** Data asked for longer ago is asked for again. */
  readonly maximumAgeMilliseconds: number
  /** Never ask: take what is there. */
  readonly offline: boolean
  /** The set that ships with Longwatch, for want of anything better. */
  readonly starter: Feed
}

export interface Ensured {
  /** The caller closes it. */
  readonly reader: AdvisoryReader
  /** Undefined when nothing had to be asked for. */
  readonly synced: SyncResult | undefined
  /** Why older data is used. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Opens advisories that know of `ecosystems`, syncing what is needed. When there are none and none can be had it is the starter set,
 * with a diagnostic that says so and why.
 */
export async function ensureAdvisories(options: EnsureOptions): Promise<Ensured> {
  const { dbDir, ecosystems, offline } = options
  const wanted = offline ? [] : staleOf(options)
  if (wanted.length === 0) {
    const reader = openOrUndefined(dbDir)
    if (reader !== undefined) return { reader, synced: undefined, diagnostics: [] }
    if (offline) return openStarter(options, noneYet(dbDir))
  }
  const scope = { ecosystems: wanted.length === 0 ? ecosystems : wanted }
  try {
    const synced = await syncFeeds({ ...options, scope })
    recordAsked(dbDir, scope.ecosystems, options.clock.now().toISOString())
    return { reader: openAdvisories(dbDir), synced, diagnostics: [] }
  } catch (error) {
    const reader = openOrUndefined(dbDir)
    if (!(error instanceof LongwatchError)) throw error
    if (reader === undefined) return openStarter(options, error)
    const diagnostic: Diagnostic = {
      level: 'warning',
      code: error.code,
      message: `the advisories could not be brought up to date: ${error.message}`,
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    }
    return { reader, synced: undefined, diagnostics: [diagnostic] }
  }
}

function noneYet(dbDir: string): LongwatchError {
  return new LongwatchError('NO_ADVISORIES', 'there is no advisory data yet', {
    place: dbDir,
    remedy: 'Run `longwatch db update`, or `longwatch db import FILE` without a network.',
    exitCode: 4,
  })
}

/** In a folder of its own: it must never be taken for what a sync brought. */
async function openStarter(options: EnsureOptions, why: LongwatchError): Promise<Ensured> {
  const dbDir = `${options.dbDir}-starter`
  await syncFeeds({
    ...options,
    dbDir,
    feeds: [options.starter],
    scope: { ecosystems: 'all' },
    origin: 'starter',
  })
  const diagnostic: Diagnostic = {
    level: 'warning',
    code: 'STARTER_ADVISORIES',
    message: `only the small set of advisories that ships with Longwatch was used: ${why.message}`,
    ...(why.remedy === undefined ? {} : { remedy: why.remedy }),
  }
  return { reader: openAdvisories(dbDir), synced: undefined, diagnostics: [diagnostic] }
}

function openOrUndefined(dbDir: string): AdvisoryReader | undefined {
  try {
    return openAdvisories(dbDir)
  } catch (error) {
    if (['NO_ADVISORIES', 'STORE_VERSION', 'STORE_CORRUPT'].some((code) => hasCode(error, code)))
      return undefined
    throw error
  }
}

/** Ecosystems that were never asked for, or too long ago. */
function staleOf({ clock, dbDir, ecosystems, maximumAgeMilliseconds }: EnsureOptions): readonly string[] {
  const asked = readAsked(dbDir)
  const now = clock.now().getTime()
  return ecosystems.filter((name) => !(now - Date.parse(asked.get(name) ?? '') <= maximumAgeMilliseconds))
}

/** When each ecosystem was last asked for, by name. */
export function readAsked(dbDir: string): ReadonlyMap<string, string> {
  try {
    return new Map(
      Object.entries(JSON.parse(readFileSync(join(dbDir, 'asked.json'), 'utf8')) as Record<string, string>),
    )
  } catch {
    return new Map() // nothing was asked, or nobody knows: it is asked again
  }
}

/** Remembers that the ecosystems were asked for. */
export function recordAsked(dbDir: string, ecosystems: readonly string[], at: string): void {
  const asked = new Map(readAsked(dbDir))
  for (const name of ecosystems) asked.set(name, at)
  mkdirSync(dbDir, { recursive: true })
  const path = join(dbDir, 'asked.json')
  const draft = `${path}.${process.pid}.new`
  writeFileSync(
    draft,
    JSON.stringify(Object.fromEntries([...asked].sort(([a], [b]) => compareText(a, b))), null, 1),
  )
  renameSync(draft, path)
}
