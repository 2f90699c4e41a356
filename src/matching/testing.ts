// An advisory reader over a list of advisories, for tests: what the compiled store answers, without the store.

import type { AdvisoryReader, AffectedEntry, ProductCycle } from '../advisories/index.ts'
import type { Advisory, PackageKey, Signals, Vulnerability } from '../model/index.ts'
import { compareText } from '../platform/index.ts'

export interface MemoryReaderOptions {
  /** `ecosystem` and `release` pairs that count as covered beside those the advisories name. */
  readonly covered?: readonly (readonly [ecosystem: string, release: string])[]
  readonly signals?: Readonly<Record<string, Signals>>
  readonly vulnerabilities?: readonly Vulnerability[]
  readonly cycles?: readonly ProductCycle[]
}

const keyOf = (ecosystem: string, release: string, name: string): string =>
  [ecosystem, release, name].join('\0')

/** Answers from memory. Aliases are not merged further than the advisories' own `cves`. */
export function memoryReader(
  advisories: readonly Advisory[],
  options: MemoryReaderOptions = {},
): AdvisoryReader {
  const entries = new Map<string, AffectedEntry[]>()
  const covered = new Set(
    (options.covered ?? []).map(([ecosystem, release]) => keyOf(ecosystem, release, '')),
  )
  const idsOf = (advisory: Advisory): readonly string[] =>
    advisory.cves.length > 0 ? advisory.cves : [advisory.id]
  for (const advisory of advisories) {
    for (const affected of advisory.affected) {
      covered.add(keyOf(affected.ecosystem, affected.release, ''))
      if (advisory.withdrawn !== undefined) continue
      const key = keyOf(affected.ecosystem, affected.release, affected.name)
      const list = entries.get(key) ?? []
      entries.set(key, list)
      list.push({
        ...affected,
        feed: advisory.feed,
        advisory: advisory.id,
        source: advisory.source,
        vulnerabilityIds: [...(affected.vulnerabilities ?? idsOf(advisory))].sort(compareText),
        modified: advisory.modified,
      })
    }
  }
  for (const list of entries.values())
    list.sort((a, b) => compareText(a.feed, b.feed) || compareText(a.advisory, b.advisory))
  const signals = (cve: string): Signals => options.signals?.[cve] ?? {}
  const vulnerability = (id: string): Vulnerability | undefined => {
    const given = options.vulnerabilities?.find((one) => one.id === id)
    if (given !== undefined) return given
    const about = advisories.filter((advisory) => idsOf(advisory).includes(id))
    const [first] = about
    if (first === undefined) return undefined
    return {
      id,
      aliases: [...new Set(about.flatMap((one) => [one.id, ...one.aliases]))]
        .filter((one) => one !== id)
        .sort(compareText),
      advisories: about.map((one) => ({ feed: one.feed, id: one.id })),
      ...(first.summary === undefined ? {} : { title: first.summary }),
      ...(first.published === undefined ? {} : { published: first.published }),
      modified: first.modified,
      cvss: [],
      cwes: first.cwes,
      references: first.references.map(({ url }) => url),
      signals: signals(id),
      withdrawn: about.every((one) => one.withdrawn !== undefined),
    }
  }
  return {
    info: { id: 'memory', createdAt: '2026-01-01T00:00:00Z', schemaVersion: 1, parts: [], origin: 'synced' },
    lookup: ({ ecosystem, release, name }: PackageKey) => entries.get(keyOf(ecosystem, release, name)) ?? [],
    covers: (ecosystem, release) => covered.has(keyOf(ecosystem, release, '')),
    vulnerability,
    signals,
    resolve: (text) => {
      const ids = advisories
        .filter(
          (advisory) =>
            advisory.id === text || advisory.aliases.includes(text) || idsOf(advisory).includes(text),
        )
        .flatMap((advisory) => (idsOf(advisory).includes(text) ? [text] : idsOf(advisory)))
      return [...new Set(ids)].sort(compareText)
    },
    advisory: (feed, id) => advisories.find((one) => one.feed === feed && one.id === id),
    searchPackages: () => [],
    lifecycle: (product) => (options.cycles ?? []).filter((cycle) => cycle.product === product),
    close: () => Promise.resolve(),
  }
}
