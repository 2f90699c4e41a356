import { expect, test } from 'vitest'
import { describeLab, labPath, truthOf } from '../../../../../test/support/lab.ts'
import type { Distribution } from '../../../../model/index.ts'
import { runCataloger, runCatalogerOnArchives } from '../../testing.ts'
import { rpm } from './cataloger.ts'
import { makeHeader as header, makeSqlite as sqlite } from './testing.ts'
import type { Tag } from './testing.ts'

const system = (id: string, versionId: string): Distribution => ({
  id,
  idLike: [],
  name: id,
  versionId,
  channels: [],
  paths: ['etc/os-release'],
})

const httpd = header([
  [1000, 'mod_ssl'],
  [1001, '2.4.37'],
  [1002, '56.module+el8.8.0+18758+b3a9c8da.6'],
  [1003, [1]],
  [1011, 'Red Hat, Inc.'],
  [1014, 'ASL 2.0'],
  [1022, 'x86_64'],
  [1044, 'httpd-2.4.37-56.module+el8.8.0+18758+b3a9c8da.6.src.rpm'],
  [1116, [0, 1]],
  [1117, ['ssl.conf', 'mod_ssl.so']],
  [1118, ['/etc/httpd/conf.d/', '/usr/lib64/httpd/modules/']],
  [5096, 'httpd:2.4:8080020230425110114:fd72936b'],
])

const path = 'var/lib/rpm/rpmdb.sqlite'

test('a package comes with epoch, source, module, vendor and the files it owns', async () => {
  const result = await runCataloger(rpm, { [path]: sqlite([httpd]) }, { distribution: system('rhel', '8.8') })
  const purl =
    'pkg:rpm/rhel/mod_ssl@2.4.37-56.module+el8.8.0+18758+b3a9c8da.6?arch=x86_64&distro=rhel-8.8&epoch=1&rpmmod=httpd:2.4:8080020230425110114:fd72936b&upstream=httpd-2.4.37-56.module%2Bel8.8.0%2B18758%2Bb3a9c8da.6.src.rpm'
  expect(result.diagnostics).toEqual([])
  expect(result.packages.map((one) => ({ ...one, purl: decodeURIComponent(one.purl) }))).toEqual([
    {
      purl: decodeURIComponent(purl),
      type: 'rpm',
      name: 'mod_ssl',
      version: '1:2.4.37-56.module+el8.8.0+18758+b3a9c8da.6',
      arch: 'x86_64',
      source: { name: 'httpd', version: '1:2.4.37-56.module+el8.8.0+18758+b3a9c8da.6' },
      module: 'httpd:2.4:8080020230425110114:fd72936b',
      origin: 'Red Hat, Inc.',
      licenses: ['ASL 2.0'],
      state: 'installed',
      certainty: 'exact',
      path,
    },
  ])
  expect(result.ownedFiles.map(({ paths }) => paths)).toEqual([
    ['etc/httpd/conf.d/ssl.conf', 'usr/lib64/httpd/modules/mod_ssl.so'],
  ])
})

const named = (name: string, version = '1', more: readonly Tag[] = []): Buffer =>
  header([[1000, name], [1001, version], [1002, '1.el9'], [1022, 'x86_64'], ...more])

test('a missing epoch is 0, public keys are no packages, two versions of one name are two', async () => {
  const blobs = [named('gpg-pubkey', 'fd431d51'), named('kernel', '5.14.0'), named('kernel', '5.14.1')]
  const { packages } = await runCataloger(rpm, { [path]: sqlite(blobs) })
  expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
    'kernel 0:5.14.0-1.el9',
    'kernel 0:5.14.1-1.el9',
  ])
})

test.each([512, 1024, 4096, 65536])(
  'every row is read with pages of %i bytes, long headers too',
  async (pageSize) => {
    const blobs = Array.from({ length: 200 }, (_, index) =>
      named(`p${index}`, '1', [[1014, 'x'.repeat((index * 131) % 9000)]]),
    )
    const { packages, diagnostics } = await runCataloger(rpm, { [path]: sqlite(blobs, [], pageSize) })
    expect(diagnostics).toEqual([])
    expect(packages).toHaveLength(200)
    expect(
      packages.every(({ name, licenses }) => {
        const length = (Number(name.slice(1)) * 131) % 9000
        return (licenses?.[0]?.length ?? 0) === length
      }),
    ).toBe(true)
  },
)

test('a bad header costs one package', async () => {
  const cut = named('broken').subarray(0, 40)
  const { packages, diagnostics } = await runCataloger(rpm, { [path]: sqlite([named('a'), cut, named('b')]) })
  expect(packages.map(({ name }) => name)).toEqual(['a', 'b'])
  expect(diagnostics.map(({ code, level, place }) => [code, level, place])).toEqual([
    ['RPM_DATABASE_DAMAGED', 'error', 'package 2'],
  ])
})

test.each(['var/lib/rpm/rpmdb.sqlite', 'var/lib/rpm/Packages', 'usr/lib/sysimage/rpm/Packages.db'])(
  '%s that is empty, text or zeros is said to be unread',
  async (path) => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('text'), Buffer.alloc(8192)]) {
      const { packages, diagnostics } = await runCataloger(rpm, { [path]: bytes })
      expect(packages).toEqual([])
      expect(diagnostics.map(({ code, level }) => [code, level])).toEqual([['RPM_DATABASE_DAMAGED', 'error']])
    }
  },
)

test('a database without the table, and one with too many packages, are said to be unread', async () => {
  const other = await runCataloger(rpm, {
    [path]: sqlite([], ['DROP TABLE Packages', 'CREATE TABLE x (y)']),
  })
  expect(other.diagnostics.map(({ message }) => message)).toEqual(['it has no table Packages'])
  const many = await runCataloger(
    rpm,
    { [path]: sqlite([named('a'), named('b'), named('c')]) },
    { limits: { packages: 2 } },
  )
  expect(many.packages).toHaveLength(2)
  expect(many.diagnostics.map(({ code }) => code)).toEqual(['RPM_DATABASE_DAMAGED'])
})

test('yum tells the repository: what came from an extra of Amazon Linux 2 says so', async () => {
  const kernel = header([
    [1000, 'kernel'],
    [1001, '5.10.210'],
    [1002, '201.852.amzn2'],
    [1011, 'Amazon Linux'],
    [1022, 'x86_64'],
  ])
  const folder =
    'var/lib/yum/yumdb/k/0f5d3c0000000000000000000000000000000000-kernel-5.10.210-201.852.amzn2-x86_64'
  const { packages } = await runCataloger(rpm, {
    [path]: sqlite([kernel, named('bash')]),
    [`${folder}/from_repo`]: 'amzn2extra-kernel-5.10',
    [`${folder}/reason`]: 'user',
  })
  expect(packages.map(({ name, origin }) => [name, origin])).toEqual([
    ['bash', undefined],
    ['kernel', 'amzn2extra-kernel-5.10'],
  ])
})

test("dnf's history tells the repository of the last transaction", async () => {
  const history = sqlite(
    [],
    [
      'CREATE TABLE repo (id INTEGER PRIMARY KEY, repoid TEXT NOT NULL)',
      "INSERT INTO repo VALUES (1, 'amazonlinux'), (2, 'kernel-livepatch'), (3, '@System')",
      'CREATE TABLE rpm (item_id INTEGER UNIQUE NOT NULL, name TEXT, epoch INTEGER, version TEXT, release TEXT, arch TEXT)',
      "INSERT INTO rpm VALUES (7, 'bash', 0, '1', '1.el9', 'x86_64')",
      'CREATE TABLE trans_item (id INTEGER PRIMARY KEY, trans_id INTEGER, item_id INTEGER, repo_id INTEGER, action INTEGER, reason INTEGER, state INTEGER)',
      'INSERT INTO trans_item VALUES (1, 1, 7, 1, 1, 1, 1), (2, 2, 7, 2, 1, 1, 1), (3, 3, 7, 3, 1, 1, 1)',
    ],
  )
  const { packages } = await runCataloger(rpm, {
    [path]: sqlite([named('bash')]),
    'var/lib/dnf/history.sqlite': history,
  })
  expect(packages[0]?.origin).toBe('kernel-livepatch')
  const broken = await runCataloger(rpm, { 'var/lib/dnf/history.sqlite': 'text' })
  expect(broken.diagnostics.map(({ code, level }) => [code, level])).toEqual([
    ['DNF_HISTORY_UNREAD', 'warning'],
  ])
})

test("Azure Linux's list of packages in images without a database", async () => {
  const text =
    'openssl-libs\t3.3.0-1.azl3\t1716000000\t1715000000\tMicrosoft Corporation\t(none)\t5000000\tx86_64\t0\topenssl-3.3.0-1.azl3.src.rpm\nbroken\n'
  const { packages, diagnostics } = await runCataloger(
    rpm,
    { 'var/lib/rpmmanifest/container-manifest-2': text },
    { distribution: system('azurelinux', '3.0') },
  )
  expect(packages.map(({ purl }) => purl)).toEqual([
    'pkg:rpm/azurelinux/openssl-libs@3.3.0-1.azl3?arch=x86_64&distro=azurelinux-3.0&epoch=0&upstream=openssl-3.3.0-1.azl3.src.rpm',
  ])
  expect(diagnostics.map(({ code, place }) => [code, place])).toEqual([['RPM_MANIFEST_MALFORMED', 'line 2']])
})

test.each([
  ['saved_entry=ad4f0f0e0b5e4c7c8f3c1e1a2b3c4d5e-5.14.1-1.el9.x86_64', ['0:5.14.1-1.el9']],
  ['saved_entry=0', []],
  ['saved_entry=Amazon Linux (4.14.1) 2', []],
  ['', []],
])('of several kernels the one that boots is marked: %s', async (entry, marked) => {
  const { packages } = await runCataloger(rpm, {
    [path]: sqlite([named('kernel-core', '5.14.0'), named('kernel-core', '5.14.1'), named('bash', '5.14.1')]),
    'boot/grub2/grubenv': `# GRUB Environment Block\n${entry}\nboot_success=1\n${'#'.repeat(900)}`,
  })
  expect(
    packages.filter(({ notes }) => notes?.includes('kernel-running')).map(({ version }) => version),
  ).toEqual(marked)
})

const lab = ['alma9', 'alma9-wal', 'alma8', 'amzn2023', 'amzn2', 'sles15']

describeLab('rpm databases of the lab', ['rpm/alma9.tar', 'truth/rpm.sles15.json'], () => {
  test.each(lab)('%s has exactly the packages that rpm lists', async (name) => {
    const { packages, diagnostics } = await runCatalogerOnArchives(rpm, [labPath(`rpm/${name}.tar`)])
    const truth = truthOf(`rpm.${name}`).packages as unknown as readonly Record<string, string | null>[]
    expect(diagnostics).toEqual([])
    const row = (parts: readonly (string | null | undefined)[]): string =>
      parts.map((part) => part ?? '-').join(' ')
    expect(
      packages
        .map((p) =>
          row([
            p.name,
            p.version,
            p.arch,
            p.source?.name,
            p.source?.version.replace(/^\d+:/, ''),
            p.module,
            p.origin,
            `/${p.path}`,
          ]),
        )
        .sort(),
    ).toEqual(
      truth
        .map((t) => {
          const source = /^(.+)-([^-]+-[^-]+)\.src\.rpm$/.exec(t['source'] ?? '')
          const version = `${t['epoch'] ?? '0'}:${t['version']}-${t['release']}`
          return row([
            t['name'],
            version,
            t['arch'],
            source?.[1],
            source?.[2],
            t['modularity'],
            t['vendor'],
            t['path'],
          ])
        })
        .sort(),
    )
  })

  test('without its log, the database of a living system lacks the last packages', async () => {
    const whole = await runCatalogerOnArchives(rpm, [labPath('rpm/alma9-wal.tar')])
    const names = whole.packages.map(({ name }) => name)
    expect(names).toContain('libwebp')
    expect(names).toContain('less')
  })
})
