// Evidence in words.

import type { Evidence } from '../matching/index.ts'
import type { AffectedRange } from '../model/index.ts'
import type { FindingEvidence } from './finding.ts'

/** What one advisory said and how it was applied, as findings show it. */
export function evidenceInWords(evidence: Evidence): FindingEvidence {
  const { feed, advisory, source, ecosystem, release, name, version, scheme, status, modified } = evidence
  return {
    feed,
    advisory,
    source,
    key: `${release === '' ? ecosystem : `${ecosystem}:${release}`}/${name}`,
    comparedVersion: version,
    scheme,
    status,
    range: rangeOf(evidence),
    ...(evidence.fixedVersion === undefined ? {} : { fixedVersion: evidence.fixedVersion }),
    modified,
  }
}

function rangeOf({ range, listedVersion, status }: Evidence): string {
  if (listedVersion !== undefined) return 'listed'
  if (range !== undefined) return rangeInWords(range)
  return status === 'not-affected' ? 'no version' : 'every version'
}

/** `>= 1.0, < 1.2 || >= 2.0, < 2.1`, in the source's order. */
export function rangeInWords({ events, lastKnownAffected }: AffectedRange): string {
  const stretches: string[][] = []
  const limits: string[] = []
  for (const event of events) {
    if ('introduced' in event) stretches.push([`>= ${event.introduced}`])
    else if ('limit' in event) limits.push(event.limit)
    else {
      const end = 'fixed' in event ? `< ${event.fixed}` : `<= ${event.lastAffected}`
      const last = stretches.at(-1)
      if (last === undefined) stretches.push([end])
      else last.push(end)
    }
  }
  const text = stretches.map((stretch) => stretch.join(', ')).join(' || ')
  return [
    text,
    ...(lastKnownAffected === undefined ? [] : [`known up to ${lastKnownAffected}`]),
    ...(limits.length === 0 ? [] : [`looked at below ${limits.join(', ')}`]),
  ].join('; ')
}
