import { describe, expect, test } from 'vitest'
import type { Severity } from '../../model/index.ts'
import { judge, parseSeverities } from './gate.ts'
import type { ReportFinding } from './report.ts'

const finding = (id: string, severity: Severity, more: Partial<ReportFinding> = {}): ReportFinding => ({
  id,
  type: 'PACKAGE_VULNERABILITY',
  vulnerabilityId: id,
  aliases: [],
  title: id,
  severity,
  cvss: [],
  fixAvailable: 'YES',
  exploitAvailable: 'NO',
  packages: [],
  cwes: [],
  references: [],
  ...more,
})

const findings = [
  finding('critical', 'CRITICAL', { fixAvailable: 'NO', score: 9.8 }),
  finding('high', 'HIGH', { score: 7.5 }),
  finding('partly', 'HIGH', { fixAvailable: 'PARTIAL', score: 7.1 }),
  finding('low', 'LOW', { score: 3.1, kev: { dateAdded: '2024-01-01', ransomware: false } }),
  finding('unrated', 'UNTRIAGED'),
]

describe('the gate', () => {
  test.each([
    [{ failOn: parseSeverities('critical,high') }, ['critical', 'high', 'partly']],
    [{ failOn: parseSeverities('HIGH') }, ['critical', 'high', 'partly']],
    [{ failOn: parseSeverities('critical,high'), fixableOnly: true }, ['high', 'partly']],
    [{ minScore: 7.5 }, ['critical', 'high']],
    [{ kev: true }, ['low']],
    [{ kev: true, failOn: parseSeverities('critical') }, ['critical', 'low']],
    [{ failOn: parseSeverities('untriaged,low') }, ['critical', 'high', 'partly', 'low', 'unrated']],
  ])('%o names %j', (rules, expected) => {
    expect(judge(rules, findings)?.findings).toEqual(expected)
  })

  test('without a rule there is no verdict, and nothing named is a pass', () => {
    expect(judge({ fixableOnly: true }, findings)).toBeUndefined()
    expect(judge({ failOn: ['CRITICAL'] }, [])?.failed).toBe(false)
  })

  test.each(['', 'hihg', 'high;low'])('refuses %j and lists the words', (text) => {
    expect(() => parseSeverities(text)).toThrow(
      expect.objectContaining({ code: 'USAGE_SEVERITY', exitCode: 2 }),
    )
  })
})
