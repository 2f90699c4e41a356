// All weights of the score, in one place. Each is a multiplier on the odds of score/10; docs/score.md says why each is what it is.

/** One rung of a ladder, one band, one state. */
export interface Weight {
  readonly metric: string
  /** Above 1 raises, below 1 lowers, 1 leaves the score as it is. */
  readonly odds: number
}

/** A band of EPSS scores. */
interface EpssBand extends Weight {
  /** Inclusive. */
  readonly from: number
}

interface Weights {
  /** What is known about exploits. A rung includes those below it: only the highest counts. */
  readonly exploitation: Readonly<Record<'exploited' | 'weaponised' | 'published', Weight>>
  /** From the highest band down. */
  readonly epss: readonly EpssBand[]
  /** Of vulnerabilities that are attacked over a network; for others the network changes nothing. */
  readonly reachability: Readonly<Record<'reachable' | 'not-reachable', Weight>>
  /** With no fix there is nothing to install today: what can be mended comes first. */
  readonly noFix: Weight
}

export const weights: Weights = {
  exploitation: {
    exploited: { metric: 'Known exploited (CISA KEV)', odds: 6 },
    weaponised: { metric: 'Metasploit module', odds: 3 },
    published: { metric: 'Public exploit', odds: 2 },
  },
  epss: [
    { from: 0.5, metric: 'EPSS 50 % and more', odds: 2.5 },
    { from: 0.1, metric: 'EPSS 10 % to 50 %', odds: 1.5 },
    { from: 0.01, metric: 'EPSS 1 % to 10 %', odds: 1 },
    { from: 0.001, metric: 'EPSS 0.1 % to 1 %', odds: 0.8 },
    { from: 0, metric: 'EPSS below 0.1 %', odds: 0.6 },
  ],
  reachability: {
    reachable: { metric: 'Reachable from the internet', odds: 2 },
    'not-reachable': { metric: 'Not reachable from the internet', odds: 0.2 },
  },
  noFix: { metric: 'No fix available', odds: 0.8 },
}
