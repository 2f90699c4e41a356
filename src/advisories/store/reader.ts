// What the rest of the house sees of a compiled generation.

import type { AffectedPackage, PackageKey, Signals, Vulnerability, Advisory } from '../../model/index.ts'
import type { FeedPartState, ProductCycle } from '../feeds/feed.ts'

/** One advisory's word on one package key, with what matching needs and nothing more. */
export interface AffectedEntry extends AffectedPackage {
  readonly feed: string
  /** The advisory's id in that feed. */
  readonly advisory: string
  readonly source: string
  /** The vulnerabilities it is about, after alias merging: CVEs, or the id that stands for a group without one. Sorted. */
  readonly vulnerabilityIds: readonly string[]
  readonly modified: string
}

export interface GenerationInfo {
  /** Digest over content: two generations with equal ids answer every question alike. */
  readonly id: string
  readonly createdAt: string
  readonly schemaVersion: number
  readonly parts: readonly FeedPartStatus[]
  /** `synced`, or `starter` for the set that ships with Longwatch. */
  readonly origin: 'synced' | 'starter'
}

/** A part of a feed inside a generation, with what went wrong since. */
export interface FeedPartStatus extends FeedPartState {
  readonly feed: string
  /** The last attempt failed: why, since when. The data is that of `dataDate` all the same. */
  readonly failure?: { readonly code: string; readonly message: string; readonly at: string }
}

/** An open generation. All look-ups are synchronous, need no network, and see one consistent state until `close`. */
export interface AdvisoryReader {
  readonly info: GenerationInfo
  /** Withdrawn advisories are not among them. Sorted by feed and advisory. */
  lookup(key: PackageKey): readonly AffectedEntry[]
  /** True when that ecosystem and release has advisories at all: without, the answer is "not assessed" and not "clean". */
  covers(ecosystem: string, release: string): boolean
  /** By canonical id. */
  vulnerability(id: string): Vulnerability | undefined
  signals(cve: string): Signals
  /** The canonical ids that an id or alias stands for; several when it is a record about several CVEs. */
  resolve(idOrAlias: string): readonly string[]
  /** The record as it was parsed, withdrawn ones too. */
  advisory(feed: string, id: string): Advisory | undefined
  /** Keys whose name contains or equals the text, at most `limit`. */
  searchPackages(text: string, limit: number): readonly PackageKey[]
  /** The release cycles of a product; none when nobody speaks of it. */
  lifecycle(product: string): readonly ProductCycle[]
  close(): Promise<void>
}
