// What registries answer besides blobs: small documents, lists in pages.

import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Digest } from '../model/index.ts'
import { LongwatchError } from '../platform/index.ts'
import type { HttpResponse } from '../platform/index.ts'
import { readBounded } from './read-bounded.ts'
import { registryFailure } from './registry-error.ts'
import { shown } from './shown.ts'

const tagsSchema = z.object({ tags: z.array(z.string()).nullish() })

/** The tags of one page; undefined for what is none. */
export function readTags(body: Uint8Array | undefined): readonly string[] | undefined {
  try {
    return tagsSchema.parse(JSON.parse(new TextDecoder().decode(body))).tags ?? []
  } catch {
    return undefined // a page that is nonsense ends the list
  }
}

/** The digest of bytes, by the algorithm of the one they are compared with. */
export function digestLike(stated: string | undefined, bytes: Uint8Array): Digest {
  return stated?.startsWith('sha512:') === true
    ? `sha512:${createHash('sha512').update(bytes).digest('hex')}`
    : `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/**
 * The next page that a `Link` header names, or undefined. One on another host would send our credentials there or be another registry's
 * answer: `REGISTRY_FAILED`.
 */
export function nextPage(link: string | undefined, current: URL): string | undefined {
  const target = /<([^>]{1,4096})>\s*;[^,]*\brel="?next"?/i.exec(link ?? '')?.[1]
  if (target === undefined) return undefined
  const url = URL.parse(target, current.href)
  if (url === null || url.origin !== current.origin) {
    throw new LongwatchError('REGISTRY_FAILED', `${current.host} continues its list on another host`, {
      place: shown(target),
      remedy: 'Ask who runs the registry: its answers should stay on its own host.',
    })
  }
  return url.href
}

/** A small body; what breaks or stalls in it is the registry's failure. */
export async function readAnswer(response: HttpResponse, limit: number): Promise<Uint8Array | undefined> {
  try {
    return await readBounded(response.body, limit)
  } catch (error) {
    throw registryFailure(error, 'the answer of the registry')
  }
}
