// How bad a vulnerability is here: the base rating, its odds multiplied by what is known about exploits and about this place.

import type { Severity, Vulnerability } from '../model/index.ts'
import { severityOfScore } from '../model/index.ts'
import type { Base } from './base.ts'
import { baseOf } from './base.ts'
import { multiplyOdds } from './odds.ts'
import type { Weight } from './weights.ts'
import { weights } from './weights.ts'

/** What is known about the place. What is absent is unknown and changes nothing. */
export interface ScoreContext {
  /** The ecosystem whose advisories judged the package: its vendor's rating comes first. */
  readonly ecosystem?: string
  /** The vendor's own word: `Important`, `unimportant`, `not yet assigned`. */
  readonly vendorSeverity?: string
  /** Whose word that is. */
  readonly vendorSource?: string
  readonly reachability?: 'reachable' | 'not-reachable'
  readonly fix?: 'yes' | 'no' | 'partial'
}

/** Inspector's `inspectorScoreDetails`. */
export interface ScoreDetails {
  readonly adjustedCvss: {
    readonly scoreSource: string
    readonly cvssSource: string
    readonly version: string
    readonly score: number
    /** The vector; the vendor's word where there is no vector. */
    readonly scoringVector: string
    readonly adjustments: readonly Adjustment[]
  }
}

/** One factor: what it is, and by how much it moved the score. */
export interface Adjustment {
  readonly metric: string
  readonly reason: string
}

export interface Score {
  readonly severity: Severity
  /** 0 to 10, one decimal; absent when nobody has rated the vulnerability. */
  readonly score?: number
  /** The rating it started from. */
  readonly base?: number
  readonly details?: ScoreDetails
}

/** The score of a vulnerability in a place. Pure; without ratings `UNTRIAGED`. */
export function scoreOf(vulnerability: Vulnerability, context: ScoreContext = {}): Score {
  const base = baseOf(vulnerability, context)
  if (base === undefined) return { severity: 'UNTRIAGED' }
  const factors = factorsOf(vulnerability, context, base)
  const score = multiplyOdds(
    base.score,
    factors.map(({ weight }) => weight.odds),
  )
  return {
    severity: severityOfScore(score),
    score,
    base: base.score,
    details: { adjustedCvss: { ...sourceOf(base), score, adjustments: explain(base.score, factors) } },
  }
}

function sourceOf(
  base: Base,
): Pick<ScoreDetails['adjustedCvss'], 'scoreSource' | 'cvssSource' | 'version' | 'scoringVector'> {
  if (base.kind === 'word')
    return {
      scoreSource: base.source,
      cvssSource: base.source,
      version: 'severity word',
      scoringVector: base.word,
    }
  const { source, version, vector } = base.rating
  return { scoreSource: source, cvssSource: source, version, scoringVector: vector }
}

interface Factor {
  readonly weight: Weight
  /** The fact, in words. */
  readonly because: string
}

function factorsOf(vulnerability: Vulnerability, context: ScoreContext, base: Base): readonly Factor[] {
  return [
    exploitation(vulnerability),
    epss(vulnerability),
    reachability(context, base),
    context.fix === 'no'
      ? { weight: weights.noFix, because: 'no version without it was published' }
      : undefined,
  ].filter((factor): factor is Factor => factor !== undefined && factor.weight.odds !== 1)
}

function exploitation({ signals }: Vulnerability): Factor | undefined {
  const { exploited, weaponised, published } = weights.exploitation
  const { kev, metasploit, exploitDb } = signals
  if (kev !== undefined)
    return {
      weight: exploited,
      because: `in CISA's catalogue since ${kev.dateAdded}${kev.ransomware ? ', used by ransomware' : ''}`,
    }
  const [module] = metasploit ?? []
  if (module !== undefined) return { weight: weaponised, because: module.id }
  const [exploit] = exploitDb ?? []
  return exploit === undefined ? undefined : { weight: published, because: `Exploit-DB ${exploit.id}` }
}

function epss({ signals }: Vulnerability): Factor | undefined {
  const score = signals.epss?.score
  if (score === undefined) return undefined
  const band = weights.epss.find(({ from }) => score >= from)
  return band === undefined
    ? undefined
    : {
        weight: band,
        because: `probability in the next 30 days, ${signals.epss?.date ?? ''}`.replace(/, $/, ''),
      }
}

function reachability({ reachability: state }: ScoreContext, base: Base): Factor | undefined {
  if (state === undefined) return undefined
  if (base.kind === 'vector' && base.vector.attack === 'local') return undefined
  return { weight: weights.reachability[state], because: 'network paths to the resource' }
}

/** Each factor with the score before and after it, in the table's order. */
function explain(base: number, factors: readonly Factor[]): readonly Adjustment[] {
  return factors.map(({ weight, because }, index) => {
    const odds = factors.map((factor) => factor.weight.odds)
    const before = multiplyOdds(base, odds.slice(0, index))
    const after = multiplyOdds(base, odds.slice(0, index + 1))
    return {
      metric: weight.metric,
      reason: `${because}: odds × ${weight.odds}, ${before.toFixed(1)} → ${after.toFixed(1)}`,
    }
  })
}
