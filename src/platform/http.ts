// HTTP as every other room uses it: proxies, own certificate authorities, retries with backoff, redirects that never
// carry credentials to another origin, and connections that may be slow but may not hang.

import type { Readable } from 'node:stream'
import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'
import { setTimeout as sleep } from 'node:timers/promises'
import { EnvHttpProxyAgent, request } from 'undici'
import type { Dispatcher } from 'undici'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import { LongwatchError, messageOf } from './errors.ts'

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface HttpRequest {
  readonly method?: HttpMethod
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | Readable
  readonly signal: AbortSignal
  /** Milliseconds without a byte, while connecting, waiting for headers or reading the body. Default 30 seconds. */
  readonly idleMilliseconds?: number
  /** Further attempts after 429, 5xx and broken connections. Default 4; 0 for anything with a streamed body. */
  readonly retries?: number
  /** Redirects followed. Default 5. */
  readonly redirects?: number
}

export interface HttpResponse {
  readonly status: number
  /** Lower-case names; several values of one name are joined by `, `. */
  readonly headers: ReadonlyMap<string, string>
  /** Where it came from in the end. */
  readonly url: string
  /** To be read or destroyed by the caller. Errors with `HTTP_IDLE` when it stalls and `HTTP_BROKEN` when it breaks off. */
  readonly body: Readable
}

export interface Http {
  /**
   * Any status is an answer (after retries of 429 and 5xx). Throws a LongwatchError `HTTP_UNREACHABLE`, `HTTP_IDLE`, `HTTP_BROKEN`,
   * `HTTP_REDIRECT` or `HTTP_URL`, or the signal's reason on abort.
   */
  request(url: string, request: HttpRequest): Promise<HttpResponse>
  close(): Promise<void>
}

export interface HttpOptions {
  /** PEM file of certificate authorities to trust besides the system's. */
  readonly certificateAuthority?: string
  readonly clock?: Clock
  /** Gives a number in [0, 1) for the jitter; `Math.random` by default. */
  readonly random?: () => number
  /** First pause between attempts, in milliseconds; doubles each time. Default 500. */
  readonly backoffMilliseconds?: number
  /** The longest pause that a Retry-After may ask for. Default 60 seconds. */
  readonly longestPauseMilliseconds?: number
  readonly userAgent?: string
}

const retriedStatuses = new Set([408, 429, 500, 502, 503, 504])
const redirectStatuses = new Set([301, 302, 303, 307, 308])
/** Never sent on to another origin. */
const privateHeaders = new Set(['authorization', 'cookie', 'proxy-authorization'])
const crossOriginKeeps = (name: string): boolean =>
  !privateHeaders.has(name) && !name.startsWith('x-api-key') && name !== 'apikey'

/** Makes a client. Proxies are taken from `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` (either case). */
export function createHttp(options: HttpOptions = {}): Http {
  const clock = options.clock ?? systemClock
  const random = options.random ?? Math.random
  const backoff = options.backoffMilliseconds ?? 500
  const longestPause = options.longestPauseMilliseconds ?? 60_000
  const authorities = certificateAuthorities(options.certificateAuthority)
  const dispatcher = new EnvHttpProxyAgent({
    connect: authorities === undefined ? { timeout: 15_000 } : { timeout: 15_000, ca: authorities },
    ...(authorities === undefined ? {} : { requestTls: { ca: authorities }, proxyTls: { ca: authorities } }),
    pipelining: 1,
    connections: 16,
  })

  async function once(url: string, wanted: HttpRequest): Promise<HttpResponse> {
    const idle = wanted.idleMilliseconds ?? 30_000
    let target = checkedUrl(url)
    let method = wanted.method ?? 'GET'
    let body = wanted.body
    let headers: Record<string, string> = {
      'user-agent': options.userAgent ?? 'longwatch',
      ...lowerCase(wanted.headers),
    }
    for (let left = wanted.redirects ?? 5; ; left -= 1) {
      const answer = await request(target, {
        method,
        headers,
        body: body ?? null,
        signal: wanted.signal,
        headersTimeout: idle,
        bodyTimeout: idle,
        dispatcher,
      })
      const answered = flatten(answer.headers)
      const location = answered.get('location')
      if (!redirectStatuses.has(answer.statusCode) || location === undefined || wanted.redirects === 0) {
        return {
          status: answer.statusCode,
          headers: answered,
          url: target.href,
          body: named(answer.body, target),
        }
      }
      await answer.body.dump()
      if (left <= 0)
        throw new LongwatchError('HTTP_REDIRECT', `${target.host} redirects too often`, { place: url })
      const next = checkedUrl(location, target)
      if (target.protocol === 'https:' && next.protocol === 'http:') {
        throw new LongwatchError('HTTP_REDIRECT', `${target.host} redirects from https to http`, {
          place: next.href,
          remedy: 'Use an address that stays on https.',
        })
      }
      if (next.origin !== target.origin) {
        headers = Object.fromEntries(Object.entries(headers).filter(([name]) => crossOriginKeeps(name)))
      }
      if (answer.statusCode === 303 || (answer.statusCode < 303 && method === 'POST')) {
        method = 'GET'
        body = undefined
      }
      target = next
    }
  }

  /** Milliseconds before the next attempt: what Retry-After asks for, or exponential backoff with full jitter. */
  function pause(attempt: number, retryAfter: string | undefined): number {
    const asked = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, clock)
    if (asked !== undefined) return Math.min(asked, longestPause)
    return Math.min(longestPause, backoff * 2 ** attempt * (0.5 + random() / 2))
  }

  return {
    async request(url, wanted) {
      const streamed =
        wanted.body !== undefined && typeof wanted.body !== 'string' && !(wanted.body instanceof Uint8Array)
      const retries = streamed ? 0 : (wanted.retries ?? 4)
      for (let attempt = 0; ; attempt += 1) {
        let retryAfter: string | undefined
        try {
          const response = await once(url, wanted)
          if (!retriedStatuses.has(response.status) || attempt >= retries) return response
          retryAfter = response.headers.get('retry-after')
          // A stated pause longer than we are willing to wait is the caller's to report.
          const asked = retryAfter === undefined ? 0 : (parseRetryAfter(retryAfter, clock) ?? 0)
          if (asked > longestPause) return response
          response.body.on('error', () => undefined).destroy()
        } catch (error) {
          wanted.signal.throwIfAborted()
          if (error instanceof LongwatchError) throw error
          if (attempt >= retries) throw unreachable(url, error)
        }
        await sleep(pause(attempt, retryAfter), undefined, { signal: wanted.signal })
      }
    },
    async close() {
      await dispatcher.close()
    },
  }
}

/** Seconds or an HTTP date, as milliseconds from now; undefined when it is neither. RFC 9110, section 10.2.3. */
export function parseRetryAfter(text: string, clock: Clock): number | undefined {
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - clock.now().getTime())
}

function certificateAuthorities(file: string | undefined): string[] | undefined {
  if (file === undefined) return undefined
  try {
    return [...rootCertificates, readFileSync(file, 'utf8')]
  } catch (error) {
    throw new LongwatchError(
      'CA_UNREADABLE',
      `the certificate authorities cannot be read: ${messageOf(error)}`,
      {
        place: file,
        remedy: 'Name a readable PEM file.',
        exitCode: 2,
        cause: error,
      },
    )
  }
}

function checkedUrl(text: string, base?: URL): URL {
  const url = base === undefined ? URL.parse(text) : URL.parse(text, base.href)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new LongwatchError('HTTP_URL', `not an http or https address: ${text.slice(0, 200)}`)
  }
  return url
}

function lowerCase(headers: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
}

function flatten(headers: Dispatcher.ResponseData['headers']): ReadonlyMap<string, string> {
  const flat = new Map<string, string>()
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value)
  }
  return flat
}

/** Gives body errors our codes; the stream itself stays the one that undici made. */
function named(body: Readable, url: URL): Readable {
  const destroy = body._destroy.bind(body)
  body._destroy = (error, callback) => {
    destroy(error, (failure) => callback(error === null ? (failure ?? null) : brokenBody(error, url)))
  }
  return body
}

function brokenBody(error: Error, url: URL): Error {
  if (error instanceof LongwatchError || error.name === 'AbortError') return error
  const place = url.host + url.pathname
  if ('code' in error && error.code === 'UND_ERR_BODY_TIMEOUT') {
    return new LongwatchError('HTTP_IDLE', `${url.host} stopped sending`, { place, cause: error })
  }
  return new LongwatchError('HTTP_BROKEN', `${url.host} broke off: ${messageOf(error)}`, {
    place,
    cause: error,
  })
}

function unreachable(url: string, error: unknown): LongwatchError {
  const { host } = new URL(url)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'UND_ERR_HEADERS_TIMEOUT') {
    return new LongwatchError('HTTP_IDLE', `${host} does not answer`, { place: url, cause: error })
  }
  const inner = error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : messageOf(error)
  return new LongwatchError('HTTP_UNREACHABLE', `${host} cannot be reached: ${inner}`, {
    place: url,
    remedy: 'Check the address, the network and the proxy variables (HTTPS_PROXY, NO_PROXY).',
    cause: error,
  })
}
