// Talking to one registry host: which scheme it speaks, what it wants to be shown, and tokens that may last seconds only.
// https://distribution.github.io/distribution/spec/auth/token/, https://distribution.github.io/distribution/spec/auth/oauth/

import { z } from 'zod'
import { hasCode, LongwatchError } from '../platform/index.ts'
import type { Clock, Http, HttpMethod, HttpRequest, HttpResponse } from '../platform/index.ts'
import { parseChallenges } from './challenge.ts'
import type { Challenge } from './challenge.ts'
import type { CredentialLookup, Credentials } from './docker-config.ts'
import { readBounded } from './read-bounded.ts'
import type { Repository } from './reference.ts'
import { registryFailure, statusError } from './registry-error.ts'
import type { StatusContext } from './registry-error.ts'

export interface SessionOptions {
  readonly http: Http
  readonly clock: Clock
  /** `host[:port]` as references name it. */
  readonly host: string
  /** `https`, `http`, or `either`: http first and https when it turns out to speak that. */
  readonly scheme: 'https' | 'http' | 'either'
  readonly idleMilliseconds: number
  findCredentials(repository: Repository, signal: AbortSignal): Promise<CredentialLookup>
}

export interface SessionRequest {
  readonly method?: HttpMethod
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: NonNullable<HttpRequest['body']>
  readonly signal: AbortSignal
  readonly repository: Repository
  readonly actions: 'pull' | 'pull,push'
  readonly redirects?: number
}

export interface Session {
  /** `https://host`, found out by asking `/v2/` once. Throws when the registry cannot be reached. */
  base(signal: AbortSignal): Promise<string>
  /** The `authorization` header for a repository; undefined when none is wanted. Valid for at least a moment. */
  authorization(
    repository: Repository,
    actions: SessionRequest['actions'],
    signal: AbortSignal,
  ): Promise<string | undefined>
  /** A request to a path below the host or to a URL. Credentials go to the host itself only. 401 is answered once with fresh ones. */
  send(pathOrUrl: string, request: SessionRequest): Promise<HttpResponse>
  /** For errors about this repository. */
  context(repository: Repository, signal: AbortSignal): Promise<Pick<StatusContext, 'problem' | 'signedIn'>>
}

interface Token {
  readonly header: string
  /** Milliseconds of the clock; undefined: for good. */
  readonly until?: number
}

const tokenSchema = z.object({
  token: z.string().nullish(),
  access_token: z.string().nullish(),
  expires_in: z.number().nullish(),
})

/** A session is made without asking anybody; the first request finds out what there is to know. */
export function createSession(options: SessionOptions): Session {
  const { http, clock, host, idleMilliseconds } = options
  const lookups = new Map<string, CredentialLookup>()
  const tokens = new Map<string, Token>()
  let known: { readonly base: string } | undefined
  let challenges: readonly Challenge[] = []

  async function request(
    url: string,
    wanted: Omit<SessionRequest, 'repository' | 'actions'>,
  ): Promise<HttpResponse> {
    return http.request(url, { idleMilliseconds, retries: 2, ...wanted })
  }

  async function ping(scheme: string, signal: AbortSignal): Promise<HttpResponse> {
    // Docker Hub's registry is not where its name says.
    const base = `${scheme}://${host === 'docker.io' ? 'registry-1.docker.io' : host}`
    const response = await http.request(`${base}/v2/`, {
      signal,
      idleMilliseconds,
      retries: options.scheme === 'either' ? 0 : 2,
    })
    if (scheme === 'http' && options.scheme === 'either' && response.status === 400) {
      const body = await readBounded(response.body, 64 * 1024)
      // Go's servers and nginx say so when they are spoken to in the wrong way.
      if (/https/i.test(new TextDecoder().decode(body))) throw new WrongScheme()
    }
    discard(response)
    known = { base }
    const challenge = response.headers.get('www-authenticate')
    if (response.status === 401 && challenge !== undefined) challenges = parseChallenges(challenge)
    return response
  }

  async function find(signal: AbortSignal): Promise<void> {
    try {
      await ping(options.scheme === 'https' ? 'https' : 'http', signal)
    } catch (error) {
      signal.throwIfAborted()
      const other = error instanceof WrongScheme || (hasCode(error, 'HTTP_UNREACHABLE') && !wasRefused(error))
      if (options.scheme !== 'either' || !other) throw registryFailure(error, `registry ${host}`)
      await ping('https', signal).catch((second: unknown) => {
        signal.throwIfAborted()
        throw registryFailure(second, `registry ${host}`)
      })
    }
  }

  async function base(signal: AbortSignal): Promise<string> {
    if (known === undefined) await find(signal)
    return known?.base ?? ''
  }

  async function lookup(repository: Repository, signal: AbortSignal): Promise<CredentialLookup> {
    const found = lookups.get(repository.repository) ?? (await options.findCredentials(repository, signal))
    lookups.set(repository.repository, found)
    return found
  }

  async function authorization(
    repository: Repository,
    actions: SessionRequest['actions'],
    signal: AbortSignal,
    statedScope?: string,
  ): Promise<string | undefined> {
    await base(signal)
    const key = `${repository.repository} ${actions}`
    const kept = tokens.get(key)
    if (kept !== undefined && (kept.until === undefined || clock.now().getTime() < kept.until))
      return kept.header
    const { credentials } = await lookup(repository, signal)
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer')
    let token: Token | undefined
    if (bearer !== undefined && credentials?.kind === 'registry-token') {
      token = { header: `Bearer ${credentials.token}` }
    } else if (bearer !== undefined) {
      const scope = statedScope ?? `repository:${repository.repository}:${actions}`
      token = await fetchToken(bearer, scope, credentials, signal)
    } else if (challenges.some(({ scheme }) => scheme === 'basic') && credentials?.kind === 'password') {
      token = { header: basic(credentials) }
    }
    if (token !== undefined) tokens.set(key, token)
    return token?.header
  }

  async function fetchToken(
    challenge: Challenge,
    scope: string,
    credentials: Credentials | undefined,
    signal: AbortSignal,
  ): Promise<Token> {
    const realm = realmOf(challenge, await base(signal), host)
    const service = challenge.parameters.get('service')
    const asked = clock.now().getTime()
    let response: HttpResponse
    try {
      if (credentials?.kind === 'identity-token') {
        const form = new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: 'longwatch',
          refresh_token: credentials.token,
          scope,
          ...(service === undefined ? {} : { service }),
        })
        response = await request(realm.href, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: form.toString(),
          signal,
        })
      } else {
        if (service !== undefined) realm.searchParams.set('service', service)
        realm.searchParams.set('scope', scope)
        const headers = credentials?.kind === 'password' ? { authorization: basic(credentials) } : {}
        response = await request(realm.href, { headers, signal })
      }
    } catch (error) {
      signal.throwIfAborted()
      throw registryFailure(error, `a token for ${host}`)
    }
    const place = realm.origin + realm.pathname
    if (response.status !== 200) {
      throw await statusError(response, {
        host,
        place,
        what: `a token for ${scope}`,
        signedIn: credentials !== undefined,
      })
    }
    const failed = (): LongwatchError =>
      new LongwatchError('REGISTRY_FAILED', `the token server of ${host} gives no token`, { place })
    const body = await readBounded(response.body, 1024 * 1024)
    if (body === undefined) throw failed()
    let answer: z.output<typeof tokenSchema>
    try {
      answer = tokenSchema.parse(JSON.parse(new TextDecoder().decode(body)))
    } catch {
      throw failed() // without the cause, which may quote a token
    }
    const token = answer.token ?? answer.access_token
    // It goes into a header, so it must be one word.
    if (!token || !/^[\x21-\x7e]+$/.test(token)) throw failed()
    // 60 seconds where the server does not say; renewed a fifth (at most 10 seconds) before the end, which keeps one of 5 seconds usable.
    const lasts = 1000 * Math.max(0, answer.expires_in ?? 60)
    return { header: `Bearer ${token}`, until: asked + lasts - Math.min(10_000, lasts / 5) }
  }

  async function send(pathOrUrl: string, wanted: SessionRequest): Promise<HttpResponse> {
    const { repository, actions, headers, ...rest } = wanted
    const { signal } = wanted
    const origin = await base(signal)
    const url = new URL(pathOrUrl, origin)
    const ours = url.origin === new URL(origin).origin
    const attempt = async (authorize: string | undefined): Promise<HttpResponse> => {
      const shownHeaders = { ...headers, ...(authorize === undefined ? {} : { authorization: authorize }) }
      try {
        return await request(url.href, { ...rest, headers: shownHeaders })
      } catch (error) {
        signal.throwIfAborted()
        throw registryFailure(error, `${repository.registry}/${repository.repository}`)
      }
    }
    const first = ours ? await authorization(repository, actions, signal) : undefined
    const response = await attempt(first)
    const challenge = response.headers.get('www-authenticate')
    const streamed =
      wanted.body !== undefined && typeof wanted.body !== 'string' && !(wanted.body instanceof Uint8Array)
    const answeredByUs = new URL(response.url).origin === url.origin
    if (response.status !== 401 || challenge === undefined || !ours || !answeredByUs || streamed)
      return response

    challenges = parseChallenges(challenge)
    tokens.delete(`${repository.repository} ${actions}`)
    const scope = challenges.find(({ scheme }) => scheme === 'bearer')?.parameters.get('scope')
    const second = await authorization(repository, actions, signal, scope)
    if (second === undefined || second === first) return response
    discard(response)
    return attempt(second)
  }

  return {
    base,
    authorization,
    send,
    async context(repository, signal) {
      const { credentials, problem } = await lookup(repository, signal)
      return { problem, signedIn: credentials !== undefined }
    },
  }
}

class WrongScheme extends Error {}

function wasRefused(error: LongwatchError): boolean {
  const text = `${error.message} ${String(error.cause)}`
  return /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/.test(text)
}

function basic({ username, password }: Extract<Credentials, { kind: 'password' }>): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`
}

/** Passwords go where the registry sends them, but never from https to http. */
function realmOf(challenge: Challenge, base: string, host: string): URL {
  const realm = URL.parse(challenge.parameters.get('realm') ?? '')
  const allowed = realm?.protocol === 'https:' || (realm?.protocol === 'http:' && base.startsWith('http:'))
  if (realm === null || !allowed || realm.username !== '' || realm.password !== '') {
    throw new LongwatchError('REGISTRY_FAILED', `${host} names no token server that may be asked`, {
      remedy: 'Check that the address is that of a container registry.',
    })
  }
  return realm
}

/** Lets go of an answer. */
function discard(response: HttpResponse): void {
  readBounded(response.body, 64 * 1024).catch(() => undefined) // its connection is worth keeping, its content is not
}
