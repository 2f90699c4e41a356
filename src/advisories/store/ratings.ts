// CVSS vectors as ratings: the base score calculated, and the order in which sources are preferred.
// https://www.first.org/cvss/

import calculator from 'ae-cvss-calculator'
import type { Advisory, AdvisorySeverity, CvssRating, CvssVersion, Signals } from '../../model/index.ts'
import { ecosystemNamed } from '../../model/index.ts'
import { compareText } from '../../platform/index.ts'

const { Cvss2, Cvss3P0, Cvss3P1, Cvss4P0 } = calculator

/** The vector's base score, undefined when it is not a whole vector of that version. */
function scoreOf(version: CvssVersion, vector: string): number | undefined {
  const Vector = { '2.0': Cvss2, '3.0': Cvss3P0, '3.1': Cvss3P1, '4.0': Cvss4P0 }[version]
  try {
    const scores = new Vector(vector).calculateScores()
    const base = 'baseMetricsOnly' in scores ? scores.baseMetricsOnly : scores.base
    return typeof base === 'number' && base >= 0 && base <= 10 ? base : undefined
  } catch {
    return undefined // the calculator throws on texts that are no vectors at all
  }
}

type Rank = 0 | 1 | 2

interface Ranked {
  readonly rank: Rank
  readonly rating: CvssRating
}

/** A distribution speaks of its own packages; nobody knows better whether they are affected. */
function isVendor(advisory: Advisory): boolean {
  return advisory.affected.some(({ ecosystem }) => {
    const known = ecosystemNamed(ecosystem)
    return known !== undefined && known.matchBy !== 'language'
  })
}

function ranked(advisory: Advisory, severity: AdvisorySeverity): Ranked | undefined {
  const score = scoreOf(severity.version, severity.vector)
  if (score === undefined) return undefined
  const source = severity.source ?? advisory.source
  const others: Rank = severity.source === undefined && isVendor(advisory) ? 0 : 2
  const rank: Rank = source === 'NVD' ? 1 : others
  return { rank, rating: { version: severity.version, vector: severity.vector, score, source } }
}

/**
 * All ratings of a vulnerability, once each: vendors first, then NVD, then others; of one kind by source, and of one source the
 * newest version of CVSS first. Vectors that are none are left out.
 */
export function ratingsOf(advisories: readonly Advisory[], signals: Signals): readonly CvssRating[] {
  const found = advisories.flatMap((advisory) =>
    [...advisory.severities, ...advisory.affected.flatMap(({ severities }) => severities ?? [])].flatMap(
      (severity) => ranked(advisory, severity) ?? [],
    ),
  )
  const fromNvd = (signals.nvd?.cvss ?? []).map((rating): Ranked => ({ rank: 1, rating }))
  const sorted = [...found, ...fromNvd].sort(
    (a, b) =>
      a.rank - b.rank ||
      compareText(a.rating.source, b.rating.source) ||
      compareText(b.rating.version, a.rating.version) ||
      compareText(a.rating.vector, b.rating.vector),
  )
  const seen = new Set<string>()
  return sorted.flatMap(({ rating }) => {
    const key = `${rating.source} ${rating.version} ${rating.vector}`
    if (seen.has(key)) return []
    seen.add(key)
    return [rating]
  })
}
