// What a registry client does.

import type { Readable } from 'node:stream'
import type { Digest } from '../model/index.ts'
import type { Clock, Http } from '../platform/index.ts'
import type { RegistryOptions } from './access.ts'
import type { Descriptor } from './manifest.ts'
import type { ImageReference, Repository } from './reference.ts'

export interface OciClientOptions extends RegistryOptions {
  /** Made from `certificateAuthority`, and closed with the client, when absent. */
  readonly http?: Http
  readonly clock?: Clock
  /** Milliseconds without a byte. */
  readonly idleMilliseconds?: number
  /** Bytes of one manifest. */
  readonly manifestBytes?: number
  /** Entries of one manifest or list. */
  readonly layers?: number
}

export interface PulledManifest {
  readonly bytes: Uint8Array
  /** As the registry called it, without parameters. */
  readonly mediaType: string
  /** Of the bytes; equal to the reference's when it has one. */
  readonly digest: Digest
}

/** Where a blob is, for a thread that fetches it itself. */
export interface BlobAddress {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

interface Waiting {
  readonly signal: AbortSignal
}

/**
 * Every method throws LongwatchErrors: `REGISTRY_UNREACHABLE`, `REGISTRY_TIMEOUT`, `REGISTRY_CERTIFICATE`, `REGISTRY_UNAUTHORIZED`,
 * `REGISTRY_RATE_LIMITED`, `REGISTRY_FAILED`, and those it names; the signal's reason on abort. Reading goes through the mirrors first.
 */
export interface OciClient {
  /** Ends normally when a registry answers under the host, whatever it wants. */
  ping(registry: string, options: Waiting): Promise<void>
  /**
   * A manifest or index, its digest verified. `TARGET_NOT_FOUND` when there is no such repository or digest, `TAG_UNKNOWN` with some
   * tags that exist, `MANIFEST_TOO_LARGE`, `MANIFEST_DIGEST_MISMATCH`.
   */
  pullManifest(reference: ImageReference, options: Waiting): Promise<PulledManifest>
  /** Bytes that are verified while they stream: the stream errors with `BLOB_TRUNCATED` or `BLOB_DIGEST_MISMATCH`. `BLOB_MISSING`. */
  pullBlob(repository: Repository, digest: Digest, size: number, options: Waiting): Promise<Readable>
  /** URL and headers to fetch a blob with; they hold for as long as the token does. With mirrors the first that has it. */
  blobAddress(repository: Repository, digest: Digest, options: Waiting): Promise<BlobAddress>
  /** True when the registry has the blob. Foreign layers may be there or not. */
  hasBlob(repository: Repository, digest: Digest, options: Waiting): Promise<boolean>
  /** Up to `limit` tags, in the registry's order. */
  tags(repository: Repository, options: Waiting & { readonly limit?: number }): Promise<readonly string[]>
  /** What is attached to a manifest: signatures, SBOMs. Empty where the registry keeps no such list. */
  referrers(repository: Repository, digest: Digest, options: Waiting): Promise<readonly Descriptor[]>
  /** Uploads a blob unless it is there. The content is verified by the registry. */
  pushBlob(
    repository: Repository,
    digest: Digest,
    size: number,
    content: Readable | Uint8Array,
    options: Waiting,
  ): Promise<void>
  /** Uploads a manifest under a tag or its digest, and gives its digest. */
  pushManifest(
    repository: Repository,
    reference: string,
    bytes: Uint8Array,
    mediaType: string,
    options: Waiting,
  ): Promise<Digest>
  close(): Promise<void>
}
