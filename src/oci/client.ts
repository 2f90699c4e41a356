// A registry as the distribution specification describes it, over one http client and any number of hosts.
// https://github.com/opencontainers/distribution-spec/blob/main/spec.md

import { Readable } from 'node:stream'
import type { Digest } from '../model/index.ts'
import { createHttp, hasCode, LongwatchError, systemClock } from '../platform/index.ts'
import type { HttpResponse } from '../platform/index.ts'
import { schemeOf, sourcesOf } from './access.ts'
import type { Source } from './access.ts'
import { digestLike, nextPage, readAnswer, readTags } from './answers.ts'
import { downloadBlob } from './blob.ts'
import type { OciClient, OciClientOptions, PulledManifest } from './contract.ts'
import { findCredentials, readDockerConfig } from './docker-config.ts'
import type { CredentialLookup, DockerConfig } from './docker-config.ts'
import { parseManifest } from './manifest.ts'
import type { Descriptor } from './manifest.ts'
import { acceptedManifests, bareMediaType, mediaTypes } from './media-types.ts'
import { pushBlob, pushManifest } from './push.ts'
import { formatReference } from './reference.ts'
import type { ImageReference, Repository } from './reference.ts'
import { registrySaid, statusError } from './registry-error.ts'
import { createSession } from './session.ts'
import type { Session } from './session.ts'
import { shown } from './shown.ts'
import { nearest } from './nearest.ts'

/** Makes a client. Nothing is read or asked before the first call. */
export function createOciClient(options: OciClientOptions): OciClient {
  const { certificateAuthority } = options
  const http = options.http ?? createHttp(certificateAuthority === undefined ? {} : { certificateAuthority })
  const clock = options.clock ?? systemClock
  const idleMilliseconds = options.idleMilliseconds ?? 30_000
  const manifestBytes = options.manifestBytes ?? 8 * 1024 * 1024
  const sessions = new Map<string, Session>()
  /** Mirrors that failed once are not waited for again. */
  const dead = new Set<string>()
  let config: Promise<DockerConfig> | undefined

  function session({ registry, mirror }: Source): Session {
    const key = `${registry} ${mirror}`
    const kept = sessions.get(key)
    if (kept !== undefined) return kept
    const made = createSession({
      http,
      clock,
      host: registry,
      scheme: schemeOf(registry, options),
      idleMilliseconds,
      async findCredentials(repository, signal): Promise<CredentialLookup> {
        if (options.credentials !== undefined && !mirror) {
          return { credentials: { kind: 'password', ...options.credentials } }
        }
        config ??= readDockerConfig(options.dockerConfig)
        return findCredentials(await config, repository, signal)
      },
    })
    sessions.set(key, made)
    return made
  }

  /** The first source whose answer stands; a mirror's failure of any kind sends us on to the next. */
  async function reading<Result>(
    repository: Repository,
    signal: AbortSignal,
    read: (source: Source, session: Session) => Promise<Result>,
  ): Promise<Result> {
    const sources = sourcesOf(repository, options)
    for (const source of sources) {
      if (!source.mirror) return read(source, session(source))
      if (dead.has(source.registry)) continue
      try {
        return await read(source, session(source))
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof LongwatchError)) throw error
        if (error.code.startsWith('REGISTRY_')) dead.add(source.registry)
      }
    }
    throw new Error('a repository has no source')
  }

  async function refused(response: HttpResponse, source: Source, what: string, signal: AbortSignal) {
    const place = `${source.registry}/${source.repository}`
    const context = await session(source).context(source, signal)
    return statusError(response, { host: source.registry, place, what, ...context })
  }

  async function manifestFrom(
    reference: ImageReference,
    source: Source,
    signal: AbortSignal,
  ): Promise<PulledManifest> {
    const wanted = reference.digest ?? reference.tag ?? 'latest'
    const name = formatReference({ ...reference, ...source })
    const response = await session(source).send(`/v2/${source.repository}/manifests/${wanted}`, {
      signal,
      repository: source,
      actions: 'pull',
      headers: { accept: acceptedManifests },
    })
    if (response.status === 404) throw await notFound(response, reference, source, signal)
    if (response.status !== 200) throw await refused(response, source, name, signal)
    const tooLarge = new LongwatchError(
      'MANIFEST_TOO_LARGE',
      `the manifest of ${name} is larger than ${manifestBytes} bytes`,
      {
        place: name,
        remedy: 'Raise the limit on manifests if the image is to be trusted.',
      },
    )
    if (Number(response.headers.get('content-length') ?? 0) > manifestBytes) {
      response.body.on('error', () => undefined).destroy()
      throw tooLarge
    }
    const bytes = await readAnswer(response, manifestBytes)
    if (bytes === undefined) throw tooLarge
    const stated = reference.digest ?? response.headers.get('docker-content-digest')
    const digest = digestLike(stated, bytes)
    if (stated !== undefined && /^sha(?:256|512):/.test(stated) && digest !== stated) {
      throw new LongwatchError(
        'MANIFEST_DIGEST_MISMATCH',
        `${source.registry} sends a manifest of ${name} whose digest is not ${shown(stated)}`,
        {
          place: name,
          remedy: 'Push the image again; if it stays so, the registry or a proxy in between is damaged.',
        },
      )
    }
    return { bytes, digest, mediaType: bareMediaType(response.headers.get('content-type') ?? '') }
  }

  async function notFound(
    response: HttpResponse,
    reference: ImageReference,
    source: Source,
    signal: AbortSignal,
  ): Promise<LongwatchError> {
    const name = formatReference({ ...reference, ...source })
    const said = await registrySaid(response)
    if (said.code === '') {
      return new LongwatchError(
        'REGISTRY_FAILED',
        `${source.registry} answers 404 without a registry's error for ${name}`,
        {
          place: name,
          remedy: 'Check the name, and that the address is that of a container registry.',
        },
      )
    }
    const known = await tagsFrom(source, signal, 1000).catch(() => {
      signal.throwIfAborted()
      return [] // only the list of suggestions is lost
    })
    if (reference.digest !== undefined || known.length === 0) {
      return new LongwatchError('TARGET_NOT_FOUND', `${source.registry} has no ${name}`, {
        place: name,
        remedy: 'Check the name; it may also have been deleted.',
      })
    }
    const tag = reference.tag ?? 'latest'
    const some = nearest(tag, known, 5).map((one) => shown(one, 128))
    const more = known.length > some.length ? ', …' : ''
    return new LongwatchError('TAG_UNKNOWN', `${source.registry}/${source.repository} has no tag ${tag}`, {
      place: name,
      remedy: `Tags that exist: ${some.join(', ')}${more}.`,
    })
  }

  async function tagsFrom(source: Source, signal: AbortSignal, limit: number): Promise<readonly string[]> {
    const found: string[] = []
    const asked = Math.min(limit, 1000)
    let next: string | undefined = `/v2/${source.repository}/tags/list?n=${asked}`
    const origin = new URL(await session(source).base(signal)).origin
    for (let page = 0; next !== undefined && found.length < limit && page < 100; page += 1) {
      const response = await session(source).send(next, { signal, repository: source, actions: 'pull' })
      if (response.status !== 200)
        throw await refused(response, source, `the tags of ${source.repository}`, signal)
      const body = await readAnswer(response, manifestBytes)
      found.push(...(readTags(body) ?? []))
      next = nextPage(response.headers.get('link'), new URL(next, origin))
    }
    return found.slice(0, limit)
  }

  async function headBlob(source: Source, digest: Digest, signal: AbortSignal): Promise<boolean> {
    const response = await session(source).send(`/v2/${source.repository}/blobs/${digest}`, {
      method: 'HEAD',
      signal,
      repository: source,
      actions: 'pull',
    })
    response.body.on('error', () => undefined).destroy()
    return response.status === 200
  }

  async function referrersFrom(
    source: Source,
    digest: Digest,
    signal: AbortSignal,
  ): Promise<readonly Descriptor[]> {
    const response = await session(source).send(`/v2/${source.repository}/referrers/${digest}`, {
      signal,
      repository: source,
      actions: 'pull',
      headers: { accept: mediaTypes.ociIndex },
    })
    const listed = bareMediaType(response.headers.get('content-type') ?? '') === mediaTypes.ociIndex
    const bytes = await readAnswer(response, manifestBytes)
    if (response.status === 200 && listed && bytes !== undefined) return entries(bytes, source)
    // A registry without the interface may have the list under a tag: the specification's fallback.
    try {
      const pulled = await manifestFrom({ ...source, tag: digest.replace(':', '-') }, source, signal)
      return entries(pulled.bytes, source)
    } catch (error) {
      if (hasCode(error, 'TAG_UNKNOWN') || hasCode(error, 'TARGET_NOT_FOUND')) return []
      throw error
    }
  }

  function entries(bytes: Uint8Array, source: Source): readonly Descriptor[] {
    const place = `${source.registry}/${source.repository}`
    const index = parseManifest(bytes, {
      place,
      layers: options.layers ?? 1024,
      mediaType: mediaTypes.ociIndex,
    })
    return index.kind === 'index' ? index.manifests : []
  }

  const own = (repository: Repository): Source => ({ ...repository, mirror: false })

  return {
    async ping(registry, { signal }) {
      await session({ registry, repository: '', mirror: false }).base(signal)
    },
    async pullManifest(reference, { signal }) {
      return reading(reference, signal, async (source) => manifestFrom(reference, source, signal))
    },
    async pullBlob(repository, digest, size, { signal }) {
      return reading(repository, signal, async (source, from) => {
        const place = `${await from.base(signal)}/v2/${source.repository}/blobs/${digest}`
        const stopped = new AbortController()
        const both = AbortSignal.any([signal, stopped.signal])
        const bytes = await downloadBlob(
          async (start) =>
            from.send(place, {
              signal: both,
              repository: source,
              actions: 'pull',
              headers: start === 0 ? {} : { range: `bytes=${start}-` },
            }),
          { digest, size, noun: 'blob', place },
          { signal, stop: () => stopped.abort() },
        )
        return Readable.from(bytes, { objectMode: false })
      })
    },
    async blobAddress(repository, digest, { signal }) {
      return reading(repository, signal, async (source, from) => {
        const url = `${await from.base(signal)}/v2/${source.repository}/blobs/${digest}`
        if (source.mirror && !(await headBlob(source, digest, signal))) {
          throw new LongwatchError('BLOB_MISSING', `${source.registry} does not have blob ${digest}`)
        }
        const authorization = await from.authorization(source, 'pull', signal)
        return { url, headers: authorization === undefined ? {} : { authorization } }
      })
    },
    async hasBlob(repository, digest, { signal }) {
      return headBlob(own(repository), digest, signal)
    },
    async tags(repository, { signal, limit }) {
      return reading(repository, signal, async (source) => tagsFrom(source, signal, limit ?? 1000))
    },
    async referrers(repository, digest, { signal }) {
      return reading(repository, signal, async (source) => referrersFrom(source, digest, signal))
    },
    async pushBlob(repository, digest, size, content, { signal }) {
      if (await headBlob(own(repository), digest, signal)) return
      await pushBlob(session(own(repository)), repository, { digest, size, content }, signal)
    },
    async pushManifest(repository, reference, bytes, mediaType, { signal }) {
      return pushManifest(session(own(repository)), repository, { reference, bytes, mediaType }, signal)
    },
    async close() {
      if (options.http === undefined) await http.close()
    },
  }
}
