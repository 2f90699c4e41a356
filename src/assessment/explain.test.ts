import { describe, expect, test } from 'vitest'
import { advisory, built, inventoryOf, memoryReader, os, pkg } from '../../test/support/judging.ts'
import type { Package } from '../model/index.ts'
import { explain } from './explain.ts'

const today = '2026-11-23'
const bookworm = os('debian', '12')
const reader = memoryReader([
  advisory('DSA-5532-1', [{ of: 'Debian:12/openssl', events: ['0', '!3.0.11-1~deb12u2'] }], {
    cves: ['CVE-2023-5363'],
  }),
  advisory('CVE-2024-9', [{ of: 'Debian:12/openssl', status: 'not-affected' }], { feed: 'debian-tracker' }),
  advisory('PYSEC-2024-1', [{ of: 'PyPI/pytz', events: ['0', '!2023.1'] }], { cves: ['CVE-2024-1'] }),
  advisory('PYSEC-2024-2', [{ of: 'PyPI/requests', events: ['0', '!2.31.0'] }], { cves: ['CVE-2023-32681'] }),
  advisory('CVE-2024-7', [{ of: 'Debian:12/httpd', architectures: ['arm64'], events: ['0'] }]),
])
const story = (
  packages: readonly Package[],
  id: string,
  options: Partial<Parameters<typeof explain>[3]> = {},
) => explain(inventoryOf(packages, bookworm), reader, id, { today, ...options })
const steps = (...input: Parameters<typeof story>): readonly string[] =>
  story(...input).vulnerabilities.flatMap(({ packages }) =>
    packages.flatMap((item) => item.steps.map(({ kind, text }) => `${kind}: ${text}`)),
  )

test('a flagged package: found, looked up, compared, decided', () => {
  const packages = [built('deb', 'libssl3', '3.0.11-1~deb12u1', 'openssl')]
  expect(story(packages, 'CVE-2023-5363').vulnerabilities).toMatchObject([
    { id: 'CVE-2023-5363', outcome: 'flagged', about: ['Debian:12/openssl'] },
  ])
  expect(steps(packages, 'CVE-2023-5363')).toEqual([
    'found: libssl3 3.0.11-1~deb12u1, built from openssl 3.0.11-1~deb12u1, found by test in found/libssl3',
    'lookup: looked up as Debian:12/openssl with version 3.0.11-1~deb12u1 (dpkg): 2 advisories, 1 of them about this',
    'advisory: DSA-5532-1 (osv/Debian) says affected, >= 0, < 3.0.11-1~deb12u2: 3.0.11-1~deb12u1 is in an affected range',
    'decision: affected: 3.0.11-1~deb12u1 is in an affected range; fixed in 3.0.11-1~deb12u2',
  ])
})

test('an advisory id explains its vulnerabilities', () => {
  expect(
    story([built('deb', 'libssl3', '3', 'openssl')], 'DSA-5532-1').vulnerabilities.map(({ id }) => id),
  ).toEqual(['CVE-2023-5363'])
})

test('a backported fix: the version is lower than upstream’s and fixed all the same', () => {
  const packages = [built('deb', 'libssl3', '3.0.11-1~deb12u2', 'openssl')]
  expect(story(packages, 'CVE-2023-5363').vulnerabilities[0]?.outcome).toBe('clear')
  expect(steps(packages, 'CVE-2023-5363').at(-1)).toBe(
    'decision: not affected: 3.0.11-1~deb12u2 has the fix of 3.0.11-1~deb12u2',
  )
})

test("the vendor's status", () => {
  expect(steps([built('deb', 'libssl3', '3', 'openssl')], 'CVE-2024-9').slice(-2)).toEqual([
    'advisory: CVE-2024-9 (debian-tracker) says not-affected, no version: the vendor says that it is not affected',
    'decision: not affected: the vendor says that it is not affected',
  ])
})

test('a version that cannot be compared', () => {
  const packages = [pkg('pypi', 'pytz', '2004d')]
  const [vulnerability] = story(packages, 'CVE-2024-1').vulnerabilities
  expect(vulnerability?.outcome).toBe('unknown')
  expect(vulnerability?.packages[0]?.reason.code).toBe('VERSION_UNPARSABLE')
  expect(steps(packages, 'CVE-2024-1').at(-1)).toMatch(
    /^decision: cannot be told: 2004d is no pep440 version/,
  )
})

test('a package that is judged through its owner', () => {
  const owner = pkg('deb', 'python3-requests', '2.28.1')
  const packages = [owner, pkg('pypi', 'requests', '2.28.1', { ownedBy: owner.purl })]
  expect(steps(packages, 'CVE-2023-32681')).toEqual([
    'found: requests 2.28.1, found by test in found/requests',
    'owner: its files belong to pkg:deb/python3-requests@2.28.1',
    'lookup: looked up as PyPI/requests with version 2.28.1 (pep440): 1 advisories, 1 of them about this',
    'advisory: PYSEC-2024-2 (osv/PyPI) says affected, >= 0, < 2.31.0: 2.28.1 is in an affected range',
    'decision: not affected: its files belong to pkg:deb/python3-requests@2.28.1, which is judged by the advisories of Debian',
  ])
})

describe('what is not there', () => {
  const packages = [built('deb', 'libssl3', '3.0.11-1~deb12u1', 'openssl')]

  test('an id that no advisory knows', () => {
    expect(story(packages, 'CVE-1999-0001').vulnerabilities).toEqual([])
  })

  test('a record that was taken back', () => {
    const withdrawn = advisory('GHSA-1', [{ of: 'npm/x', events: ['0'] }], {
      withdrawn: '2024-10-15T00:00:00Z',
      summary: 'A flaw',
    })
    const inventory = inventoryOf([pkg('npm', 'x', '1.0.0')])
    expect(explain(inventory, memoryReader([withdrawn]), 'GHSA-1', { today }).vulnerabilities).toMatchObject([
      { outcome: 'absent', title: 'Withdrawn by those who published it: A flaw' },
    ])
  })

  test('a vulnerability of other packages', () => {
    expect(story(packages, 'CVE-2023-32681').vulnerabilities).toMatchObject([
      { outcome: 'absent', about: ['PyPI/requests'], packages: [] },
    ])
  })

  test('a package that no advisory about it names, when it is asked for', () => {
    const asked = story(packages, 'CVE-2023-32681', { package: 'libssl3' })
    expect(asked.vulnerabilities[0]?.packages).toMatchObject([
      { name: 'libssl3', answer: 'not-affected', reason: { code: 'NOT_MENTIONED' } },
    ])
  })
})

test('a rule that hides it is told with its reason', () => {
  const rules = [
    { vulnerability: 'CVE-2023-5363', reason: 'SEC-1', expires: '2026-12-31', origin: 'rules line 1' },
  ]
  const packages = [built('deb', 'libssl3', '3.0.11-1~deb12u1', 'openssl')]
  expect(steps(packages, 'CVE-2023-5363', { rules }).at(-1)).toBe(
    'ignored: hidden by a rule: SEC-1, until 2026-12-31',
  )
  expect(steps(packages, 'CVE-2023-5363', { rules, today: '2027-01-01' }).at(-1)).toMatch(/^decision/)
})
