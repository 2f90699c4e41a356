// What a package knows and neither CycloneDX nor SPDX has a member for travels as properties named `longwatch:…`,
// so that a package that went out comes back the same.

import { z } from 'zod'
import { parseDigest } from '../model/index.ts'
import type { ArtifactSummary, Distribution, Location, Package } from '../model/index.ts'

export type Property = readonly [name: string, value: string]

const prefix = 'longwatch:'

/** The package's own facts as properties, in a fixed order. Name, version, purl and licences are the format's business. */
export function packageProperties(found: Package): readonly Property[] {
  const one = (name: string, value: string | undefined): Property[] =>
    value === undefined ? [] : [[`${prefix}${name}`, value]]
  return [
    ...one('name', found.name),
    ...one('version', found.version),
    ...one('arch', found.arch),
    ...one('source:name', found.source?.name),
    ...one('source:version', found.source?.version),
    ...one('module', found.module),
    ...one('origin', found.origin),
    ...one('state', found.state),
    ...one('owned-by', found.ownedBy),
    ...one('found-by', found.foundBy),
    ...one('certainty', found.certainty),
    ...(found.notes ?? []).map((note): Property => [`${prefix}note`, note]),
    ...found.locations.map((location): Property => [`${prefix}location`, JSON.stringify(location)]),
  ]
}

/** Reads them back; undefined where the document has no such property (it is another tool's). */
export function readPackageProperties(properties: ReadonlyMap<string, readonly string[]>): Partial<Package> {
  const one = (name: string): string | undefined => properties.get(`${prefix}${name}`)?.[0]
  const optional = <Key extends string>(key: Key, value: string | undefined): Partial<Record<Key, string>> =>
    value === undefined ? {} : ({ [key]: value } as Record<Key, string>)
  const sourceName = one('source:name')
  const sourceVersion = one('source:version')
  const state = one('state')
  const certainty = one('certainty')
  const notes = properties.get(`${prefix}note`)
  const locations = (properties.get(`${prefix}location`) ?? []).flatMap(readLocation)
  return {
    ...optional('name', one('name')),
    ...optional('version', one('version')),
    ...optional('arch', one('arch')),
    ...optional('module', one('module')),
    ...optional('origin', one('origin')),
    ...optional('ownedBy', one('owned-by')),
    ...optional('foundBy', one('found-by')),
    ...(sourceName === undefined || sourceVersion === undefined
      ? {}
      : { source: { name: sourceName, version: sourceVersion } }),
    ...(state === 'installed' || state === 'locked' || state === 'declared' ? { state } : {}),
    ...(certainty === 'exact' || certainty === 'derived' ? { certainty } : {}),
    ...(notes === undefined ? {} : { notes }),
    ...(locations.length === 0 ? {} : { locations }),
  }
}

const locationSchema = z.object({ path: z.string().min(1).max(65_536), layer: z.string().optional() })

function readLocation(text: string): Location[] {
  const parsed = parseJson(text, locationSchema)
  if (parsed === undefined) return []
  const layer = parseDigest(parsed.layer)
  return [layer === undefined ? { path: parsed.path } : { path: parsed.path, layer }]
}

const distributionSchema = z.object({
  id: z.string(),
  idLike: z.array(z.string()),
  name: z.string(),
  versionId: z.string().optional(),
  codename: z.string().optional(),
  prettyName: z.string().optional(),
  variantId: z.string().optional(),
  cpeName: z.string().optional(),
  supportEnd: z.string().optional(),
  channels: z.array(z.string()),
  paths: z.array(z.string()),
})

/** The distribution as one property. */
export function distributionProperties(distribution: Distribution): readonly Property[] {
  return [[`${prefix}distribution`, JSON.stringify(distribution)]]
}

/** Reads it back; undefined when it is not ours or not well-formed. */
export function readDistribution(
  properties: ReadonlyMap<string, readonly string[]>,
): Distribution | undefined {
  const text = properties.get(`${prefix}distribution`)?.[0]
  const parsed = text === undefined ? undefined : parseJson(text, distributionSchema)
  if (parsed === undefined) return undefined
  return Object.fromEntries(
    Object.entries(parsed).filter(([, value]) => value !== undefined),
  ) as unknown as Distribution
}

/** What was scanned, for the subject of the document. */
export function artifactProperties(artifact: ArtifactSummary): readonly Property[] {
  return [
    [`${prefix}artifact:kind`, artifact.kind],
    ...(artifact.digest === undefined ? [] : [[`${prefix}artifact:digest`, artifact.digest] as const]),
    ...(artifact.platform === undefined ? [] : [[`${prefix}artifact:platform`, artifact.platform] as const]),
  ]
}

/** Kind and digest of what was scanned, when the document is ours. */
export function readArtifact(
  properties: ReadonlyMap<string, readonly string[]>,
): Pick<ArtifactSummary, 'digest' | 'platform'> {
  const digest = parseDigest(properties.get(`${prefix}artifact:digest`)?.[0])
  const platform = properties.get(`${prefix}artifact:platform`)?.[0]
  return { ...(digest === undefined ? {} : { digest }), ...(platform === undefined ? {} : { platform }) }
}

function parseJson<T>(text: string, schema: z.ZodType<T>): T | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Not JSON: somebody else's property under our name.
    return undefined
  }
  return schema.safeParse(value).data
}
