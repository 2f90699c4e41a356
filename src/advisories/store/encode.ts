// Records as bytes: arrays by position, which is smaller and faster to read than objects with names.
// https://github.com/msgpack/msgpack/blob/master/spec.md

import { Packr } from 'msgpackr'
import type {
  Advisory,
  AdvisorySeverity,
  AffectedPackage,
  AffectedRange,
  AffectedStatus,
  RangeEvent,
  Reference,
} from '../../model/index.ts'
import type { AffectedEntry } from './reader.ts'

const packr = new Packr({ useRecords: false, encodeUndefinedAsNil: true })

/** Bytes of a value made of arrays, texts, numbers, booleans, null and plain objects. Equal values give equal bytes. */
export function encode(value: unknown): Buffer {
  return packr.pack(value)
}

/** The value between two offsets of what `encode` gave. Throws when it is cut short. */
export function decode(bytes: Uint8Array, start = 0, end: number = bytes.length): unknown {
  return packr.unpack(bytes, { start, end })
}

type Optional<Value> = Value | null

type EncodedRange = [type: 0 | 1, events: string[], lastKnownAffected: Optional<string>]
type EncodedSeverity = [version: string, vector: string, source: Optional<string>]

/** What an advisory says of a package, without the package's key. */
export type EncodedAffected = [
  status: AffectedStatus,
  ranges: EncodedRange[],
  versions: Optional<string | string[]>,
  vulnerabilities: Optional<readonly string[]>,
  urgency: Optional<string>,
  severities: Optional<EncodedSeverity[]>,
  architectures: Optional<readonly string[]>,
  module: Optional<string>,
  channel: Optional<string>,
]

const eventKinds = ['introduced', 'fixed', 'lastAffected', 'limit'] as const

function encodeEvent(event: RangeEvent): [string, string] {
  if ('introduced' in event) return ['0', event.introduced]
  if ('fixed' in event) return ['1', event.fixed]
  if ('lastAffected' in event) return ['2', event.lastAffected]
  return ['3', event.limit]
}

function decodeEvents(flat: readonly string[]): RangeEvent[] {
  const events: RangeEvent[] = []
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const kind = eventKinds[Number(flat[index])] ?? 'limit'
    const version = flat[index + 1] ?? ''
    if (kind === 'introduced') events.push({ introduced: version })
    else if (kind === 'fixed') events.push({ fixed: version })
    else if (kind === 'lastAffected') events.push({ lastAffected: version })
    else events.push({ limit: version })
  }
  return events
}

const encodeRange = (range: AffectedRange): EncodedRange => [
  range.type === 'SEMVER' ? 0 : 1,
  range.events.flatMap(encodeEvent),
  range.lastKnownAffected ?? null,
]

const decodeRange = ([type, events, lastKnownAffected]: EncodedRange): AffectedRange => ({
  type: type === 0 ? 'SEMVER' : 'ECOSYSTEM',
  events: decodeEvents(events),
  ...(lastKnownAffected === null ? {} : { lastKnownAffected }),
})

const encodeSeverity = (severity: AdvisorySeverity): EncodedSeverity => [
  severity.version,
  severity.vector,
  severity.source ?? null,
]

const decodeSeverity = ([version, vector, source]: EncodedSeverity): AdvisorySeverity => ({
  version: version as AdvisorySeverity['version'],
  vector,
  ...(source === null ? {} : { source }),
})

/** Hundreds of versions as one text: reading one long text and splitting it is several times faster than reading each. */
function encodeVersions(versions: readonly string[]): Optional<string | string[]> {
  if (versions.length === 0) return null
  return versions.some((version) => version.includes('\n')) ? [...versions] : versions.join('\n')
}

function decodeVersions(versions: Optional<string | string[]>): readonly string[] {
  if (versions === null) return []
  return typeof versions === 'string' ? versions.split('\n') : versions
}

/** The package's part of a record as an array. */
export function encodeAffected(affected: AffectedPackage): EncodedAffected {
  return [
    affected.status,
    affected.ranges.map(encodeRange),
    encodeVersions(affected.versions),
    affected.vulnerabilities ?? null,
    affected.urgency ?? null,
    affected.severities?.map(encodeSeverity) ?? null,
    affected.architectures ?? null,
    affected.module ?? null,
    affected.channel ?? null,
  ]
}

type Named = Pick<AffectedPackage, 'ecosystem' | 'release' | 'name'>

function decodeAffected(key: Named, encoded: EncodedAffected): AffectedPackage {
  const [status, ranges, versions, vulnerabilities, urgency, severities, architectures, module, channel] =
    encoded
  return {
    ecosystem: key.ecosystem,
    release: key.release,
    name: key.name,
    status,
    ranges: ranges.map(decodeRange),
    versions: decodeVersions(versions),
    ...(vulnerabilities === null ? {} : { vulnerabilities }),
    ...(urgency === null ? {} : { urgency }),
    ...(severities === null ? {} : { severities: severities.map(decodeSeverity) }),
    ...(architectures === null ? {} : { architectures }),
    ...(module === null ? {} : { module }),
    ...(channel === null ? {} : { channel }),
  }
}

/** The part of an entry on which matching depends; `modified` is kept apart, because a new text changes no match. */
export type EncodedEntry = [source: string, vulnerabilityIds: readonly string[], ...affected: EncodedAffected]

/** The entry of a package key that this part of the record gives. */
export function encodeEntry(
  source: string,
  vulnerabilityIds: readonly string[],
  affected: AffectedPackage,
): EncodedEntry {
  return [source, vulnerabilityIds, ...encodeAffected(affected)]
}

/** The reverse of `encodeEntry`. */
export function decodeEntry(
  key: Named,
  feed: string,
  advisory: string,
  encoded: EncodedEntry,
  modified: string,
): AffectedEntry {
  const [source, vulnerabilityIds, ...affected] = encoded
  return { ...decodeAffected(key, affected), feed, advisory, source, vulnerabilityIds, modified }
}

type EncodedAdvisory = [
  source: string,
  modified: string,
  published: Optional<string>,
  withdrawn: Optional<string>,
  aliases: readonly string[],
  cves: readonly string[],
  related: readonly string[],
  summary: Optional<string>,
  details: Optional<string>,
  references: string[],
  cwes: readonly string[],
  severities: EncodedSeverity[],
  vendorSeverity: Optional<string>,
  url: Optional<string>,
  affected: [ecosystem: string, release: string, name: string, ...EncodedAffected][],
]

/** A whole record as bytes; `feed` and `id` are in its key. */
export function encodeAdvisory(advisory: Advisory): Buffer {
  const encoded: EncodedAdvisory = [
    advisory.source,
    advisory.modified,
    advisory.published ?? null,
    advisory.withdrawn ?? null,
    advisory.aliases,
    advisory.cves,
    advisory.related,
    advisory.summary ?? null,
    advisory.details ?? null,
    advisory.references.flatMap(({ kind, url }) => [kind, url]),
    advisory.cwes,
    advisory.severities.map(encodeSeverity),
    advisory.vendorSeverity ?? null,
    advisory.url ?? null,
    advisory.affected.map((one) => [one.ecosystem, one.release, one.name, ...encodeAffected(one)]),
  ]
  return encode(encoded)
}

/** The reverse of `encodeAdvisory`. */
export function decodeAdvisory(feed: string, id: string, bytes: Uint8Array): Advisory {
  const [
    source,
    modified,
    published,
    withdrawn,
    aliases,
    cves,
    related,
    summary,
    details,
    references,
    cwes,
    severities,
    vendorSeverity,
    url,
    affected,
  ] = decode(bytes) as EncodedAdvisory
  return {
    feed,
    source,
    id,
    modified,
    ...(published === null ? {} : { published }),
    ...(withdrawn === null ? {} : { withdrawn }),
    aliases,
    cves,
    related,
    ...(summary === null ? {} : { summary }),
    ...(details === null ? {} : { details }),
    references: decodeReferences(references),
    cwes,
    severities: severities.map(decodeSeverity),
    ...(vendorSeverity === null ? {} : { vendorSeverity }),
    ...(url === null ? {} : { url }),
    affected: affected.map(([ecosystem, release, name, ...rest]) =>
      decodeAffected({ ecosystem, release, name }, rest),
    ),
  }
}

function decodeReferences(flat: readonly string[]): Reference[] {
  const references: Reference[] = []
  for (let index = 0; index + 1 < flat.length; index += 2) {
    references.push({ kind: flat[index] ?? '', url: flat[index + 1] ?? '' })
  }
  return references
}
