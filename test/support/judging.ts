// Builders for tests of judgement: an artifact's packages on one side, advisories on the other, and the answers in one line each.

import type { AdvisoryReader } from '../../src/advisories/index.ts'
import type { Assessment } from '../../src/assessment/index.ts'
import { assess } from '../../src/assessment/index.ts'
import type { Match, MatchOptions } from '../../src/matching/index.ts'
import { matchInventory } from '../../src/matching/index.ts'
import type { MemoryReaderOptions } from '../../src/matching/testing.ts'
import { memoryReader } from '../../src/matching/testing.ts'

import type {
  Advisory,
  AffectedPackage,
  ArtifactKind,
  Distribution,
  Inventory,
  Package,
  RangeEvent,
} from '../../src/model/index.ts'
import { ecosystemNamed, normalizeName } from '../../src/model/index.ts'

export { memoryReader }

/** A distribution of that `ID` and `VERSION_ID`. */
export function os(id: string, versionId?: string, channels: readonly string[] = []): Distribution {
  return {
    id,
    idLike: [],
    name: id,
    ...(versionId === undefined ? {} : { versionId }),
    channels,
    paths: ['etc/os-release'],
  }
}

/** A package of a purl type; `more` has what differs. */
export function pkg(type: string, name: string, version: string, more: Partial<Package> = {}): Package {
  return {
    purl: `pkg:${type}/${name.replaceAll('@', '%40').replaceAll(':', '/')}@${version}`,
    type,
    name,
    version,
    state: 'installed',
    locations: [{ path: `found/${name}` }],
    foundBy: 'test',
    certainty: 'exact',
    ...more,
  }
}

/** A binary package with its source; the source's version is the binary's unless given. */
export function built(
  type: 'deb' | 'apk' | 'rpm',
  name: string,
  version: string,
  source: string,
  sourceVersion: string = version,
): Package {
  return pkg(type, name, version, { source: { name: source, version: sourceVersion } })
}

export type Affected = Partial<AffectedPackage> & {
  /** `Debian:12/openssl`, `npm/lodash`. */
  readonly of: string
  /** `>=1 <2`-like events in the order they are written: `0`, `!1.2` fixed, `~1.2` last affected, `^2` limit. */
  readonly events?: readonly string[]
}

/** Splits `Debian:12/openssl` and makes an entry of it. */
function affected({ of, events, ...more }: Affected): AffectedPackage {
  const [, ecosystem = '', release = '', name = ''] = /^([^:/]+)(?::([^/]+))?\/(.+)$/.exec(of) ?? []
  return {
    ecosystem,
    release,
    name: normalizeName(ecosystem, name),
    status: 'affected',
    versions: [],
    ranges: events === undefined ? [] : [{ type: 'ECOSYSTEM', events: events.map(event) }],
    ...more,
  }
}

/** One event in short: `1.0` introduced, `!1.2` fixed, `~1.2` last affected, `^2` limit. */
function event(text: string): RangeEvent {
  if (text.startsWith('!')) return { fixed: text.slice(1) }
  if (text.startsWith('~')) return { lastAffected: text.slice(1) }
  if (text.startsWith('^')) return { limit: text.slice(1) }
  return { introduced: text }
}

/** An advisory: its id, the CVEs it is about (its own id when it is one), the packages. */
export function advisory(
  id: string,
  packages: readonly Affected[],
  more: Partial<Advisory> & { readonly feed?: string } = {},
): Advisory {
  const [first] = packages
  const ecosystem = first === undefined ? '' : affected(first).ecosystem
  const language = ecosystemNamed(ecosystem)?.matchBy === 'language'
  return {
    feed: `osv/${ecosystem}`,
    source: language ? 'GITHUB' : ecosystem.toUpperCase().replaceAll(' ', ''),
    id,
    modified: '2026-01-01T00:00:00Z',
    aliases: [],
    cves: id.startsWith('CVE-') ? [id] : [],
    related: [],
    references: [],
    cwes: [],
    severities: [],
    affected: packages.map(affected),
    ...more,
  }
}

/** An inventory of these packages. */
export function inventoryOf(
  packages: readonly Package[],
  distribution?: Distribution,
  kind: ArtifactKind = 'image',
): Inventory {
  return {
    artifact: { kind, target: 'test', layers: [] },
    ...(distribution === undefined ? {} : { distribution }),
    packages,
    diagnostics: [],
  }
}

interface Case {
  readonly packages: readonly Package[]
  readonly on?: Distribution
  readonly kind?: ArtifactKind
  readonly advisories: readonly Advisory[]
  readonly reader?: MemoryReaderOptions
  readonly include?: MatchOptions['include']
}

/** The matches of a case; cleared ones too unless `include` says otherwise. */
export function matchesOf({
  packages,
  on,
  kind,
  advisories,
  reader,
  include = 'all',
}: Case): readonly Match[] {
  return matchInventory(inventoryOf(packages, on, kind), memoryReader(advisories, reader), { include })
}

/** `name id answer code fixed`, one line for each match, without what is empty. */
export function answersOf(input: Case): readonly string[] {
  return matchesOf(input).map(({ package: item, vulnerabilityId, answer, reason, fixedVersion, fix }) =>
    [
      item.name,
      vulnerabilityId,
      answer,
      reason.code,
      answer === 'affected' ? (fixedVersion ?? 'no fix') : undefined,
      fix === 'partial' ? 'partial' : undefined,
    ]
      .filter((word) => word !== undefined)
      .join(' '),
  )
}

/** The assessment of a case. */
export function assessmentOf(input: Case): Assessment {
  const reader: AdvisoryReader = memoryReader(input.advisories, input.reader)
  return assess(inventoryOf(input.packages, input.on, input.kind), reader, { today: '2026-11-23' })
}
