// Our own few well-known vulnerabilities, in YAML. data/starter/README.md has the format.

import { z } from 'zod'
import { parse } from 'yaml'
import type { Advisory, AffectedPackage, AffectedRange, RangeEvent, Signals } from '../../../model/index.ts'
import { ecosystemNamed, normalizeName, splitOsvEcosystem } from '../../../model/index.ts'
import { cvssOf } from '../cvss.ts'
import { isCveId } from '../cve.ts'
import type { FeedRecord } from '../feed.ts'
import type { Tally } from '../part.ts'
import { isoInstant } from '../part.ts'

const day = z.string().regex(/^\d{4}-\d\d-\d\d$/)

const file = z.object({ date: day, vulnerabilities: z.array(z.unknown()) })

const vulnerability = z.strictObject({
  id: z.string().min(1),
  aliases: z.array(z.string()).default([]),
  title: z.string().min(1),
  cvss: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .transform((one) => [one].flat()),
  published: day,
  withdrawn: day.optional(),
  vendorSeverity: z.string().optional(),
  cwes: z.array(z.string().regex(/^CWE-\d+$/)).default([]),
  kev: day.optional(),
  exploit: z.boolean().default(false),
  metasploit: z.boolean().default(false),
  affected: z.record(z.string(), z.array(z.string()).min(1)),
})

type StarterVulnerability = z.infer<typeof vulnerability>

/** Reads one file of the set; each record gives an advisory, and signals where it has any. Throws when it is no such file. */
export function* parseStarter(text: string, part: string, tally: Tally): Generator<FeedRecord> {
  const { date, vulnerabilities } = file.parse(parse(text, { schema: 'core' }))
  tally.date(date)
  for (const [index, one] of vulnerabilities.entries()) {
    const read = vulnerability.safeParse(one)
    if (!read.success) {
      const [issue] = read.error.issues
      tally.refuse(`record ${index + 1}`, `${issue?.path.join('.')}: ${issue?.message}`)
      continue
    }
    const advisory = advisoryOf(read.data, part)
    if (typeof advisory === 'string') {
      tally.refuse(`record ${read.data.id}`, advisory)
      continue
    }
    yield { kind: 'advisory', advisory }
    const signals = signalsOf(read.data)
    if (isCveId(read.data.id) && Object.keys(signals).length > 0) {
      yield { kind: 'signals', cve: read.data.id, signals }
    }
  }
}

function advisoryOf(one: StarterVulnerability, part: string): Advisory | string {
  const affected: AffectedPackage[] = []
  for (const [key, ranges] of Object.entries(one.affected)) {
    const entry = affectedOf(key, ranges)
    if (typeof entry === 'string') return entry
    affected.push(entry)
  }
  const severities = one.cvss.flatMap((vector) => cvssOf(vector) ?? [])
  if (severities.length !== one.cvss.length) return 'cvss: not a vector'
  const published = isoInstant(one.published) ?? ''
  const withdrawn = isoInstant(one.withdrawn)
  const { vendorSeverity } = one
  return {
    feed: part,
    source: 'LONGWATCH',
    id: one.id,
    modified: withdrawn ?? published,
    published,
    ...(withdrawn === undefined ? {} : { withdrawn }),
    aliases: one.aliases,
    cves: [one.id, ...one.aliases].filter(isCveId),
    related: [],
    summary: one.title,
    references: [],
    cwes: one.cwes,
    severities,
    ...(vendorSeverity === undefined ? {} : { vendorSeverity }),
    affected,
  }
}

/** `Debian:12 openssl`: the last blank is the border, since ecosystems may have blanks and packages have none. */
function affectedOf(key: string, texts: readonly string[]): AffectedPackage | string {
  const blank = key.lastIndexOf(' ')
  const { ecosystem, release } = splitOsvEcosystem(key.slice(0, Math.max(blank, 0)))
  const known = ecosystemNamed(ecosystem)
  if (known === undefined) return `${key}: an unknown ecosystem`
  const ranges: AffectedRange[] = []
  for (const text of texts) {
    const events = eventsOf(text)
    if (events === undefined) return `${key}: ${text} is no range`
    ranges.push({ type: known.scheme === 'semver' ? 'SEMVER' : 'ECOSYSTEM', events })
  }
  const name = normalizeName(ecosystem, key.slice(blank + 1))
  return { ecosystem, release, name, status: 'affected', ranges, versions: [] }
}

/** `>=1.2 <1.3`, `<=2.0`, `*`; undefined for anything else. */
function eventsOf(text: string): readonly RangeEvent[] | undefined {
  const match = /^(?:>=(\S+))?\s*(?:<(=)?([^\s=]\S*))?$/.exec(text === '*' ? '' : text.trim())
  if (match === null || (text !== '*' && text.trim() === '')) return undefined
  const [, introduced = '0', inclusive, end] = match
  if (end === undefined) return [{ introduced }]
  return [{ introduced }, inclusive === undefined ? { fixed: end } : { lastAffected: end }]
}

/** The references say that there is something, not where: the feeds themselves know that. */
function signalsOf({ kev, exploit, metasploit }: StarterVulnerability): Signals {
  const known = [{ id: 'starter', title: 'known to exist; sync the feeds for the reference' }]
  return {
    ...(kev === undefined ? {} : { kev: { dateAdded: kev, ransomware: false } }),
    ...(exploit ? { exploitDb: known } : {}),
    ...(metasploit ? { metasploit: known } : {}),
  }
}
