// What goes wrong with registries, in one place: every failure is one sentence with the host in it and what to do.
// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes

import { z } from 'zod'
import { LongwatchError, messageOf } from '../platform/index.ts'
import type { HttpResponse } from '../platform/index.ts'
import { readBounded } from './read-bounded.ts'
import { shown } from './shown.ts'

const certificateCodes = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/**
 * What an http client threw, as `REGISTRY_TIMEOUT`, `REGISTRY_CERTIFICATE`, `REGISTRY_UNREACHABLE` or `REGISTRY_BROKEN`; `what` says
 * what was being fetched. Anything else comes back as it is.
 */
export function registryFailure(error: unknown, what: string): Error {
  if (!(error instanceof LongwatchError)) return error instanceof Error ? error : new Error(messageOf(error))
  const { place } = error
  const options = { ...(place === undefined ? {} : { place }), cause: error }
  const message = `${what} cannot be fetched: ${error.message}`
  switch (error.code) {
    case 'HTTP_IDLE':
      return new LongwatchError('REGISTRY_TIMEOUT', message, {
        ...options,
        remedy: 'Check that the registry is well and try again.',
      })
    case 'HTTP_UNREACHABLE':
      if (certificateCodes.has(rootCode(error))) {
        return new LongwatchError('REGISTRY_CERTIFICATE', message, {
          ...options,
          remedy: 'Name a PEM file with the certificate authority of the registry.',
        })
      }
      return new LongwatchError('REGISTRY_UNREACHABLE', message, {
        ...options,
        ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
      })
    case 'HTTP_REDIRECT':
    case 'HTTP_URL':
      return new LongwatchError('REGISTRY_UNREACHABLE', message, options)
    case 'HTTP_BROKEN':
      return new LongwatchError('REGISTRY_BROKEN', message, { ...options, remedy: 'Try again.' })
    default:
      return error
  }
}

function rootCode(error: unknown): string {
  let code = ''
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string') code = at.code
  }
  return code
}

export interface StatusContext {
  readonly host: string
  readonly place: string
  /** What was asked for. */
  readonly what: string
  /** The code for 401 and 403; `REGISTRY_UNAUTHORIZED` by default. */
  readonly unauthorized?: string
  /** Why configured credentials were not used. */
  readonly problem?: string | undefined
  /** True when credentials were sent. */
  readonly signedIn?: boolean
}

/** An answer that is none, as `REGISTRY_UNAUTHORIZED`, `REGISTRY_RATE_LIMITED` or `REGISTRY_FAILED`. Reads the body for the reason. */
export async function statusError(response: HttpResponse, context: StatusContext): Promise<LongwatchError> {
  const { status } = response
  const { host, place, what } = context
  const said = await registrySaid(response)
  const because = said.message === '' ? '' : `: ${said.message}`
  if (status === 401 || status === 403) {
    const { problem } = context
    const hint = problem === undefined ? '' : ` (${shown(problem)})`
    const refused = context.signedIn === true ? 'refuses these credentials for' : 'wants credentials for'
    return new LongwatchError(
      context.unauthorized ?? 'REGISTRY_UNAUTHORIZED',
      `${host} ${status === 401 ? refused : 'forbids'} ${what}${because}${hint}`,
      {
        place,
        remedy: `Sign in with \`docker login ${host}\`, or pass --username and --password; also check the name: registries answer so for what is not there.`,
      },
    )
  }
  if (status === 429) {
    const after = response.headers.get('retry-after')
    return new LongwatchError('REGISTRY_RATE_LIMITED', `${host} limits how often it may be asked${because}`, {
      place,
      remedy: `${after === undefined ? 'Try again later' : `Try again after ${shown(after, 40)}${/^\d+$/.test(after) ? ' seconds' : ''}`}, sign in, or use a mirror.`,
    })
  }
  return new LongwatchError('REGISTRY_FAILED', `${host} answers ${status} for ${what}${because}`, {
    place,
    remedy: status >= 500 ? 'Try again later.' : 'Check that the address is that of a container registry.',
  })
}

const errorsSchema = z.object({
  errors: z.array(z.object({ code: z.string().catch(''), message: z.string().catch('') })),
})

/** The registry's own code (`MANIFEST_UNKNOWN`) and words; empty when the body has none. Takes the body. */
export async function registrySaid(
  response: HttpResponse,
): Promise<{ readonly code: string; readonly message: string }> {
  const nothing = { code: '', message: '' }
  try {
    const body = await readBounded(response.body, 64 * 1024)
    if (body === undefined) return nothing
    const [first] = errorsSchema.parse(JSON.parse(new TextDecoder().decode(body))).errors
    return first === undefined ? nothing : { code: shown(first.code, 60), message: shown(first.message) }
  } catch {
    return nothing // an error page in HTML, or one that broke off: the status alone tells
  }
}
