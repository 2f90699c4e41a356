// Image references as people write them: `node:22`, `ghcr.io/org/app@sha256:…`, `localhost:5000/a/b:1`.
// https://github.com/distribution/reference and https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests

import { parseDigest } from '../model/index.ts'
import type { Digest } from '../model/index.ts'
import { exitCodes, LongwatchError } from '../platform/index.ts'
import { shown } from './shown.ts'

/** A repository on a registry. */
export interface Repository {
  /** `host[:port]`, lower case; Docker Hub is `docker.io`. */
  readonly registry: string
  /** `library/node`. */
  readonly repository: string
}

/** One image of a repository; with neither tag nor digest it is `latest`, which `parseReference` fills in. */
export interface ImageReference extends Repository {
  readonly tag?: string
  /** Decides when both are there; the tag is a name only. */
  readonly digest?: Digest
}

const hostPattern =
  /^(?:(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])(?:\.(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9]))*|\[[a-f0-9:.]+\])(?::[0-9]{1,5})?$/
const repositoryPattern =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const tagPattern = /^\w[\w.-]{0,127}$/

/** Docker's own rule for telling a host from the first part of a name: it has a dot, a port, or is `localhost`. */
const looksLikeHost = (part: string): boolean =>
  part === 'localhost' || part.includes('.') || part.includes(':') || part !== part.toLowerCase()

/**
 * Reads a reference, filling in what Docker fills in: `docker.io`, `library/`, `:latest`.
 * Throws `REFERENCE_INVALID` (a usage error) that says which part is wrong.
 */
export function parseReference(text: string): ImageReference {
  const bad = (why: string): LongwatchError =>
    new LongwatchError('REFERENCE_INVALID', `not an image reference: ${shown(text)}: ${why}`, {
      remedy:
        'Write [registry[:port]/]name[:tag][@sha256:digest], for example node:22 or ghcr.io/org/app:1.2.',
      exitCode: exitCodes.usage,
    })
  if (text.length > 1024) throw bad('it is too long')
  let rest = text.replace(/^docker:\/\//, '')

  let digest: Digest | undefined
  const at = rest.indexOf('@')
  if (at >= 0) {
    digest = parseDigest(rest.slice(at + 1))
    if (digest === undefined) throw bad('what follows @ is not a sha256 or sha512 digest')
    rest = rest.slice(0, at)
  }

  let tag: string | undefined
  const colon = rest.lastIndexOf(':')
  if (colon > rest.lastIndexOf('/')) {
    tag = rest.slice(colon + 1)
    if (!tagPattern.test(tag)) throw bad('what follows the last colon is not a tag')
    rest = rest.slice(0, colon)
  }

  if (rest === '') throw bad('the name is missing')
  const slash = rest.indexOf('/')
  const first = slash < 0 ? '' : rest.slice(0, slash)
  const hosted = first !== '' && looksLikeHost(first)
  const registry = hosted ? canonicalHost(first) : 'docker.io'
  let repository = hosted ? rest.slice(slash + 1) : rest
  if (!hostPattern.test(registry) || Number(/:(\d+)$/.exec(registry)?.[1] ?? 1) > 65_535) {
    throw bad(`${shown(first)} is not a registry's host`)
  }
  if (registry === 'docker.io' && !repository.includes('/')) repository = `library/${repository}`
  if (/[A-Z]/.test(repository)) throw bad('the name must be in lower case')
  if (!repositoryPattern.test(repository)) throw bad('the name has characters that a name cannot have')
  if (repository.length > 255) throw bad('the name is longer than 255 characters')

  return {
    registry,
    repository,
    ...(tag === undefined && digest === undefined ? { tag: 'latest' } : {}),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  }
}

/** The reference with nothing left out: `docker.io/library/node:22`; with a digest after the tag when it has one. */
export function formatReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`
  return `${reference.registry}/${reference.repository}${tag}${digest}`
}

/** The host under one name only: Docker Hub has several. */
export function canonicalHost(host: string): string {
  const lower = host.toLowerCase()
  return lower === 'index.docker.io' || lower === 'registry-1.docker.io' ? 'docker.io' : lower
}
