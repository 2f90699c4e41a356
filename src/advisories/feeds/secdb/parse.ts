// The security databases of apk distributions: package, fixed version, what it fixed.
// https://secdb.alpinelinux.org/ and https://packages.wolfi.dev/os/security.json

import { z } from 'zod'
import type { Advisory, AffectedPackage } from '../../../model/index.ts'
import { compareText } from '../../../platform/index.ts'
import { isCveId } from '../cve.ts'
import type { FeedRecord } from '../feed.ts'
import type { Tally } from '../part.ts'

const database = z.object({ packages: z.array(z.unknown()).max(1_000_000) })

const entry = z.object({
  pkg: z.object({
    name: z.string().min(1).max(500),
    secfixes: z.record(z.string().max(500), z.array(z.string().max(5000)).nullable()),
  }),
})

export interface SecdbOptions {
  readonly part: string
  readonly source: string
  readonly ecosystem: string
  readonly release: string
  /** Page of one vulnerability; the id is put after it. */
  readonly page: string
  /** The database has no dates of its own. */
  readonly instant: string
}

/** The vulnerability's entries: by package, the versions that fixed it. */
type Fixes = Map<string, Set<string>>

/** Reads a database; one advisory per vulnerability, sorted by id. Throws when it is none. */
export function* parseSecdb(text: string, options: SecdbOptions, tally: Tally): Generator<FeedRecord> {
  tally.date(options.instant)
  const found = new Map<string, { readonly aliases: Set<string>; readonly fixes: Fixes }>()
  for (const [index, one] of database.parse(JSON.parse(text)).packages.entries()) {
    const read = entry.safeParse(one)
    if (!read.success) {
      tally.refuse(`record ${index + 1}`, read.error.issues[0]?.message ?? 'not a package')
      continue
    }
    const { name, secfixes } = read.data.pkg
    for (const [version, lines] of Object.entries(secfixes)) {
      for (const line of lines ?? []) note(found, name, version, line)
    }
  }
  for (const id of [...found.keys()].sort(compareText)) {
    const one = found.get(id)
    if (one !== undefined)
      yield { kind: 'advisory', advisory: advisoryOf(id, one.aliases, one.fixes, options) }
  }
}

/** A line names the vulnerability, then other ids of it or remarks: `CVE-2017-2616 (+ regression fix)`, `CVE-… GHSA-…`. */
function note(
  found: Map<string, { readonly aliases: Set<string>; readonly fixes: Fixes }>,
  name: string,
  version: string,
  line: string,
): void {
  const [id, ...others] = line
    .split(/[\s,]+/)
    .filter((word) => /^[A-Z][A-Z0-9]*-[\w.-]*\d[\w.-]*$/.test(word))
  if (id === undefined) return
  const known = found.get(id) ?? { aliases: new Set<string>(), fixes: new Map<string, Set<string>>() }
  found.set(id, known)
  for (const other of others) if (other !== id) known.aliases.add(other)
  const versions = known.fixes.get(name) ?? new Set<string>()
  known.fixes.set(name, versions.add(version))
}

function advisoryOf(
  id: string,
  aliases: ReadonlySet<string>,
  fixes: Fixes,
  { part, source, ecosystem, release, page }: SecdbOptions,
): Advisory {
  return {
    feed: part,
    source,
    id,
    modified: undated,
    aliases: [...aliases].sort(compareText),
    cves: [...new Set([id, ...aliases])].filter(isCveId).sort(compareText),
    related: [],
    references: [],
    cwes: [],
    severities: [],
    url: `${page}${id}`,
    affected: [...fixes.keys()]
      .sort(compareText)
      .map((name) => affectedOf({ ecosystem, release, name }, [...(fixes.get(name) ?? [])])),
  }
}

/** When each fix was made is not said; an instant of ours would make every record new each day. */
const undated = '1970-01-01T00:00:00Z'

function affectedOf(
  key: Pick<AffectedPackage, 'ecosystem' | 'release' | 'name'>,
  versions: readonly string[],
): AffectedPackage {
  // Version 0 says that the package never was affected. A fix named besides it says otherwise, and counts.
  const fixed = versions.filter((version) => version !== '0').sort(compareText)
  return {
    ...key,
    status: fixed.length === 0 ? 'not-affected' : 'affected',
    // Fixed twice: the first fix was not enough, so that everything below the last is affected.
    ranges: fixed.map((version) => ({
      type: 'ECOSYSTEM',
      events: [{ introduced: '0' }, { fixed: version }],
    })),
    versions: [],
  }
}
