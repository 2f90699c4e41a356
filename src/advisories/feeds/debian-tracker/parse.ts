// Debian's security tracker: source package, vulnerability, release, and what the security team says.
// https://security-tracker.debian.org/tracker/data/json, made by `bin/tracker_service.py` of
// https://salsa.debian.org/security-tracker-team/security-tracker

import { z } from 'zod'
import type { Advisory, AffectedPackage, AffectedStatus } from '../../../model/index.ts'
import { compareText } from '../../../platform/index.ts'
import { isCveId } from '../cve.ts'
import type { FeedRecord } from '../feed.ts'
import type { Tally } from '../part.ts'

const release = z.object({
  status: z.enum(['resolved', 'open', 'undetermined']),
  fixed_version: z.string().max(500).optional(),
  urgency: z.string().max(200).optional().catch(undefined),
  nodsa: z.string().optional().catch(undefined),
  nodsa_reason: z.string().max(200).optional().catch(undefined),
})

const issue = z.object({
  description: z.string().optional().catch(undefined),
  releases: z.record(z.string().max(100), release),
})

const tracker = z.record(z.string().max(500), z.record(z.string().max(200), z.unknown()))

type Release = z.infer<typeof release>

/** Codenames to the numbers of os-release. Unstable has none, as on a system that runs it. */
const versions: ReadonlyMap<string, string> = new Map([
  ['etch', '4'],
  ['lenny', '5'],
  ['squeeze', '6'],
  ['wheezy', '7'],
  ['jessie', '8'],
  ['stretch', '9'],
  ['buster', '10'],
  ['bullseye', '11'],
  ['bookworm', '12'],
  ['trixie', '13'],
  ['forky', '14'],
  ['duke', '15'],
])

export interface TrackerOptions {
  readonly part: string
  /** The tracker has no dates of its own. */
  readonly instant: string
}

/** Reads the tracker; one advisory per vulnerability, sorted by id. Throws when it is none. */
export function* parseDebianTracker(
  text: string,
  options: TrackerOptions,
  tally: Tally,
): Generator<FeedRecord> {
  tally.date(options.instant)
  const found = new Map<string, { description?: string | undefined; readonly affected: AffectedPackage[] }>()
  for (const [name, issues] of Object.entries(tracker.parse(JSON.parse(text)))) {
    for (const [id, value] of Object.entries(issues)) {
      const read = issue.safeParse(value)
      if (!read.success) {
        const [first] = read.error.issues
        tally.refuse(`record ${id} of ${name}`, `${first?.path.join('.')}: ${first?.message}`)
        continue
      }
      const known = found.get(id) ?? { affected: [] }
      found.set(id, known)
      known.description ??= read.data.description
      for (const [codename, state] of Object.entries(read.data.releases)) {
        const number = versions.get(codename) ?? codename
        known.affected.push(affectedOf(name, number, state))
      }
    }
  }
  for (const id of [...found.keys()].sort(compareText)) {
    const { description, affected = [] } = found.get(id) ?? {}
    if (affected.length > 0)
      yield { kind: 'advisory', advisory: advisoryOf(id, description, affected, options) }
  }
}

function affectedOf(name: string, release: string, state: Release): AffectedPackage {
  const status = statusOf(state)
  const { urgency, fixed_version: fixed } = state
  return {
    ecosystem: 'Debian',
    release,
    name,
    status,
    ranges:
      status === 'affected' && fixed !== undefined
        ? [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }]
        : [],
    versions: [],
    ...(urgency === undefined || urgency === 'not yet assigned' ? {} : { urgency }),
  }
}

/**
 * What the tracker's words mean for the package: `no-dsa` alone says that the flaw is too small for an advisory of its own, so
 * that it is affected and unfixed like any other open one; only `ignored` says that it stays so.
 */
function statusOf({ status, fixed_version: fixed, urgency, nodsa_reason: reason }: Release): AffectedStatus {
  if (status === 'resolved') {
    // Fixed in version 0: never affected. Resolved without a version cannot be compared.
    if (fixed === '0') return 'not-affected'
    return fixed === undefined ? 'investigating' : 'affected'
  }
  if (status === 'undetermined') return 'investigating'
  if (urgency?.includes('end-of-life') === true) return 'end-of-life'
  if (reason === 'ignored') return 'wont-fix'
  return reason === 'postponed' ? 'deferred' : 'unfixed'
}

function advisoryOf(
  id: string,
  description: string | undefined,
  affected: readonly AffectedPackage[],
  { part }: TrackerOptions,
): Advisory {
  return {
    feed: part,
    source: 'DEBIAN',
    id,
    modified: undated,
    aliases: [],
    // `TEMP-0841856-B18BAF`: not numbered yet.
    cves: isCveId(id) ? [id] : [],
    related: [],
    ...(description === undefined || description === '' ? {} : { details: description }),
    references: [],
    cwes: [],
    severities: [],
    url: `https://security-tracker.debian.org/tracker/${id}`,
    affected,
  }
}

const undated = '1970-01-01T00:00:00Z'
