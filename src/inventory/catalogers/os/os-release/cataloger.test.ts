import { expect, test } from 'vitest'
import { describeLab, labPath, truthOf } from '../../../../../test/support/lab.ts'
import { runCataloger, runCatalogerOnArchives } from '../../testing.ts'
import type { TestFiles } from '../../testing.ts'
import { osRelease } from './cataloger.ts'

const distributionOf = async (files: TestFiles) => (await runCataloger(osRelease, files)).distribution

/** os-release of published images, cut to the lines that matter. */
const releases: readonly (readonly [string, string, string, string | undefined])[] = [
  ['Debian 12', 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"', 'debian', '12'],
  ['Debian testing', 'ID=debian\nVERSION_CODENAME=trixie', 'debian', undefined],
  ['Ubuntu 22.04', 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"', 'ubuntu', '22.04'],
  ['Alpine 3.19', 'ID=alpine\nVERSION_ID=3.19.1', 'alpine', '3.19.1'],
  ['Alpine edge', 'ID=alpine\nVERSION_ID=3.20_alpha20240329', 'alpine', '3.20_alpha20240329'],
  ['Amazon Linux 1', 'ID="amzn"\nID_LIKE="rhel fedora"\nVERSION_ID="2018.03"', 'amzn', '2018.03'],
  ['Amazon Linux 2', 'NAME="Amazon Linux"\nID="amzn"\nVERSION_ID="2"', 'amzn', '2'],
  ['Amazon Linux 2023', 'ID="amzn"\nVERSION_ID="2023"\nSUPPORT_END="2028-03-15"', 'amzn', '2023'],
  ['CentOS 7', 'ID="centos"\nVERSION_ID="7"', 'centos', '7'],
  ['Fedora 40', 'ID=fedora\nVERSION_ID=40', 'fedora', '40'],
  ['Oracle 9', 'ID="ol"\nVERSION_ID="9.4"', 'ol', '9.4'],
  ['SLES 15 SP5', 'ID="sles"\nVERSION_ID="15.5"', 'sles', '15.5'],
  ['Photon 5', 'ID=photon\nVERSION_ID=5.0', 'photon', '5.0'],
  ['Mariner 2', 'ID=mariner\nVERSION_ID="2.0"', 'mariner', '2.0'],
  ['Azure Linux 3', 'ID=azurelinux\nVERSION_ID="3.0"', 'azurelinux', '3.0'],
  ['Bottlerocket', 'ID=bottlerocket\nVERSION_ID=1.20.0\nVARIANT_ID=aws-k8s-1.30', 'bottlerocket', '1.20.0'],
  ['Wolfi', 'ID=wolfi\nVERSION_ID="20230201"', 'wolfi', '20230201'],
  ['Chainguard', 'ID=chainguard\nVERSION_ID="20230214"', 'chainguard', '20230214'],
]

test.each(releases)('reads os-release of %s', async (_name, text, id, versionId) => {
  const found = await distributionOf({ 'etc/os-release': text })
  expect(found?.id).toBe(id)
  expect(found?.versionId).toBe(versionId)
  expect(found?.paths).toEqual(['etc/os-release'])
})

const old: readonly (readonly [string, string, string, string | undefined])[] = [
  ['etc/system-release', 'Amazon Linux AMI release 2018.03\n', 'amzn', '2018.03'],
  ['etc/system-release', 'Amazon Linux release 2 (Karoo)\n', 'amzn', '2'],
  ['etc/redhat-release', 'CentOS release 6.10 (Final)\n', 'centos', '6.10'],
  ['etc/redhat-release', 'Red Hat Enterprise Linux Server release 6.5 (Santiago)\n', 'rhel', '6.5'],
  ['etc/oracle-release', 'Oracle Linux Server release 6.8\n', 'ol', '6.8'],
  ['etc/fedora-release', 'Fedora release 17 (Beefy Miracle)\n', 'fedora', '17'],
  [
    'etc/SuSE-release',
    'SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4\n',
    'sles',
    '11.4',
  ],
  ['etc/alpine-release', '3.2.3\n', 'alpine', '3.2.3'],
  ['etc/debian_version', '7.11\n', 'debian', '7'],
  ['etc/debian_version', 'trixie/sid\n', 'debian', undefined],
  ['etc/lsb-release', 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\n', 'ubuntu', '10.04'],
]

test.each(old)('reads %s: %s', async (path, text, id, versionId) => {
  const found = await distributionOf({ [path]: text })
  expect(found?.id).toBe(id)
  expect(found?.versionId).toBe(versionId)
})

test('etc/os-release wins over usr/lib/os-release, and both over the older files', async () => {
  const found = await distributionOf({
    'etc/os-release': 'ID=rhel\nVERSION_ID="9.4"\n',
    'usr/lib/os-release': 'ID=fedora\nVERSION_ID=40\n',
    'etc/redhat-release': 'CentOS Linux release 7.9.2009 (Core)\n',
  })
  expect(found?.id).toBe('rhel')
  expect(found?.versionId).toBe('9.4')
})

test('a version that os-release lacks comes from the release file of the same system', async () => {
  const found = await distributionOf({
    'usr/lib/os-release': 'ID=debian\n',
    'etc/debian_version': '11.9\n',
    'etc/redhat-release': 'Fedora release 17\n',
  })
  expect(found?.versionId).toBe('11')
  expect(found?.paths).toEqual(['etc/debian_version', 'usr/lib/os-release'])
})

test('quotes, escapes and comments are read as a shell does', async () => {
  const found = await distributionOf({
    'etc/os-release': `# comment\nID='debian'\nNAME="a \\"b\\" \\$c"\nPRETTY_NAME=plain\\ text\r\n`,
  })
  expect(found).toMatchObject({ id: 'debian', name: 'a "b" $c', prettyName: 'plain text' })
})

test('Ubuntu Pro is told by its apt sources and its status file', async () => {
  const base = { 'etc/os-release': 'ID=ubuntu\nVERSION_ID="20.04"\n' }
  const source = 'etc/apt/sources.list.d/ubuntu-esm-infra.list'
  expect(
    (await distributionOf({ ...base, [source]: '# deb https://esm.ubuntu.com/x y main\n' }))?.channels,
  ).toEqual([])
  expect(
    (await distributionOf({ ...base, [source]: 'deb https://esm.ubuntu.com/x y main\n' }))?.channels,
  ).toEqual(['esm-infra'])
  const status = JSON.stringify({
    services: [
      { name: 'esm-apps', status: 'enabled' },
      { name: 'esm-infra', status: 'enabled' },
      { name: 'fips', status: 'disabled' },
    ],
  })
  expect(
    (await distributionOf({ ...base, 'var/lib/ubuntu-advantage/status.json': status }))?.channels,
  ).toEqual(['esm-apps', 'esm-infra'])
})

test('an extended Red Hat repository counts only when it is enabled', async () => {
  const repo = `[rhel-9-for-x86_64-baseos-eus-rpms]\nenabled = 1\n[rhel-9-for-x86_64-sap-e4s-rpms]\nenabled = 0\n`
  const found = await distributionOf({
    'etc/os-release': 'ID=rhel\nVERSION_ID=9.4\n',
    'etc/yum.repos.d/redhat.repo': repo,
  })
  expect(found?.channels).toEqual(['eus'])
})

test('nothing gives no distribution, an empty file no complaint, a file without ID a diagnostic', async () => {
  expect(await distributionOf({})).toBeUndefined()
  const empty = await runCataloger(osRelease, { 'etc/os-release': '' })
  expect(empty.distribution).toBeUndefined()
  expect(empty.diagnostics).toEqual([])
  const wrong = await runCataloger(osRelease, { 'etc/os-release': '\u0000\u0001garbage' })
  expect(wrong.diagnostics.map(({ code }) => code)).toEqual(['OS_RELEASE_MALFORMED'])
})

describeLab('os-release of the lab', ['rootfs/debian-bookworm-base.tar', 'rpm/amzn2023.tar'], () => {
  test.each([
    ['rootfs/debian-bookworm-base.tar', 'image.debian-bookworm-base'],
    ['rootfs/debian-bullseye-base.tar', 'image.debian-bullseye-base'],
    ['layers/distroless-amd64.tar', 'image.distroless'],
    ['rpm/amzn2023.tar', 'rpm.amzn2023'],
    ['rpm/amzn2.tar', 'rpm.amzn2'],
    ['rpm/alma9.tar', 'rpm.alma9'],
    ['rpm/sles15.tar', 'rpm.sles15'],
  ])('%s', async (tar, truth) => {
    const { distribution } = await runCatalogerOnArchives(osRelease, [labPath(tar)])
    const { os } = truthOf(truth) as unknown as { os: Record<string, string> }
    expect({
      id: distribution?.id,
      version_id: distribution?.versionId,
      pretty_name: distribution?.prettyName,
    }).toEqual(os)
  })
})
