// NVD's enrichment of CVEs. A first sync takes some 150 pages at the rate that NVD allows, so the feed is switched on by who
// wants it. https://nvd.nist.gov/developers/start-here

import { setTimeout as sleep } from 'node:timers/promises'
import { LongwatchError } from '../../../platform/index.ts'
import type { Feed, FeedContext, FeedRecord, FeedUpdate } from '../feed.ts'
import { readText } from '../fetch-file.ts'
import type { Tally } from '../part.ts'
import { asMalformed, changedPart, failedPart, missingPart, unchangedPart } from '../part.ts'
import type { NvdPage } from './parse.ts'
import { parseNvdPage, recordsOfNvdPage } from './parse.ts'

export interface NvdOptions {
  /** Allows 50 requests in 30 seconds instead of 5. https://nvd.nist.gov/developers/request-an-api-key */
  readonly apiKey?: string
  /** Waits between requests; for tests. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

const endpoint = 'https://services.nvd.nist.gov/rest/json/cves/2.0'
const part = 'nvd'
const pageSize = 2000
const pageBytes = 256 * 1024 ** 2
const day = 24 * 3600 * 1000
/** NVD refuses longer windows of modification times. */
const longestWindow = 120 * day
/** Clocks differ, and NVD publishes late: a window begins a little before the last one ended. */
const overlap = 2 * 3600 * 1000

/** The feed of NVD's CVE API: everything at first, later what was modified since. */
export function createNvdFeed(options: NvdOptions = {}): Feed {
  return {
    name: 'nvd',
    title: 'National Vulnerability Database (NIST)',
    upstream: 'https://services.nvd.nist.gov/',
    provides: 'signals',
    licence: 'public domain; this product uses the NVD API but is not endorsed or certified by the NVD',
    async *update(_scope, context) {
      yield await updateNvd(options, context)
    },
  }
}

async function updateNvd(options: NvdOptions, context: FeedContext): Promise<FeedUpdate> {
  try {
    const now = context.clock.now()
    const since = context.previous(part)?.cursor['until']
    const from = since === undefined ? Number.NaN : Date.parse(since) - overlap
    const delta = now.getTime() - from < longestWindow
    const window = delta
      ? `&lastModStartDate=${encodeURIComponent(new Date(from).toISOString())}&lastModEndDate=${encodeURIComponent(now.toISOString())}`
      : ''
    const first = await fetchPage(0, window, options, context)
    if (delta && first.totalResults === 0) return unchangedPart(context, part)
    return changedPart(context, {
      part,
      mode: delta ? 'delta' : 'full',
      cursor: { until: now.toISOString() },
      path: context.client.locate(endpoint),
      files: [],
      read: (tally) => readPages(first, window, options, context, tally),
    })
  } catch (error) {
    return failedPart(context, part, error)
  }
}

async function* readPages(
  first: NvdPage,
  window: string,
  options: NvdOptions,
  context: FeedContext,
  tally: Tally,
): AsyncGenerator<FeedRecord> {
  const task = context.progress.start(part, 'items', first.totalResults)
  const pause = options.pause ?? ((milliseconds, signal) => sleep(milliseconds, undefined, { signal }))
  let page = first
  for (;;) {
    yield* recordsOfNvdPage(page, tally)
    const next = page.startIndex + page.vulnerabilities.length
    task.update(next, page.totalResults)
    if (next >= page.totalResults) break
    if (page.vulnerabilities.length === 0) {
      task.end('failed')
      throw new LongwatchError('FEED_TRUNCATED', `NVD sent ${next} of ${page.totalResults} records`, {
        place: context.client.locate(endpoint),
      })
    }
    await pause(options.apiKey === undefined ? 6000 : 600, context.signal)
    page = await fetchPage(next, window, options, context)
  }
  task.end()
}

async function fetchPage(
  startIndex: number,
  window: string,
  { apiKey }: NvdOptions,
  context: FeedContext,
): Promise<NvdPage> {
  const url = `${endpoint}?resultsPerPage=${pageSize}&startIndex=${startIndex}${window}`
  const place = context.client.locate(url)
  const answer = await context.client.get(url, {
    maximumBytes: pageBytes,
    signal: context.signal,
    ...(apiKey === undefined ? {} : { headers: { apiKey } }),
  })
  if (answer.status !== 'ok') throw missingPart(context, url)
  const text = await readText(answer)
  let page: NvdPage
  try {
    page = parseNvdPage(text)
  } catch (error) {
    throw asMalformed(error, place)
  }
  // A mirror that knows no query strings would answer with the same page for ever.
  if (page.startIndex === startIndex) return page
  throw asMalformed(new Error(`page ${page.startIndex} came, ${startIndex} was asked for`), place)
}
