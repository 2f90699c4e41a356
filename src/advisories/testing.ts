// Synthetic feeds and advisories for tests of the store.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Advisory, AffectedPackage, Diagnostic } from '../model/index.ts'
import { fixedClock, LongwatchError, silentProgress } from '../platform/index.ts'
import type { FeedClient } from './feeds/client.ts'
import type { Feed, FeedRecord, FeedUpdate } from './feeds/feed.ts'
import { syncFeeds } from './sync.ts'
import type { SyncOptions, SyncResult } from './sync.ts'

/** An empty folder for a store, and what removes it. */
export function temporaryStore(): { readonly dbDir: string; remove(): void } {
  const dbDir = mkdtempSync(join(tmpdir(), 'longwatch-store-'))
  return { dbDir, remove: () => rmSync(dbDir, { recursive: true, force: true }) }
}

/** One affected package, `npm` and every version below 2.0.0 unless told otherwise. */
export function affectedPackage(name: string, more: Partial<AffectedPackage> = {}): AffectedPackage {
  return {
    ecosystem: 'npm',
    release: '',
    name,
    status: 'affected',
    ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    versions: [],
    ...more,
  }
}

/** An advisory about the package `lodash` unless told otherwise. */
export function advisory(id: string, more: Partial<Advisory> = {}): Advisory {
  return {
    feed: 'test',
    source: 'TEST',
    id,
    modified: '2026-01-01T00:00:00Z',
    aliases: [],
    cves: (more.aliases ?? []).filter((alias) => alias.startsWith('CVE-')),
    related: [],
    summary: `About ${id}`,
    references: [],
    cwes: [],
    severities: [],
    affected: [affectedPackage('lodash')],
    ...more,
  }
}

/** Records of advisories. */
export function records(...advisories: readonly Advisory[]): readonly FeedRecord[] {
  return advisories.map((advisory) => ({ kind: 'advisory', advisory }))
}

/** What a synthetic part has to say. */
export type PartNews =
  | {
      readonly mode: 'full' | 'delta'
      readonly records: readonly FeedRecord[]
      readonly diagnostics?: readonly Diagnostic[]
      /** Thrown after that many records. */
      readonly breaks?: { readonly after: number; readonly error: Error }
    }
  | 'unchanged'
  | { readonly failed: string }

/** A feed that has this to say, part by part. */
export function syntheticFeed(news: Readonly<Record<string, PartNews>>, name = 'test'): Feed {
  return {
    name,
    title: 'Synthetic',
    upstream: 'https://feed.invalid/',
    provides: 'advisories',
    licence: 'none',
    async *update(_scope, { clock }) {
      for (const [part, one] of Object.entries(news)) yield updateOf(part, one, clock.now().toISOString())
    },
  }
}

function updateOf(part: string, news: PartNews, now: string): FeedUpdate {
  if (news === 'unchanged') return { outcome: 'unchanged', part, checkedAt: now }
  if ('failed' in news) {
    return {
      outcome: 'failed',
      part,
      diagnostic: { level: 'error', code: news.failed, message: 'it was not to be had' },
    }
  }
  const { mode, breaks, diagnostics = [] } = news
  return {
    outcome: 'changed',
    part,
    mode,
    records: (async function* () {
      for (const [index, record] of news.records.entries()) {
        if (breaks?.after === index) throw breaks.error
        yield record
      }
      if (breaks !== undefined && breaks.after >= news.records.length) throw breaks.error
    })(),
    finish: () => ({
      state: {
        part,
        checkedAt: now,
        dataDate: '2026-02-01T00:00:00Z',
        records: news.records.length,
        refused: diagnostics.length,
        cursor: { etag: 'one' },
      },
      diagnostics,
    }),
    dispose: async () => undefined,
  }
}

const noClient: FeedClient = {
  get: () => Promise.reject(new LongwatchError('FEED_UNREACHABLE', 'synthetic feeds need no client')),
  locate: (url) => url,
}

/** Syncs synthetic feeds into a folder. */
export function sync(
  dbDir: string,
  feeds: Feed | readonly Feed[],
  more: Partial<SyncOptions> = {},
): Promise<SyncResult> {
  return syncFeeds({
    dbDir,
    feeds: 'update' in feeds ? [feeds] : feeds,
    scope: { ecosystems: 'all' },
    client: noClient,
    clock: fixedClock('2026-11-01T12:00:00Z'),
    progress: silentProgress,
    signal: new AbortController().signal,
    ...more,
  })
}
