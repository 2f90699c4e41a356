// Credentials as Docker keeps them: `config.json` with its auths, store and helpers. Podman's `auth.json` has the same form
// and may name repositories too.
// https://docs.docker.com/reference/cli/docker/login/#credential-stores, https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md

import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { environment, exitCodes, hasCode, LongwatchError, messageOf } from '../platform/index.ts'
import { askCredentialHelper } from './credential-helper.ts'
import { canonicalHost } from './reference.ts'
import type { Repository } from './reference.ts'

/** What is sent to a registry or to its token server. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** Exchanged for access tokens (OAuth 2 refresh token). */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** Sent as it is. */
  | { readonly kind: 'registry-token'; readonly token: string }

export interface CredentialLookup {
  readonly credentials?: Credentials
  /** Why what is configured could not be used: told when the registry then refuses us. */
  readonly problem?: string
}

export interface DockerConfig {
  /** By key as written. */
  readonly auths: ReadonlyMap<string, AuthEntry>
  readonly credsStore?: string
  readonly credHelpers: ReadonlyMap<string, string>
  readonly problem?: string
}

/** One entry of `auths`; what is not a string is as if it were absent. */
interface AuthEntry {
  /** Base64 of `user:password`. */
  readonly auth?: string | null | undefined
  readonly username?: string | null | undefined
  readonly password?: string | null | undefined
  readonly identitytoken?: string | null | undefined
  readonly registrytoken?: string | null | undefined
}

/** Docker Hub's key, which is the address of an interface long gone. */
const hubKey = 'https://index.docker.io/v1/'
const text = z.string().nullish().catch(undefined)
const authSchema: z.ZodType<AuthEntry> = z.object({
  auth: text,
  username: text,
  password: text,
  identitytoken: text,
  registrytoken: text,
})
const configSchema = z.object({
  auths: z.record(z.string(), authSchema.catch({})).nullish(),
  credsStore: text,
  credHelpers: z.record(z.string(), z.string()).nullish(),
})

/**
 * Reads `path`, or `$DOCKER_CONFIG/config.json`, or `~/.docker/config.json`. A file that is absent is an empty configuration. One that
 * cannot be read is the user's error when it was named (`DOCKER_CONFIG_UNREADABLE`), otherwise a `problem`.
 */
export async function readDockerConfig(path?: string): Promise<DockerConfig> {
  const folder = environment('DOCKER_CONFIG') ?? join(homedir(), '.docker')
  const file = path ?? join(folder, 'config.json')
  const empty: DockerConfig = { auths: new Map(), credHelpers: new Map() }
  try {
    return parseDockerConfig(await readFile(file, 'utf8'))
  } catch (error) {
    if (path !== undefined) {
      throw new LongwatchError(
        'DOCKER_CONFIG_UNREADABLE',
        `Docker's config.json cannot be used: ${messageOf(error)}`,
        {
          place: file,
          remedy: 'Name a readable config.json.',
          exitCode: exitCodes.usage,
          cause: error,
        },
      )
    }
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return absent ? empty : { ...empty, problem: `${file} cannot be used: ${messageOf(error)}` }
  }
}

/** Throws a plain Error that says what is wrong, and never quotes the text. */
export function parseDockerConfig(json: string): DockerConfig {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new Error('it is not JSON')
  }
  const parsed = configSchema.safeParse(value)
  if (!parsed.success) throw new Error('it is not a Docker configuration')
  const { auths, credsStore, credHelpers } = parsed.data
  return {
    auths: new Map(Object.entries(auths ?? {})),
    ...(credsStore ? { credsStore } : {}),
    credHelpers: new Map(Object.entries(credHelpers ?? {})),
  }
}

/**
 * Credentials for a repository in Docker's order: the registry's own helper, the store, `auths`. Never throws but on abort: whatever is
 * wrong becomes the `problem`, because most images need no credentials.
 */
export async function findCredentials(
  config: DockerConfig,
  repository: Repository,
  signal: AbortSignal,
): Promise<CredentialLookup> {
  let { problem } = config
  const server = repository.registry === 'docker.io' ? hubKey : repository.registry
  const helper = byHost(config.credHelpers, repository.registry) ?? config.credsStore
  if (helper !== undefined) {
    try {
      const answer = await askCredentialHelper(helper, server, { signal })
      if (answer !== undefined) {
        return {
          credentials:
            answer.username === '<token>'
              ? { kind: 'identity-token', token: answer.secret }
              : { kind: 'password', username: answer.username, password: answer.secret },
        }
      }
    } catch (error) {
      if (!hasCode(error, 'CREDENTIAL_HELPER')) throw error
      problem = error.message
    }
  }
  const credentials = fromAuths(config, repository)
  return {
    ...(credentials === undefined ? {} : { credentials }),
    ...(problem === undefined ? {} : { problem }),
  }
}

/** The entry whose key names the repository most closely: `host/org/app`, `host/org`, `host`. */
function fromAuths(config: DockerConfig, { registry, repository }: Repository): Credentials | undefined {
  const wanted = `${registry}/${repository}`
  let closest = -1
  let found: Credentials | undefined
  for (const [key, entry] of config.auths) {
    const place = keyPlace(key)
    if (wanted !== place && !wanted.startsWith(`${place}/`)) continue
    const credentials = place.length > closest ? credentialsOf(entry) : undefined
    if (credentials === undefined) continue
    closest = place.length
    found = credentials
  }
  return found
}

function byHost(helpers: ReadonlyMap<string, string>, registry: string): string | undefined {
  for (const [key, helper] of helpers) if (keyPlace(key) === registry) return helper
  return undefined
}

/** `https://index.docker.io/v1/` → `docker.io`, `https://ghcr.io` → `ghcr.io`, `quay.io/org` as it is. */
function keyPlace(key: string): string {
  const bare = key.replace(/^https?:\/\//, '').replace(/\/(?:v[12]\/?)?$/, '')
  const slash = bare.indexOf('/')
  return slash < 0 ? canonicalHost(bare) : canonicalHost(bare.slice(0, slash)) + bare.slice(slash)
}

function credentialsOf(entry: AuthEntry): Credentials | undefined {
  if (entry.registrytoken) return { kind: 'registry-token', token: entry.registrytoken }
  if (entry.identitytoken) return { kind: 'identity-token', token: entry.identitytoken }
  if (entry.auth) {
    const decoded = Buffer.from(entry.auth, 'base64').toString('utf8').replace(/\0+$/, '')
    const colon = decoded.indexOf(':')
    if (colon > 0) {
      return { kind: 'password', username: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
    }
  }
  return entry.username && entry.password
    ? { kind: 'password', username: entry.username, password: entry.password }
    : undefined
}
