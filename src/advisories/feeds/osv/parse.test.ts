import { describe, expect, it } from 'vitest'
import type { Advisory, AffectedPackage } from '../../../model/index.ts'
import { parseOsvRecord } from './parse.ts'

const record = (more: Readonly<Record<string, unknown>>): unknown => ({
  id: 'GHSA-aaaa-bbbb-cccc',
  modified: '2025-01-02T03:04:05.678901Z',
  affected: [],
  ...more,
})

function advisory(json: unknown, ecosystem?: string): Advisory {
  const parsed = parseOsvRecord(json, { feed: 'osv/test', ...(ecosystem === undefined ? {} : { ecosystem }) })
  if (!('advisory' in parsed)) throw new Error(JSON.stringify(parsed))
  return parsed.advisory
}

const affected = (
  more: Readonly<Record<string, unknown>>,
  top: Readonly<Record<string, unknown>> = {},
): AffectedPackage =>
  advisory(
    record({
      ...top,
      affected: [{ package: { ecosystem: 'npm', name: 'lodash' }, ranges: [range()], ...more }],
    }),
  ).affected[0]!

const range = (...events: readonly object[]): object => ({
  type: 'ECOSYSTEM',
  events: events.length === 0 ? [{ introduced: '0' }] : events,
})

describe('the CVEs of a record stand', () => {
  // One real record of each source, cut to the fields that decide.
  it.each<[source: string, string, Readonly<Record<string, readonly string[]>>, readonly string[]]>([
    ['GITHUB', 'GHSA-29mw-wpgm-hmr9', { aliases: ['CVE-2020-28500'] }, ['CVE-2020-28500']],
    ['PYSEC', 'PYSEC-2005-1', { aliases: ['CVE-2005-4644'] }, ['CVE-2005-4644']],
    ['GO', 'GO-2020-0001', { aliases: ['CVE-2020-36567', 'GHSA-6vm3-jj99-7229'] }, ['CVE-2020-36567']],
    [
      'RUSTSEC',
      'RUSTSEC-2016-0001',
      { aliases: ['CVE-2016-10931', 'GHSA-34p9-f4q3-c4r7'] },
      ['CVE-2016-10931'],
    ],
    ['DEBIAN', 'DSA-1000-2', { upstream: ['DEBIAN-CVE-2006-0042', 'CVE-2006-0042'] }, ['CVE-2006-0042']],
    [
      'DEBIAN',
      'DTSA-1-1',
      { upstream: ['DEBIAN-CVE-2005-2626', 'CVE-2005-2626', 'DEBIAN-CVE-2005-2627', 'CVE-2005-2627'] },
      ['CVE-2005-2626', 'CVE-2005-2627'],
    ],
    ['DEBIAN', 'DLA-0001-1', { upstream: ['DEBIAN-CVE-2014-3466', 'CVE-2014-3466'] }, ['CVE-2014-3466']],
    ['ALPINE', 'ALPINE-CVE-2012-2738', { upstream: ['CVE-2012-2738'] }, ['CVE-2012-2738']],
    ['CHAINGUARD', 'CGA-2224-cfxc-99mh', { upstream: ['CVE-2025-22868'] }, ['CVE-2025-22868']],
    ['CHAINGUARD', 'CGA-2222-2222-2222', { upstream: ['GHSA-xrv3-jmcp-374j'] }, []],
    ['ALMALINUX', 'ALSA-2026:0002', { related: ['CVE-2025-45582'] }, ['CVE-2025-45582']],
    ['ROCKY', 'RLSA-2023:0101', { upstream: ['CVE-2022-1', 'CVE-2022-2964'] }, ['CVE-2022-2964']],
    ['ROCKY', 'RLSA-2023:0102', { related: ['CVE-2022-2964'] }, ['CVE-2022-2964']],
    ['UBUNTU', 'USN-6859-1', { upstream: ['UBUNTU-CVE-2024-6387'] }, ['CVE-2024-6387']],
    ['UBUNTU', 'UBUNTU-CVE-2024-6387', { related: ['CVE-2024-6387', 'USN-6859-1'] }, ['CVE-2024-6387']],
    ['UBUNTU', 'UBUNTU-CVE-2001-1593', { upstream: ['CVE-2001-1593'] }, ['CVE-2001-1593']],
    ['UBUNTU', 'UBUNTU-CVE-2008-7320', {}, ['CVE-2008-7320']],
    ['BITNAMI', 'BIT-nginx-2021-23017', { aliases: ['CVE-2021-23017'] }, ['CVE-2021-23017']],
    // Related to a language's record is another vulnerability.
    ['RUSTSEC', 'RUSTSEC-2021-0001', { related: ['CVE-2021-1234'] }, []],
    ['PYSEC', 'PYSEC-2023-1', { related: ['CVE-2021-1234'] }, []],
    ['RUBYSEC', 'x_RUBYSEC-rack', { related: ['CVE-2021-1234'] }, []],
    ['MAL', 'MAL-2023-462', { aliases: ['GHSA-xv2f-5jw4-v95m'] }, []],
  ])('%s: %s', (source, id, fields, cves) => {
    expect(advisory(record({ id, ...fields }))).toMatchObject({ source, cves })
  })

  it('and what one vulnerability is called upstream is another name of it, of an erratum it is not', () => {
    expect(advisory(record({ id: 'CGA-1', upstream: ['GHSA-xrv3-jmcp-374j'] })).aliases).toEqual([
      'GHSA-xrv3-jmcp-374j',
    ])
    expect(advisory(record({ id: 'DSA-1-1', upstream: ['CVE-2020-1111', 'CVE-2020-2222'] })).aliases).toEqual(
      [],
    )
  })
})

it('leaves out errata that mend no vulnerability, and keeps those that do', () => {
  const bugfix = record({ id: 'ALBA-2019:0973', related: [] })
  expect(parseOsvRecord(bugfix, { feed: 'osv/AlmaLinux' })).toEqual({ ignored: 'ALBA-2019:0973' })
  expect(advisory(record({ id: 'ALBA-2022:1', related: ['CVE-2022-1234'] })).cves).toEqual(['CVE-2022-1234'])
})

describe('an affected package', () => {
  it.each([
    ['npm', 'Lodash', 'npm', '', 'Lodash'],
    ['PyPI', 'Ruamel_Yaml', 'PyPI', '', 'ruamel-yaml'],
    ['NuGet', 'Newtonsoft.Json', 'NuGet', '', 'newtonsoft.json'],
    ['Packagist:https://packages.drupal.org/8', 'drupal/Simple', 'Packagist', '', 'drupal/simple'],
    ['Maven:https://repo1.maven.org/maven2', 'a:b', 'Maven', '', 'a:b'],
    ['Go', 'stdlib', 'Go', '', 'stdlib'],
    ['Go', 'toolchain', 'Go', '', 'toolchain'],
    ['Debian:12', 'openssl', 'Debian', '12', 'openssl'],
    ['Debian:6.0', 'openssl', 'Debian', '6', 'openssl'],
    ['Ubuntu:22.04:LTS', 'openssl', 'Ubuntu', '22.04:LTS', 'openssl'],
    ['Ubuntu:Pro:16.04:LTS', 'openssl', 'Ubuntu', 'Pro:16.04:LTS', 'openssl'],
    ['Alpine:v3.18', 'openssl', 'Alpine', 'v3.18', 'openssl'],
    ['Red Hat:enterprise_linux:9::appstream', 'curl', 'Red Hat', 'enterprise_linux:9::appstream', 'curl'],
    ['Plan 9', 'rc', 'Plan 9', '', 'rc'],
  ])('of %s is filed by name and release', (ecosystem, written, ours, release, name) => {
    expect(affected({ package: { ecosystem, name: written } })).toMatchObject({
      ecosystem: ours,
      release,
      name,
    })
  })

  it('has every kind of event, in the order of the record', () => {
    const events = [
      { fixed: '2' },
      { introduced: '1' },
      { introduced: '3' },
      { last_affected: '4' },
      { limit: '9' },
      { limit: '*' },
    ]
    expect(affected({ ranges: [range(...events)] }).ranges).toEqual([
      {
        type: 'ECOSYSTEM',
        events: [
          { fixed: '2' },
          { introduced: '1' },
          { introduced: '3' },
          { lastAffected: '4' },
          { limit: '9' },
        ],
      },
    ])
  })

  it('drops commits, wherever they stand, and nothing with them', () => {
    const git = { type: 'GIT', repo: 'https://x', events: [{ introduced: 'a1' }, { fixed: 'b2' }] }
    const one = affected({ ranges: [git, range({ introduced: '0' }, { fixed: '2' })], versions: ['1.0'] })
    expect(one).toMatchObject({ status: 'affected', versions: ['1.0'] })
    expect(one.ranges).toHaveLength(1)
    expect(affected({ ranges: [git] })).toMatchObject({ status: 'investigating', ranges: [] })
    expect(affected({ ranges: [git], versions: ['1.0'] })).toMatchObject({ status: 'affected' })
  })

  it('has an upper bound that GitHub keeps outside of the range', () => {
    const bound = { last_known_affected_version_range: '<= 29.0-jre' }
    expect(affected({ database_specific: bound }).ranges[0]).toMatchObject({
      lastKnownAffected: '<= 29.0-jre',
    })
  })

  it.each([
    [{ ecosystem_specific: { urgency: 'unimportant' } }, {}, 'unimportant'],
    [{ ecosystem_specific: { ubuntu_priority: 'high' } }, {}, 'high'],
    [{ ecosystem_specific: { severity: 'Moderate' } }, {}, 'Moderate'],
    [{}, { severity: [{ type: 'Ubuntu', score: 'negligible' }] }, 'negligible'],
    [{}, {}, undefined],
  ])('has its distribution’s urgency %#', (more, top, urgency) => {
    expect(affected(more, top).urgency).toBe(urgency)
  })

  it('is bound to the CVEs that a notice maps to its release', () => {
    const map = { cves_map: { ecosystem: 'Ubuntu:22.04:LTS', cves: [{ id: 'CVE-2024-1111' }] } }
    const top = { id: 'USN-1-1', upstream: ['UBUNTU-CVE-2024-1111', 'UBUNTU-CVE-2024-2222'] }
    expect(affected({ database_specific: map }, top).vulnerabilities).toEqual(['CVE-2024-1111'])
    expect(
      affected({ database_specific: map }, { id: 'USN-1-1', upstream: ['UBUNTU-CVE-2024-1111'] })
        .vulnerabilities,
    ).toBe(undefined)
  })

  it('without a name is a source repository, and left out', () => {
    expect(advisory(record({ affected: [{ ranges: [range()] }, { package: null }] })).affected).toEqual([])
  })
})

it('keeps the packages of its own ecosystem only', () => {
  const entry = (ecosystem: string): object => ({ package: { ecosystem, name: 'x' }, ranges: [range()] })
  const many = record({ affected: [entry('npm'), entry('Maven'), entry('npm')] })
  expect(advisory(many, 'npm').affected).toHaveLength(2)
  expect(advisory(many, 'Maven').affected).toHaveLength(1)
  expect(advisory(many).affected).toHaveLength(3)
})

it('reads severities of every kind, at the top and of each package', () => {
  const vectors = [
    { type: 'CVSS_V2', score: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' },
    { type: 'CVSS_V3', score: 'CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H' },
    { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L' },
    { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L' },
    { type: 'CVSS_V4', score: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N' },
    { type: 'CVSS_V3', score: '7.5' },
    { type: 'Ubuntu', score: 'low' },
  ]
  const all = advisory(record({ severity: vectors }))
  expect(all.severities.map(({ version }) => version)).toEqual(['2.0', '3.0', '3.1', '4.0'])
  expect(all.vendorSeverity).toBe('low')
  expect(affected({ severity: vectors.slice(0, 1) }).severities).toEqual([
    { version: '2.0', vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' },
  ])
})

it.each([
  [{ database_specific: { severity: 'MODERATE' } }, 'MODERATE'],
  [{ id: 'ALSA-2026:0002', summary: 'Important: tar security update' }, 'Important'],
  [
    {
      affected: [
        {
          package: { ecosystem: 'crates.io', name: 'x' },
          ranges: [range()],
          database_specific: { informational: 'unmaintained' },
        },
      ],
    },
    'informational',
  ],
  [
    {
      affected: [
        {
          package: { ecosystem: 'crates.io', name: 'x' },
          ranges: [range()],
          database_specific: { informational: 'unsound' },
        },
      ],
    },
    undefined,
  ],
  [{ summary: 'tar: something' }, undefined],
])('takes the source’s own word for the severity %#', (more, word) => {
  expect(advisory(record(more)).vendorSeverity).toBe(word)
})

it('reads dates, withdrawal, weaknesses and texts', () => {
  expect(
    advisory(
      record({
        published: '2024-01-02T00:00:00Z',
        withdrawn: '2024-05-06T07:08:09.1Z',
        summary: 'One line',
        details: 'More',
        references: [{ type: 'FIX', url: 'https://example.org/fix' }],
        database_specific: { cwe_ids: ['CWE-79', 'CWE-79', 'odd'] },
      }),
    ),
  ).toMatchObject({
    modified: '2025-01-02T03:04:05Z',
    published: '2024-01-02T00:00:00Z',
    withdrawn: '2024-05-06T07:08:09Z',
    summary: 'One line',
    details: 'More',
    references: [{ kind: 'FIX', url: 'https://example.org/fix' }],
    cwes: ['CWE-79'],
    url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
  })
})

it('tolerates null, unknown and odd fields where they decide nothing', () => {
  const odd = {
    aliases: null,
    references: 'none',
    severity: 7,
    database_specific: [],
    credits: 1,
    schema_version: 2,
  }
  expect(advisory(record(odd))).toMatchObject({ aliases: [], references: [], severities: [] })
})

it.each<[string, unknown]>([
  ['nothing', null],
  ['a list', []],
  ['no id', { modified: '2024-01-01T00:00:00Z' }],
  ['no date', { id: 'X-1' }],
  ['an odd date', record({ modified: 'yesterday' })],
  ['odd aliases', record({ aliases: [1] })],
  ['an odd package', record({ affected: [{ package: { name: 'x' } }] })],
  [
    'odd events',
    record({
      affected: [{ package: { ecosystem: 'npm', name: 'x' }, ranges: [{ type: 'SEMVER', events: [1] }] }],
    }),
  ],
  [
    'a range without start',
    record({ affected: [{ package: { ecosystem: 'npm', name: 'x' }, ranges: [range({ fixed: '1' })] }] }),
  ],
])('refuses a record with %s', (_name, json) => {
  expect(parseOsvRecord(json, { feed: 'osv/test' })).toHaveProperty('refused')
})
