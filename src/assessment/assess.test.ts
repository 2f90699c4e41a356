import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { advisory, assessmentOf, built, os, pkg } from '../../test/support/judging.ts'
import type { Signals, Vulnerability } from '../model/index.ts'

const bookworm = os('debian', '12')
const openssl = advisory('DSA-5532-1', [{ of: 'Debian:12/openssl', events: ['0', '!3.0.11-1~deb12u2'] }], {
  cves: ['CVE-2023-5363'],
})
const lodash = advisory('GHSA-35jh-r3h4-6jhm', [{ of: 'npm/lodash', events: ['0', '!4.17.21'] }], {
  cves: ['CVE-2021-23337'],
  summary: 'Command injection in lodash',
  vendorSeverity: 'HIGH',
})

function rated(
  id: string,
  vector: string,
  signals: Signals = {},
  aliases: readonly string[] = [],
): Vulnerability {
  return {
    id,
    aliases,
    advisories: [],
    cvss: [{ version: '3.1', vector, score: 0, source: 'NVD' }],
    cwes: ['CWE-79'],
    references: ['https://example.org'],
    signals,
    withdrawn: false,
  }
}

const critical = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'
const medium = 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H'

test('one vulnerability of several packages is one finding with all of them', () => {
  const { findings } = assessmentOf({
    packages: [
      built('deb', 'openssl', '3.0.11-1~deb12u1', 'openssl'),
      built('deb', 'libssl3', '3.0.11-1~deb12u1', 'openssl'),
    ],
    on: bookworm,
    advisories: [openssl],
  })
  expect(findings).toHaveLength(1)
  expect(findings[0]?.packages.map(({ name }) => name)).toEqual(['libssl3', 'openssl'])
  expect(findings[0]).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    type: 'PACKAGE_VULNERABILITY',
    vulnerabilityId: 'CVE-2023-5363',
    title: 'CVE-2023-5363 - libssl3, openssl',
    severity: 'UNTRIAGED',
    fixAvailable: 'YES',
    exploitAvailable: 'NO',
  })
  expect(findings[0]?.packages[0]?.evidence).toEqual([
    {
      feed: 'osv/Debian',
      advisory: 'DSA-5532-1',
      source: 'DEBIAN',
      key: 'Debian:12/openssl',
      comparedVersion: '3.0.11-1~deb12u1',
      scheme: 'dpkg',
      status: 'affected',
      range: '>= 0, < 3.0.11-1~deb12u2',
      fixedVersion: '3.0.11-1~deb12u2',
      modified: '2026-01-01T00:00:00Z',
    },
  ])
})

test("without a vector the vendor's word rates it", () => {
  const { findings } = assessmentOf({ packages: [pkg('npm', 'lodash', '4.17.20')], advisories: [lodash] })
  expect(findings[0]).toMatchObject({
    title: 'Command injection in lodash',
    severity: 'HIGH',
    score: 8,
    vendorSeverity: 'HIGH',
  })
})

test('the worst comes first, what is known about exploits is told and scored', () => {
  const signals: Signals = {
    kev: { dateAdded: '2023-11-01', ransomware: true },
    epss: { score: 0.9, percentile: 0.99, date: '2026-08-15' },
  }
  const { findings } = assessmentOf({
    packages: [built('deb', 'openssl', '3.0.11-1~deb12u1', 'openssl'), pkg('npm', 'lodash', '4.17.20')],
    on: bookworm,
    advisories: [openssl, lodash],
    reader: { vulnerabilities: [rated('CVE-2023-5363', medium), rated('CVE-2021-23337', critical, signals)] },
  })
  expect(findings.map(({ vulnerabilityId, score, severity }) => [vulnerabilityId, score, severity])).toEqual([
    ['CVE-2021-23337', 10, 'CRITICAL'],
    ['CVE-2023-5363', 5.5, 'MEDIUM'],
  ])
  expect(findings[0]).toMatchObject({ exploitAvailable: 'YES', kev: signals.kev, epss: signals.epss })
  expect(findings[0]?.scoreDetails?.adjustedCvss.adjustments).toHaveLength(2)
})

test('a vulnerability that nothing describes is a finding all the same', () => {
  const { findings } = assessmentOf({
    packages: [pkg('npm', 'x', '1.0.0')],
    advisories: [advisory('CVE-2099-1', [{ of: 'npm/x', events: ['0'] }])],
  })
  expect(findings).toMatchObject([
    { vulnerabilityId: 'CVE-2099-1', severity: 'UNTRIAGED', fixAvailable: 'NO' },
  ])
})

test('packages that nobody could judge are grouped by reason', () => {
  const { unknowns } = assessmentOf({
    packages: [pkg('deb', 'b', '1'), pkg('deb', 'a', '1'), pkg('cocoapods', 'c', '1')],
    advisories: [],
  })
  expect(unknowns.map(({ code, packages }) => [code, packages])).toEqual([
    ['NO_DISTRIBUTION', ['pkg:deb/a@1', 'pkg:deb/b@1']],
    ['NO_ECOSYSTEM', ['pkg:cocoapods/c@1']],
  ])
})

test('the order of packages and advisories changes nothing', () => {
  const packages = [
    built('deb', 'openssl', '3.0.11-1~deb12u1', 'openssl'),
    built('deb', 'libssl3', '3.0.11-1~deb12u1', 'openssl'),
    pkg('npm', 'lodash', '4.17.20'),
    pkg('npm', 'unknown', 'x.y'),
  ]
  const advisories = [openssl, lodash, advisory('GHSA-2', [{ of: 'npm/unknown', events: ['0'] }])]
  const expected = assessmentOf({ packages, on: bookworm, advisories })
  fc.assert(
    fc.property(
      fc.shuffledSubarray(packages, { minLength: packages.length }),
      fc.shuffledSubarray(advisories, { minLength: advisories.length }),
      (some, others) => {
        expect(assessmentOf({ packages: some, on: bookworm, advisories: others })).toEqual(expected)
      },
    ),
    { numRuns: 30 },
  )
})

describe('ends of life', () => {
  const cycles = [
    { product: 'debian', cycle: '12', endOfLife: '2026-07-11', extendedSupport: '2028-06-30' },
    { product: 'debian', cycle: '11', endOfLife: '2024-08-14', extendedSupport: '2026-08-31' },
    { product: 'debian', cycle: '13', endOfLife: '2028-08-09' },
    { product: 'nodejs', cycle: '16', endOfLife: '2023-09-11' },
    { product: 'nodejs', cycle: '24', endOfLife: '2028-04-30' },
    { product: 'go', cycle: '1.2', endOfLife: true },
    { product: 'go', cycle: '1.21', endOfLife: '2024-08-13' },
  ]
  const ends = (
    packages: Parameters<typeof assessmentOf>[0]['packages'],
    on?: ReturnType<typeof os>,
  ): readonly string[] =>
    assessmentOf({
      packages,
      ...(on === undefined ? {} : { on }),
      advisories: [],
      reader: { cycles },
    }).findings.map(({ severity, title }) => `${severity} ${title}`)

  test('of the operating system, worse when nobody mends it at all', () => {
    expect(ends([], os('debian', '11'))).toEqual(['HIGH debian 11 reached its end of life on 2024-08-14'])
    expect(ends([], bookworm)).toEqual([
      'LOW debian 12 reached its end of life on 2026-07-11; extended support until 2028-06-30',
    ])
    expect(ends([], os('debian', '13'))).toEqual([])
  })

  test('of runtimes that no distribution ships, by the longest cycle', () => {
    expect(ends([pkg('generic', 'node', '16.20.2'), pkg('generic', 'node', '24.1.0')])).toEqual([
      'HIGH nodejs 16 reached its end of life on 2023-09-11',
    ])
    expect(ends([pkg('golang', 'stdlib', 'go1.21.9')])).toEqual([
      'HIGH go 1.21 reached its end of life on 2024-08-13',
    ])
    expect(ends([pkg('generic', 'node', '16.20.2', { ownedBy: 'pkg:deb/debian/nodejs@16' })])).toEqual([])
  })

  test("of a system that nobody's calendar has, by its own word", () => {
    expect(ends([], { ...os('photon', '3.0'), supportEnd: '2024-03-01' })).toEqual([
      'HIGH photon 3.0 reached its end of life on 2024-03-01',
    ])
    expect(ends([], { ...os('photon', '5.0'), supportEnd: '2028-03-01' })).toEqual([])
  })
})
