import { expect, test } from 'vitest'
import { describeFeeds } from '../../test/support/lab.ts'
import { ecosystemNamesIn } from '../../test/support/osv-names.ts'
import type { Distribution } from '../model/index.ts'
import { releasesOf } from './releases.ts'

const os = (id: string, versionId?: string, more: Partial<Distribution> = {}): Distribution => ({
  id,
  idLike: [],
  name: id,
  channels: [],
  paths: ['etc/os-release'],
  ...(versionId === undefined ? {} : { versionId }),
  ...more,
})

const cases: readonly [string, Distribution, string, readonly string[]][] = [
  ['Debian by major', os('debian', '12'), 'Debian', ['12']],
  ['Debian with a point release by major', os('debian', '12.5'), 'Debian', ['12']],
  [
    'Debian testing by codename, which nothing covers',
    os('debian', undefined, { codename: 'trixie' }),
    'Debian',
    ['trixie'],
  ],
  ['Ubuntu LTS with its Pro line', os('ubuntu', '22.04'), 'Ubuntu', ['22.04:LTS', 'Pro:22.04:LTS']],
  ['Ubuntu between LTS releases without', os('ubuntu', '25.10'), 'Ubuntu', ['25.10']],
  ['an odd year in April is no LTS', os('ubuntu', '23.04'), 'Ubuntu', ['23.04']],
  ['Alpine by minor', os('alpine', '3.18.4'), 'Alpine', ['v3.18']],
  ['Alpine snapshots as edge', os('alpine', '3.19_alpha20230901'), 'Alpine', ['edge']],
  ['Wolfi without release', os('wolfi', '20230201'), 'Wolfi', ['']],
  ['Chainguard without release', os('chainguard', '20230214'), 'Chainguard', ['']],
  ['AlmaLinux by major', os('almalinux', '9.4'), 'AlmaLinux', ['9']],
  ['Rocky by major', os('rocky', '9.3'), 'Rocky Linux', ['9']],
  ['Amazon Linux 2023', os('amzn', '2023'), 'Amazon Linux', ['2023']],
  ['Amazon Linux 2023 with its minor release', os('amzn', '2023.6.20241212'), 'Amazon Linux', ['2023']],
  ['Amazon Linux 2', os('amzn', '2'), 'Amazon Linux', ['2']],
  ['Amazon Linux 1', os('amzn', '2018.03'), 'Amazon Linux', ['1']],
  ['Leap', os('opensuse-leap', '15.5'), 'openSUSE', ['Leap 15.5']],
  ['Tumbleweed', os('opensuse-tumbleweed', '20240101'), 'openSUSE', ['Tumbleweed']],
  ['SLE Micro', os('sl-micro', '6.0'), 'SUSE', ['Linux Micro 6.0']],
  ['Photon by minor', os('photon', '4.0'), 'Photon OS', ['4.0']],
  ['Azure Linux by major', os('azurelinux', '3.0'), 'Azure Linux', ['3']],
]

test.each(cases)('%s', (_, distribution, ecosystem, releases) => {
  const target = releasesOf(distribution)
  expect(target?.ecosystem.name).toBe(ecosystem)
  expect(target?.releases.map(({ release }) => release)).toEqual(releases)
})

test('SUSE has the server, its modules and the paid long term line of one service pack', () => {
  const names = releasesOf(os('sles', '15.5'))?.releases.map(({ release }) => release) ?? []
  expect(names).toContain('Linux Enterprise Server 15 SP5')
  expect(names).toContain('Linux Enterprise Module for Basesystem 15 SP5')
  expect(releasesOf(os('sles', '15.5'))?.releases.filter(({ paid }) => paid)).toEqual([
    { release: 'Linux Enterprise Server 15 SP5-LTSS', paid: true, channel: 'SUSE LTSS' },
  ])
})

test('Red Hat has the repositories of its major, and extended lines only where they are enabled', () => {
  const names = (channels: readonly string[]): readonly string[] =>
    releasesOf(os('rhel', '9.4', { channels }))?.releases.map(({ release }) => release) ?? []
  expect(names([])).toContain('enterprise_linux:9::appstream')
  expect(names([]).some((name) => name.includes('eus'))).toBe(false)
  expect(names(['eus'])).toContain('rhel_eus:9.4::baseos')
})

test('the Pro line is paid unless the system is subscribed', () => {
  const paid = (channels: readonly string[]): readonly boolean[] =>
    releasesOf(os('ubuntu', '20.04', { channels }))?.releases.map((release) => release.paid) ?? []
  expect(paid([])).toEqual([false, true])
  expect(paid(['esm-infra'])).toEqual([false, false])
})

test('an unknown distribution has no target', () => {
  expect(releasesOf(os('slackware', '15.0'))).toBeUndefined()
})

describeFeeds('the mirror', () => {
  test('names its releases as they are looked up here', async () => {
    const names = await ecosystemNamesIn(['Ubuntu', 'Alpine'])
    for (const distribution of [os('ubuntu', '22.04'), os('ubuntu', '25.10'), os('alpine', '3.11.6')]) {
      const target = releasesOf(distribution)!
      expect(names).toContain(`${target.ecosystem.name}:${target.releases[0]!.release}`)
    }
    expect(names).toContain(`Ubuntu:${releasesOf(os('ubuntu', '20.04'))!.releases[1]!.release}`)
  })
})
