// What every feed offers: fetch brings bytes and knows whether anything changed, parse sees bytes only.
// A feed is one folder (fetch, parse, schema, tests, samples) and one line in registry.ts.

import type { Advisory, Diagnostic, Signals } from '../../model/index.ts'
import type { FeedClient } from './client.ts'
import type { Clock, Progress } from '../../platform/index.ts'

/** Which part of a feed is wanted; feeds that are not split by ecosystem ignore it. */
export interface FeedScope {
  /** `model/ecosystem.ts` names whose advisories are wanted; `all` for every one the feed has. */
  readonly ecosystems: readonly string[] | 'all'
  /** Distribution releases wanted (`v3.19`), where a feed has a file for each; `all` by default. */
  readonly releases?: readonly string[] | 'all'
}

/** What was known of a part after its last good sync; kept as JSON in the store's feed table. */
export interface FeedPartState {
  /** Name of the part, unique over all feeds: `osv/Debian`, `kev`, `amazon/al2023/core/x86_64`. */
  readonly part: string
  /** When it was last fetched or found unchanged. ISO 8601. */
  readonly checkedAt: string
  /** The data's own date: newest `modified`, catalogue release, score date. ISO 8601. */
  readonly dataDate: string
  readonly records: number
  readonly refused: number
  /** Whatever the feed needs to ask for changes only: ETag, Last-Modified, fingerprint, newest modified. */
  readonly cursor: Readonly<Record<string, string>>
}

/** One thing a feed says. */
export type FeedRecord =
  | { readonly kind: 'advisory'; readonly advisory: Advisory }
  /** The record of that id is gone from the feed. */
  | { readonly kind: 'removed'; readonly id: string }
  /** Facts about one CVE; replaces what the same feed said about it before. */
  | { readonly kind: 'signals'; readonly cve: string; readonly signals: Signals }
  /** The end of life of a product's release cycle. */
  | { readonly kind: 'lifecycle'; readonly lifecycle: ProductCycle }

/** One release cycle of a product, from endoflife.date. */
export interface ProductCycle {
  readonly product: string
  readonly cycle: string
  readonly releaseDate?: string
  /** The last day of support: a date, or a plain yes or no. */
  readonly endOfLife: string | boolean
  readonly support?: string | boolean
  readonly extendedSupport?: string | boolean
  readonly lts?: boolean
  readonly latest?: string
}

/** The news of one part of a feed. */
export type FeedUpdate =
  | { readonly outcome: 'unchanged'; readonly part: string; readonly checkedAt: string }
  | {
      readonly outcome: 'changed'
      readonly part: string
      /** `full`: the records are all there is, what is missing is gone. `delta`: only what changed. */
      readonly mode: 'full' | 'delta'
      /**
       * The records, read once. Throws a LongwatchError when the part turns out truncated or malformed as a whole: nothing of
       * it may then be used. A single bad record is a diagnostic, not an error.
       */
      readonly records: AsyncIterable<FeedRecord>
      /** Asked after `records` ended: the state to keep, and one diagnostic for each refused record. */
      finish(): { readonly state: FeedPartState; readonly diagnostics: readonly Diagnostic[] }
      /** Removes temporary files. Always called. */
      dispose(): Promise<void>
    }
  /** Could not be had, or what came cannot be trusted: the last good one stays. */
  | { readonly outcome: 'failed'; readonly part: string; readonly diagnostic: Diagnostic }

export interface FeedContext {
  readonly client: FeedClient
  readonly clock: Clock
  readonly progress: Progress
  readonly signal: AbortSignal
  /** A folder for temporary files, removed by the caller in the end. */
  readonly scratch: string
  /** The state of that part after its last good sync, if there was one. */
  previous(part: string): FeedPartState | undefined
}

export interface Feed {
  /** `osv`, `kev`, `epss`, `amazon`, … */
  readonly name: string
  readonly title: string
  /** The upstream's base URL, with host; `--feeds` replaces what is before the host. */
  readonly upstream: string
  /** `advisories` are synced on demand by ecosystem, `signals` and `lifecycles` always. */
  readonly provides: 'advisories' | 'signals' | 'lifecycles'
  /** Where the data may be used and under which terms, one line for `db status`. */
  readonly licence: string
  /**
   * Yields one update for each part that the scope touches, one after the other; the caller consumes and disposes each before
   * it asks for the next. Never throws for what upstream does: that is `failed`.
   */
  update(scope: FeedScope, context: FeedContext): AsyncIterable<FeedUpdate>
}
