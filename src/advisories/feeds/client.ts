// The door to upstream: the same requests against https hosts, a mirror's base URL, or a folder.

import type { Readable } from 'node:stream'

export interface FeedRequest {
  /** Validators of the last good answer; makes the request conditional. */
  readonly etag?: string
  readonly lastModified?: string
  /** Refuse bodies larger than this. */
  readonly maximumBytes: number
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

export type FeedResponse =
  | { readonly status: 'not-modified' }
  | { readonly status: 'missing' }
  | {
      readonly status: 'ok'
      readonly etag?: string
      readonly lastModified?: string
      readonly length?: number
      /** The decoded body; errors when it ends early, stalls or exceeds `maximumBytes`. The caller reads or destroys it. */
      readonly body: Readable
    }

export interface FeedClient {
  /**
   * Gets an upstream URL, wherever it is mirrored. Retries 429, 5xx and broken connections with backoff and jitter (and Retry-After);
   * then throws a LongwatchError (`FEED_UNREACHABLE`, `FEED_REFUSED`, `FEED_TRUNCATED`, `FEED_TOO_LARGE`).
   */
  get(upstreamUrl: string, request: FeedRequest): Promise<FeedResponse>
  /** Where the URL is really read from, for messages and evidence. */
  locate(upstreamUrl: string): string
}
