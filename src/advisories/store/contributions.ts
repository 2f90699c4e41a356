// What an advisory contributes to the tables that gather by key: its packages, its vulnerabilities, the ids it names. What it
// said before is taken back at once; what it says now is added as soon as it is known which vulnerability it is about.

import type { Advisory } from '../../model/index.ts'
import { decodeAdvisory, encode, encodeEntry } from './encode.ts'
import type { Environment } from './environment.ts'
import { advisoryKey, hashOf, isCve, packageKeyText } from './format.ts'
import type { GroupEvents } from './grouped.ts'
import { canonicalOf } from './open.ts'
import type { EncodedIdRecord } from './open.ts'
import type { EncodedReference } from './vulnerability.ts'
import { assertedAliases } from './vulnerability.ts'

export interface Contributions {
  /** The record says something else now; either may be missing. Inside the transaction that writes it. */
  replace(part: string, id: string, before: Advisory | undefined, after: Advisory | undefined): void
  /** The record without CVE is about something else now than `before`. Call ahead of writing the new canonical ids. */
  identityChanged(part: string, id: string, before: readonly string[]): void
  /** Adds what records without CVE say, now that all canonical ids are written. */
  settle(pause: () => Promise<void>): Promise<void>
}

interface Targets {
  readonly ids: GroupEvents
  readonly packages: GroupEvents
  readonly vulnerabilities: GroupEvents
}

/** Records handled between two pauses. */
const batch = 500

/** Contributions to those tables. */
export function createContributions(
  environment: Environment,
  { ids, packages, vulnerabilities }: Targets,
): Contributions {
  /** Records without CVE whose vulnerability is not known yet: part, id. */
  const waiting = new Map<string, Set<string>>()

  function wait(part: string, id: string): void {
    const known = waiting.get(part)
    if (known === undefined) waiting.set(part, new Set([id]))
    else known.add(id)
  }

  function replaceIds(
    part: string,
    id: string,
    before: Advisory | undefined,
    after: Advisory | undefined,
  ): void {
    const now = new Set(after === undefined ? [] : namedIds(after))
    for (const old of before === undefined ? [] : namedIds(before))
      if (!now.has(old)) ids.set(old, part, id, [])
    if (after === undefined) return
    const material: EncodedIdRecord = [after.cves, after.aliases.filter((alias) => !isCve(alias))]
    for (const named of now) ids.set(named, part, id, [[material, null]])
  }

  function takeBack(part: string, before: Advisory): void {
    for (const key of new Set(before.affected.map(packageKeyText))) packages.set(key, part, before.id, [])
    for (const vulnerability of vulnerabilitiesOf(environment, before))
      vulnerabilities.set(vulnerability, part, before.id, [])
  }

  function add(part: string, advisory: Advisory): void {
    const about = vulnerabilitiesOf(environment, advisory)
    for (const vulnerability of about) {
      const reference: EncodedReference = [
        assertedAliases(advisory, vulnerability, about),
        ratingsHash(advisory),
        advisory.withdrawn === undefined ? 0 : 1,
      ]
      vulnerabilities.set(vulnerability, part, advisory.id, [[reference, null]])
    }
    if (advisory.withdrawn !== undefined) return
    for (const [key, affected] of Map.groupBy(advisory.affected, packageKeyText)) {
      packages.set(
        key,
        part,
        advisory.id,
        affected.map((one) => [encodeEntry(advisory.source, about, one), advisory.modified]),
      )
    }
  }

  return {
    replace(part, id, before, after) {
      replaceIds(part, id, before, after)
      if (before !== undefined) takeBack(part, before)
      if (after === undefined) waiting.get(part)?.delete(id)
      else if (after.cves.length > 0) add(part, after)
      else wait(part, id)
    },
    identityChanged(part, id, before) {
      for (const vulnerability of before) vulnerabilities.set(vulnerability, part, id, [])
      wait(part, id)
    },
    async settle(pause) {
      let done = 0
      for (const [part, records] of waiting) {
        for (const id of records) {
          const bytes = environment.advisories.getBinary(advisoryKey(part, id))
          if (bytes !== undefined) add(part, decodeAdvisory(part, id, bytes))
          done += 1
          if (done % batch === 0) await pause()
        }
      }
      waiting.clear()
    },
  }
}

/** The canonical ids of what a record is about, as the store has them now. */
function vulnerabilitiesOf(environment: Environment, advisory: Advisory): readonly string[] {
  return advisory.cves.length > 0 ? advisory.cves : canonicalOf(environment, advisory.id)
}

/** The ids under which a record is found, CVEs apart: those are found by themselves. */
function namedIds(advisory: Advisory): readonly string[] {
  return [...new Set([advisory.id, ...advisory.aliases])].filter((id) => !isCve(id))
}

/** Hash of everything a record says about severity. */
function ratingsHash(advisory: Advisory): string {
  const said = [
    advisory.source,
    advisory.vendorSeverity ?? null,
    advisory.severities.map(({ version, vector, source }) => [version, vector, source ?? null]),
    advisory.affected.map(({ urgency, severities }) => [
      urgency ?? null,
      (severities ?? []).map(({ version, vector, source }) => [version, vector, source ?? null]),
    ]),
  ]
  return hashOf(encode(said)).toString('hex')
}
