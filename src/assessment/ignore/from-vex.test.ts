import { describe, expect, test } from 'vitest'
import { advisory, assessmentOf, pkg } from '../../../test/support/judging.ts'
import type { VexProduct, VexStatus } from '../../sbom/index.ts'
import { applyIgnoreRules } from './apply.ts'
import { rulesFromVex } from './from-vex.ts'

const lodash = 'pkg:npm/lodash@4.17.20'
const document = (status: VexStatus, product: VexProduct, vulnerability = 'CVE-2021-23337') => ({
  format: 'OpenVEX' as const,
  origin: 'vex.json',
  author: 'Example',
  statements: [
    { vulnerability, aliases: [], status, products: [product], justification: 'vulnerable_code_not_present' },
  ],
  diagnostics: [],
})

const assessment = assessmentOf({
  packages: [pkg('npm', 'lodash', '4.17.20'), pkg('npm', 'express', '4.0.0')],
  advisories: [
    advisory('CVE-2021-23337', [{ of: 'npm/lodash', events: ['0', '!4.17.21'] }]),
    advisory('CVE-2024-2', [{ of: 'npm/express', events: ['0'] }]),
  ],
})
const artifact = ['registry.example/shop:1.0', `sha256:${'a'.repeat(64)}`]
const left = (...input: Parameters<typeof document>): number =>
  applyIgnoreRules(assessment, rulesFromVex(document(...input)), { today: '2026-11-23', artifact }).assessment
    .findings.length

describe('a statement', () => {
  test.each<[VexStatus, number]>([
    ['not_affected', 1],
    ['fixed', 1],
    ['affected', 2],
    ['under_investigation', 2],
  ])('%s about the package leaves %d findings', (status, expected) => {
    expect(left(status, { id: lodash })).toBe(expected)
  })

  test.each<[string, VexProduct, number]>([
    [
      'a package in this image, by digest',
      { id: `pkg:oci/shop@sha256%3A${'a'.repeat(64)}`, component: lodash },
      1,
    ],
    ['a package in another image', { id: `pkg:oci/shop@sha256%3A${'b'.repeat(64)}`, component: lodash }, 2],
    [
      'a package in this image, by repository',
      { id: 'pkg:oci/shop?repository_url=registry.example/shop', component: lodash },
      1,
    ],
    ['this image as a whole', { id: 'pkg:oci/shop?repository_url=registry.example/shop' }, 1],
    ['another package', { id: 'pkg:npm/lodash@4.17.19' }, 2],
    ['any version of the package', { id: 'pkg:npm/lodash' }, 1],
    ['a product that nobody can tell', { id: 'Example Appliance', component: lodash }, 2],
  ])('about %s leaves %d findings', (_, product, expected) => {
    expect(left('not_affected', product)).toBe(expected)
  })

  test('is told with its author and justification', () => {
    expect(rulesFromVex(document('not_affected', { id: lodash }))).toEqual([
      {
        vulnerability: 'CVE-2021-23337',
        package: lodash,
        reason: 'Example: not affected, vulnerable code not present',
        origin: 'vex.json',
      },
    ])
  })
})
