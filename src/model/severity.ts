// Severity bands as Inspector names them, and CVSS vectors as OSV types them.

export const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNTRIAGED'] as const

/** From worst to least; `UNTRIAGED`: nobody has rated it yet. */
export type Severity = (typeof severities)[number]

/** The band of a CVSS or Longwatch score: 0 informational, below 4 low, below 7 medium, below 9 high, else critical. */
export function severityOfScore(score: number): Severity {
  if (score >= 9) return 'CRITICAL'
  if (score >= 7) return 'HIGH'
  if (score >= 4) return 'MEDIUM'
  return score > 0 ? 'LOW' : 'INFORMATIONAL'
}

/** Sorts worst first. */
export function compareSeverity(a: Severity, b: Severity): number {
  return severities.indexOf(a) - severities.indexOf(b)
}

export type CvssVersion = '2.0' | '3.0' | '3.1' | '4.0'

/** One CVSS rating and who gave it. */
export interface CvssRating {
  readonly version: CvssVersion
  /** The vector as the source wrote it, with its `CVSS:3.1/` prefix (version 2 has none). */
  readonly vector: string
  /** Base score, 0 to 10, calculated from the vector. */
  readonly score: number
  /** Who rated: `NVD`, `GITHUB`, `DEBIAN`, `AMAZON`, … */
  readonly source: string
}
