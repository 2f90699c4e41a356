import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CvssRating, Signals, Vulnerability } from '../model/index.ts'
import { parseCvss } from './cvss.ts'
import { multiplyOdds } from './odds.ts'
import type { ScoreContext } from './score.ts'
import { scoreOf } from './score.ts'
import { weights } from './weights.ts'

const vectors = {
  '9.8': 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  '7.5': 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
  '7.8': 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H',
  '10.0': 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
  '0.0': 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N',
} as const

const rating = (vector: string, source = 'NVD', version: CvssRating['version'] = '3.1'): CvssRating => ({
  vector,
  source,
  version,
  score: parseCvss(vector)!.baseScore,
})

function flaw(cvss: readonly CvssRating[], signals: Signals = {}): Vulnerability {
  return {
    id: 'CVE-2024-1',
    aliases: [],
    advisories: [],
    cvss,
    cwes: [],
    references: [],
    signals,
    withdrawn: false,
  }
}

const kev = { dateAdded: '2024-01-01', ransomware: false }
const exploitDb = [{ id: '51234' }]
const metasploit = [{ id: 'exploit/multi/http/x' }]
const epss = (score: number): Signals['epss'] => ({ score, percentile: score, date: '2026-08-15' })

describe('CVSS', () => {
  test.each([
    ['AV:N/AC:L/Au:N/C:P/I:P/A:P', '2.0', 7.5, 'network'],
    ['CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H', '3.0', 7.8, 'local'],
    [vectors['9.8'], '3.1', 9.8, 'network'],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', '4.0', 9.3, 'network'],
    ['CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', '3.1', 4.6, 'local'],
  ])('%s is version %s with base score %d, attacked by %s', (vector, version, baseScore, attack) => {
    expect(parseCvss(vector)).toEqual({ version, baseScore, attack })
  })

  test.each([
    '',
    'CVSS:3.1/AV:N',
    'CVSS:9.9/AV:N/AC:L',
    'CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    'high',
    '7.5',
  ])('%j is no vector', (text) => {
    expect(parseCvss(text)).toBeUndefined()
  })

  test('cut and altered vectors never throw', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(vectors)), fc.nat(60), fc.string(), (vector, at, junk) => {
        const result = parseCvss(vector.slice(0, at) + junk)
        expect(result === undefined || (result.baseScore >= 0 && result.baseScore <= 10)).toBe(true)
      }),
    )
  })
})

describe('which rating counts', () => {
  const nvd = rating(vectors['9.8'])
  const debian = rating(vectors['7.5'], 'DEBIAN')
  const github4 = rating('CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 'GITHUB', '4.0')
  const old = rating('AV:N/AC:L/Au:N/C:P/I:P/A:P', 'NVD', '2.0')

  const cases: readonly [string, readonly CvssRating[], ScoreContext, number | undefined, string][] = [
    ['the vendor of the package before NVD', [nvd, debian], { ecosystem: 'Debian' }, 7.5, 'HIGH'],
    [
      'NVD before the vendor of another distribution',
      [debian, nvd],
      { ecosystem: 'Amazon Linux' },
      9.8,
      'CRITICAL',
    ],
    ['CVSS 4 only when there is no 3', [github4], { ecosystem: 'npm' }, 9.3, 'CRITICAL'],
    [
      'CVSS 3 before 4 of the same source',
      [github4, rating(vectors['7.5'], 'GITHUB')],
      { ecosystem: 'npm' },
      7.5,
      'HIGH',
    ],
    ['a word where there is no modern vector', [old], { vendorSeverity: 'medium' }, 5.5, 'MEDIUM'],
    ['CVSS 2 when there is nothing else', [old], {}, 7.5, 'HIGH'],
    ["a vector before the vendor's word", [nvd], { vendorSeverity: 'not yet assigned' }, 9.8, 'CRITICAL'],
    [
      "Debian's unimportant before any vector",
      [nvd],
      { ecosystem: 'Debian', vendorSeverity: 'unimportant' },
      0,
      'INFORMATIONAL',
    ],
    ['nobody', [], { vendorSeverity: 'not yet assigned' }, undefined, 'UNTRIAGED'],
    ['capitals or not', [], { vendorSeverity: 'Important' }, 8, 'HIGH'],
  ]
  test.each(cases)('%s', (_, cvss, context, score, severity) => {
    const result = scoreOf(flaw(cvss), context)
    expect(result.score).toBe(score)
    expect(result.severity).toBe(severity)
  })
})

describe('the laws of the score', () => {
  const anyBase = fc.integer({ min: 0, max: 100 }).map((tenths) => tenths / 10)
  const anyVector = fc.constantFrom(...Object.values(vectors))
  const anySignals: fc.Arbitrary<Signals> = fc.record(
    {
      kev: fc.constant(kev),
      exploitDb: fc.constant(exploitDb),
      metasploit: fc.constant(metasploit),
      epss: fc.double({ min: 0, max: 1, noNaN: true }).map((score) => epss(score)!),
    },
    { requiredKeys: [] },
  )
  const anyContext: fc.Arbitrary<ScoreContext> = fc.record(
    {
      reachability: fc.constantFrom<'reachable' | 'not-reachable'>('reachable', 'not-reachable'),
      fix: fc.constantFrom<'yes' | 'no' | 'partial'>('yes', 'no', 'partial'),
    },
    { requiredKeys: [] },
  )
  const scored = (vector: string, signals: Signals, context: ScoreContext): number =>
    scoreOf(flaw([rating(vector)], signals), context).score!

  test('odds times anything stay inside 0 to 10, and grow with the base and with each factor', () => {
    const factor = fc.double({ min: 0.01, max: 100, noNaN: true })
    fc.assert(
      fc.property(anyBase, anyBase, fc.array(factor, { maxLength: 6 }), factor, (a, b, factors, extra) => {
        const score = multiplyOdds(a, factors)
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(10)
        const more = multiplyOdds(a, [...factors, extra])
        expect(extra >= 1 ? more >= score : more <= score).toBe(true)
        if (a <= b) expect(multiplyOdds(b, factors)).toBeGreaterThanOrEqual(score)
      }),
    )
  })

  test('inside 0 to 10 with one decimal', () => {
    fc.assert(
      fc.property(anyVector, anySignals, anyContext, (vector, signals, context) => {
        const score = scored(vector, signals, context)
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(10)
        expect(Math.round(score * 10) / 10).toBe(score)
      }),
    )
  })

  test('unknown is neutral: without signals and place the score is the base score', () => {
    for (const vector of Object.values(vectors)) {
      const { score, base, details } = scoreOf(flaw([rating(vector)]))
      expect(score).toBe(base)
      expect(details?.adjustedCvss.adjustments).toEqual([])
    }
  })

  test('each exploit signal raises or keeps, whatever else is known', () => {
    fc.assert(
      fc.property(anyVector, anySignals, anyContext, (vector, signals, context) => {
        const score = scored(vector, signals, context)
        for (const more of [{ kev }, { exploitDb }, { metasploit }])
          expect(scored(vector, { ...signals, ...more }, context)).toBeGreaterThanOrEqual(score)
      }),
    )
  })

  test('a higher EPSS never lowers', () => {
    const probability = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(
        anyVector,
        anySignals,
        anyContext,
        probability,
        probability,
        (vector, signals, context, a, b) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)].map((score) =>
            scored(vector, { ...signals, epss: epss(score)! }, context),
          )
          expect(high!).toBeGreaterThanOrEqual(low!)
        },
      ),
    )
  })

  test('reachable is at least unknown, and unknown at least not reachable; a fix is at least none', () => {
    fc.assert(
      fc.property(anyVector, anySignals, anyContext, (vector, signals, context) => {
        const { reachability: _, ...unknown } = context
        const at = (reachability: 'reachable' | 'not-reachable'): number =>
          scored(vector, signals, { ...unknown, reachability })
        expect(at('reachable')).toBeGreaterThanOrEqual(scored(vector, signals, unknown))
        expect(scored(vector, signals, unknown)).toBeGreaterThanOrEqual(at('not-reachable'))
        expect(scored(vector, signals, { ...context, fix: 'yes' })).toBeGreaterThanOrEqual(
          scored(vector, signals, { ...context, fix: 'no' }),
        )
      }),
    )
  })

  test('the network changes nothing for a local attack', () => {
    for (const reachability of ['reachable', 'not-reachable'] as const)
      expect(scored(vectors['7.8'], {}, { reachability })).toBe(7.8)
  })

  test('a 9.8 out of reach without exploit and fix ranks below a 7.5 in reach with a public exploit', () => {
    const theory = scored(vectors['9.8'], {}, { reachability: 'not-reachable', fix: 'no' })
    expect(theory).toBeLessThan(
      scored(vectors['7.5'], { exploitDb }, { reachability: 'reachable', fix: 'yes' }),
    )
    expect(theory).toBeLessThan(
      scored(vectors['7.5'], { exploitDb }, { reachability: 'reachable', fix: 'no' }),
    )
  })

  test('exploited and reachable lifts a 9.8', () => {
    const score = scored(vectors['9.8'], { kev }, { reachability: 'reachable' })
    expect(score).toBeGreaterThanOrEqual(9.8)
    expect(
      scored(vectors['9.8'], { kev, epss: epss(0)! }, { reachability: 'reachable', fix: 'no' }),
    ).toBeGreaterThanOrEqual(9.5)
  })

  test('a rung of the exploit ladder counts once', () => {
    expect(scored(vectors['7.5'], { kev, metasploit, exploitDb }, {})).toBe(
      scored(vectors['7.5'], { kev }, {}),
    )
    const { exploited, weaponised, published } = weights.exploitation
    expect(exploited.odds).toBeGreaterThan(weaponised.odds)
    expect(weaponised.odds).toBeGreaterThan(published.odds)
  })
})

test('the explanation has the shape of inspectorScoreDetails and says what each factor did', () => {
  const { details } = scoreOf(flaw([rating(vectors['7.5'])], { exploitDb, epss: epss(0.7)! }), {
    reachability: 'reachable',
    fix: 'no',
  })
  expect(details).toEqual({
    adjustedCvss: {
      scoreSource: 'NVD',
      cvssSource: 'NVD',
      version: '3.1',
      score: 9.6,
      scoringVector: vectors['7.5'],
      adjustments: [
        { metric: 'Public exploit', reason: 'Exploit-DB 51234: odds × 2, 7.5 → 8.6' },
        {
          metric: 'EPSS 50 % and more',
          reason: 'probability in the next 30 days, 2026-08-15: odds × 2.5, 8.6 → 9.4',
        },
        {
          metric: 'Reachable from the internet',
          reason: 'network paths to the resource: odds × 2, 9.4 → 9.7',
        },
        { metric: 'No fix available', reason: 'no version without it was published: odds × 0.8, 9.7 → 9.6' },
      ],
    },
  })
})
