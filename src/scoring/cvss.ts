// CVSS vectors: which version, which base score, from where it is attacked. https://www.first.org/cvss/

import calculator from 'ae-cvss-calculator'
import type { CvssVersion } from '../model/index.ts'

const { Cvss2, Cvss3P0, Cvss3P1, Cvss4P0 } = calculator

const vectors = { '2.0': Cvss2, '3.0': Cvss3P0, '3.1': Cvss3P1, '4.0': Cvss4P0 } as const

export interface CvssVector {
  readonly version: CvssVersion
  /** 0 to 10. */
  readonly baseScore: number
  /** From where it is attacked; adjacent networks count as `network`. */
  readonly attack: 'network' | 'local'
}

/** Reads a vector of any version; undefined when it is not one with all base metrics. */
export function parseCvss(vector: string): CvssVector | undefined {
  const prefix = /^CVSS:(\d\.\d)\//.exec(vector)?.[1]
  const version = prefix ?? '2.0'
  if (!isVersion(version)) return undefined
  const attack = /(?:^|\/)\(?AV:([NALP])/.exec(vector)?.[1]
  if (attack === undefined) return undefined
  const baseScore = baseScoreOf(version, vector)
  if (baseScore === undefined) return undefined
  return { version, baseScore, attack: attack === 'N' || attack === 'A' ? 'network' : 'local' }
}

const isVersion = (text: string): text is CvssVersion => text in vectors

function baseScoreOf(version: CvssVersion, vector: string): number | undefined {
  try {
    const scores = new vectors[version](vector).calculateScores()
    const base = 'baseMetricsOnly' in scores ? scores.baseMetricsOnly : scores.base
    return typeof base === 'number' && base >= 0 && base <= 10 ? base : undefined
  } catch {
    return undefined // the calculator throws on metrics that it does not know
  }
}
