// Uploads: a blob in one piece, then the manifest that names it.
// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push

import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Digest } from '../model/index.ts'
import { LongwatchError } from '../platform/index.ts'
import type { HttpResponse } from '../platform/index.ts'
import { readBounded } from './read-bounded.ts'
import type { Repository } from './reference.ts'
import { statusError } from './registry-error.ts'
import type { Session } from './session.ts'

const actions = 'pull,push'

/** POST for a place to upload to, PUT of everything to it. */
export async function pushBlob(
  session: Session,
  repository: Repository,
  blob: { readonly digest: Digest; readonly size: number; readonly content: Readable | Uint8Array },
  signal: AbortSignal,
): Promise<void> {
  const what = `blob ${blob.digest}`
  const path = `/v2/${repository.repository}/blobs/uploads/`
  const begun = await session.send(path, {
    method: 'POST',
    headers: { 'content-length': '0' },
    signal,
    repository,
    actions,
    redirects: 0,
  })
  const location = begun.headers.get('location')
  if (begun.status !== 202 || location === undefined)
    throw await failed(session, begun, repository, what, signal)
  await readBounded(begun.body, 64 * 1024)
  // Relative to where it was asked, and often with a query of its own.
  const target = URL.parse(location, begun.url)
  if (target === null)
    throw new LongwatchError('REGISTRY_FAILED', `${repository.registry} names no place for ${what}`)
  target.searchParams.set('digest', blob.digest)
  const sent = await session.send(target.href, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(blob.size) },
    body: blob.content,
    signal,
    repository,
    actions,
    redirects: 0,
  })
  if (sent.status !== 201) throw await failed(session, sent, repository, what, signal)
  await readBounded(sent.body, 64 * 1024)
}

/** PUT under a tag or the manifest's own digest. */
export async function pushManifest(
  session: Session,
  repository: Repository,
  manifest: { readonly reference: string; readonly bytes: Uint8Array; readonly mediaType: string },
  signal: AbortSignal,
): Promise<Digest> {
  const response = await session.send(`/v2/${repository.repository}/manifests/${manifest.reference}`, {
    method: 'PUT',
    headers: { 'content-type': manifest.mediaType },
    body: manifest.bytes,
    signal,
    repository,
    actions,
    redirects: 0,
  })
  const what = `manifest ${manifest.reference}`
  if (response.status !== 201) throw await failed(session, response, repository, what, signal)
  await readBounded(response.body, 64 * 1024)
  return `sha256:${createHash('sha256').update(manifest.bytes).digest('hex')}`
}

async function failed(
  session: Session,
  response: HttpResponse,
  repository: Repository,
  what: string,
  signal: AbortSignal,
): Promise<LongwatchError> {
  return statusError(response, {
    host: repository.registry,
    place: `${repository.registry}/${repository.repository}`,
    what: `the upload of ${what}`,
    ...(await session.context(repository, signal)),
  })
}
