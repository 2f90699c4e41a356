// SBOMs that somebody attached to an image: evidence and not proof. They add what no file shows (a package compiled in, a jar that was
// shaded), and never take anything away.
// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers

import type { Diagnostic, Digest, Inventory, Package } from '../../../model/index.ts'
import { parseManifest, readBounded } from '../../../oci/index.ts'
import type { ImageReference, OciClient } from '../../../oci/index.ts'
import { compareText, LongwatchError } from '../../../platform/index.ts'
import { decodeSbom } from '../../../sbom/index.ts'
import type { ArtifactOptions } from '../artifact.ts'

const sbomTypes = /cyclonedx|spdx|sbom/i
const mostDocuments = 16
const largestDocument = 64 * 1024 * 1024

export interface AttachedSboms {
  readonly documents: readonly { readonly digest: Digest; readonly stated: Inventory }[]
  /** One for each that could not be read. */
  readonly diagnostics: readonly Diagnostic[]
}

/** The SBOMs attached to an image's manifest. One that cannot be read is a warning: it is evidence on top. */
export async function attachedSboms(
  reference: ImageReference,
  digest: Digest,
  client: OciClient,
  { limits, signal }: ArtifactOptions,
): Promise<AttachedSboms> {
  const documents: { digest: Digest; stated: Inventory }[] = []
  const diagnostics: Diagnostic[] = []
  const referrers = await client.referrers(reference, digest, { signal })
  const wanted = referrers.filter(({ artifactType, mediaType }) => sbomTypes.test(artifactType ?? mediaType))
  for (const referrer of wanted.slice(0, mostDocuments)) {
    const place = `${reference.registry}/${reference.repository}@${referrer.digest}`
    try {
      const pulled = await client.pullManifest({ ...reference, digest: referrer.digest }, { signal })
      const manifest = parseManifest(pulled.bytes, {
        mediaType: pulled.mediaType,
        place,
        layers: limits.layers,
      })
      if (manifest.kind !== 'manifest') continue
      for (const layer of manifest.layers.slice(0, 1)) {
        const stream = await client.pullBlob(reference, layer.digest, layer.size, { signal })
        const bytes = await readBounded(stream, largestDocument)
        if (bytes === undefined)
          throw new LongwatchError('SBOM_TOO_LARGE', `the SBOM has more than ${largestDocument} bytes`)
        documents.push({ digest: referrer.digest, stated: decodeSbom(bytes, place) })
      }
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof LongwatchError)) throw error
      const message = `an SBOM that is attached to the image could not be read: ${error.message}`
      diagnostics.push({ level: 'warning', code: error.code, message, place })
    }
  }
  return { documents, diagnostics }
}

/** The inventory with what documents state and no layer shows: packages of a type and name that were not found at all. */
export function withStated(inventory: Inventory, documents: AttachedSboms['documents']): Inventory {
  const known = new Set(inventory.packages.map(({ name, type }) => `${type}/${name}`))
  const added = new Map<string, Package>()
  for (const { digest, stated } of documents) {
    for (const found of stated.packages) {
      if (known.has(`${found.type}/${found.name}`) || added.has(found.purl)) continue
      added.set(found.purl, {
        ...found,
        foundBy: 'attached-sbom',
        certainty: 'derived',
        notes: [...(found.notes ?? []), `stated by the attached SBOM ${digest}`],
      })
    }
  }
  if (added.size === 0) return inventory
  const packages = [...inventory.packages, ...added.values()].sort(
    (a, b) =>
      compareText(a.type, b.type) ||
      compareText(a.name, b.name) ||
      compareText(a.version, b.version) ||
      compareText(a.purl, b.purl),
  )
  return { ...inventory, packages }
}
