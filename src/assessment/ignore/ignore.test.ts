import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { advisory, assessmentOf, pkg } from '../../../test/support/judging.ts'
import { hasCode, messageOf } from '../../platform/index.ts'
import { applyIgnoreRules } from './apply.ts'
import { parseIgnoreFile } from './parse.ts'
import type { IgnoreRule } from './rule.ts'
import { fits, matchesGlob } from './rule.ts'

const today = '2026-11-23'
const rule = (more: Partial<IgnoreRule>): IgnoreRule => ({
  reason: 'SEC-1',
  expires: '2026-12-31',
  origin: 'rules line 1',
  ...more,
})

describe('the file', () => {
  const file = `ignore:
  - vulnerability: CVE-2024-1
    package: pkg:npm/lodash
    reason: not reachable, SEC-1
    expires: 2026-12-31
  - path: "app/vendor/**"
    artifact: registry.example/shop:*
    reason: SEC-2
    expires: 2027-01-31
`
  test('gives rules that know where they were written', () => {
    expect(parseIgnoreFile(file, 'ignore.yaml')).toEqual([
      {
        vulnerability: 'CVE-2024-1',
        package: 'pkg:npm/lodash',
        reason: 'not reachable, SEC-1',
        expires: '2026-12-31',
        origin: 'ignore.yaml line 2',
      },
      {
        path: 'app/vendor/**',
        artifact: 'registry.example/shop:*',
        reason: 'SEC-2',
        expires: '2027-01-31',
        origin: 'ignore.yaml line 6',
      },
    ])
  })

  test.each([
    ['', 0],
    ['ignore:\n', 0],
    ['ignore: []\n', 0],
  ])('%j has no rules', (text, count) => {
    expect(parseIgnoreFile(text, 'x')).toHaveLength(count)
  })

  const one = (fields: string): string => `ignore:\n  - ${fields.split(', ').join('\n    ')}\n`
  test.each([
    ['no reason', one('vulnerability: CVE-1, expires: 2026-12-31'), 'line 2: the rule has no reason'],
    ['no expiry', one('vulnerability: CVE-1, reason: x'), 'line 2: the rule has no expires'],
    ['an empty reason', one('vulnerability: CVE-1, reason: "", expires: 2026-12-31'), 'reason is not a text'],
    ['a day that is none', one('vulnerability: CVE-1, reason: x, expires: 2026-02-30'), 'is no day like'],
    ['another form of day', one('vulnerability: CVE-1, reason: x, expires: soon'), 'is no day like'],
    ['no scope', one('reason: x, expires: 2026-12-31'), 'would hide everything'],
    [
      'an unknown key',
      one('vulnerabilty: CVE-1, reason: x, expires: 2026-12-31'),
      'unknown key vulnerabilty',
    ],
    ['an unknown key at the top', 'ignores: []\n', 'unknown key ignores'],
    ['a list at the top', '- vulnerability: CVE-1\n', 'not a map'],
    ['a rule that is a text', 'ignore:\n  - CVE-1\n', 'a rule is not a map'],
    [
      'a number for a text',
      one('vulnerability: 1, reason: x, expires: 2026-12-31'),
      'vulnerability is not a text',
    ],
    ['no YAML', 'ignore: [', 'line 1'],
    ['a key twice', one('reason: x, reason: y, vulnerability: z, expires: 2026-12-31'), 'unique'],
  ])('%s is refused with its line', (_, text, message) => {
    let error: unknown
    try {
      parseIgnoreFile(text, 'ignore.yaml')
    } catch (thrown) {
      error = thrown
    }
    expect(hasCode(error, 'IGNORE_FILE_INVALID'), messageOf(error)).toBe(true)
    expect(messageOf(error)).toContain(message)
  })

  test('any text gives rules or an error of ours', () => {
    fc.assert(
      fc.property(fc.nat(file.length), fc.string(), (at, junk) => {
        try {
          parseIgnoreFile(file.slice(0, at) + junk, 'x')
        } catch (error) {
          expect(hasCode(error, 'IGNORE_FILE_INVALID')).toBe(true)
        }
      }),
    )
  })
})

describe('a rule fits', () => {
  const what = {
    vulnerability: 'CVE-2024-1',
    aliases: ['GHSA-AAAA'],
    purl: 'pkg:npm/%40scope/name@1.0.0?arch=x',
    name: '@scope/name',
    paths: ['app/node_modules/@scope/name/package.json'],
    artifact: ['registry.example/shop:1.2', 'sha256:abc'],
  }
  test.each<[boolean, Partial<IgnoreRule>]>([
    [true, { vulnerability: 'CVE-2024-1' }],
    [true, { vulnerability: 'ghsa-aaaa' }],
    [false, { vulnerability: 'CVE-2024-10' }],
    [true, { package: '@scope/name' }],
    [false, { package: 'name' }],
    [true, { package: 'pkg:npm/%40scope/name' }],
    [true, { package: 'pkg:npm/%40scope/name@1.0.0' }],
    [false, { package: 'pkg:npm/%40scope/name@1.0' }],
    [true, { package: 'pkg:npm/%40scope/name@1.0.0?arch=x' }],
    [false, { package: 'pkg:npm/%40scope/name@1.0.0?arch=y' }],
    [true, { path: 'app/**' }],
    [true, { path: '/app/**/package.json' }],
    [false, { path: 'app/*' }],
    [false, { path: 'vendor/**' }],
    [true, { artifact: 'registry.example/shop:*' }],
    [true, { artifact: 'sha256:abc' }],
    [true, { artifact: '*/shop:1.2' }],
    [false, { artifact: 'registry.example/shop' }],
    [false, { vulnerability: 'CVE-2024-1', path: 'vendor/**' }],
  ])('%s: %j', (expected, scope) => {
    expect(fits(rule(scope), what)).toBe(expected)
  })

  test('a path has to fit every place of the package', () => {
    const paths = ['vendor/a', 'app/a']
    expect(fits(rule({ path: 'vendor/*' }), { ...what, paths })).toBe(false)
    expect(fits(rule({ path: '**/a' }), { ...what, paths })).toBe(true)
  })

  test('patterns of many stars take no time', () => {
    expect(matchesGlob(`${'*a'.repeat(200)}b`, 'a'.repeat(4000))).toBe(false)
  })
})

describe('applied to an assessment', () => {
  const assessment = assessmentOf({
    packages: [pkg('npm', 'one', '1.0.0'), pkg('npm', 'two', '1.0.0'), pkg('npm', 'three', '1.0.0')],
    advisories: [
      advisory('CVE-2024-1', [
        { of: 'npm/one', events: ['0', '!2.0.0'] },
        { of: 'npm/two', events: ['0'] },
      ]),
      advisory('CVE-2024-2', [{ of: 'npm/three', events: ['0'] }]),
    ],
  })
  const apply = (...rules: readonly IgnoreRule[]) =>
    applyIgnoreRules(assessment, rules, { today, artifact: [] })
  const left = (...rules: readonly IgnoreRule[]): readonly string[] =>
    apply(...rules).assessment.findings.map(({ vulnerabilityId, packages, fixAvailable }) =>
      [vulnerabilityId, fixAvailable, ...packages.map(({ name }) => name)].join(' '),
    )

  test('without rules nothing changes', () => {
    expect(apply().assessment).toBe(assessment)
    expect(left()).toEqual(['CVE-2024-1 PARTIAL one two', 'CVE-2024-2 NO three'])
  })

  test('a finding goes when all of its packages go, and is kept beside with the rule', () => {
    const hide = rule({ vulnerability: 'CVE-2024-2' })
    const { ignored, diagnostics } = apply(hide)
    expect(left(hide)).toEqual(['CVE-2024-1 PARTIAL one two'])
    expect(ignored).toMatchObject([{ rule: hide, finding: { vulnerabilityId: 'CVE-2024-2' } }])
    expect(diagnostics).toEqual([])
  })

  test('a finding keeps the packages that no rule names', () => {
    const hide = rule({ package: 'one' })
    expect(left(hide)).toEqual(['CVE-2024-1 NO two', 'CVE-2024-2 NO three'])
    expect(apply(hide).ignored[0]?.finding.packages.map(({ name }) => name)).toEqual(['one'])
  })

  test('an expired rule hides nothing and warns', () => {
    const old = rule({ vulnerability: 'CVE-2024-2', expires: '2026-11-22' })
    expect(left(old)).toHaveLength(2)
    expect(apply(old).diagnostics).toMatchObject([
      { level: 'warning', code: 'IGNORE_RULE_EXPIRED', place: 'rules line 1' },
    ])
    expect(left(rule({ vulnerability: 'CVE-2024-2', expires: today }))).toHaveLength(1)
  })

  test('a rule that fits nothing says so', () => {
    expect(apply(rule({ vulnerability: 'CVE-1999-1' })).diagnostics).toMatchObject([
      { level: 'info', code: 'IGNORE_RULE_UNUSED' },
    ])
  })
})
