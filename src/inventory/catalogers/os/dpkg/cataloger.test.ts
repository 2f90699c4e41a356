import { expect, test } from 'vitest'
import { describeLab, labPath, truthOf } from '../../../../../test/support/lab.ts'
import type { Distribution } from '../../../../model/index.ts'
import { runCataloger, runCatalogerOnArchives } from '../../testing.ts'
import { dpkg } from './cataloger.ts'

const bookworm: Distribution = {
  id: 'debian',
  idLike: [],
  name: 'Debian GNU/Linux',
  versionId: '12',
  channels: [],
  paths: ['etc/os-release'],
}

const status = 'var/lib/dpkg/status'

/** Stanzas of a bookworm system. */
const libssl = `Package: libssl3
Status: install ok installed
Priority: optional
Section: libs
Maintainer: Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>
Architecture: amd64
Multi-Arch: same
Source: openssl
Version: 3.0.11-1~deb12u2
Description: Secure Sockets Layer toolkit - shared libraries
 This package is part of the OpenSSL project's implementation.
 .
 Package: not-a-field
`

const named = (packages: readonly { readonly name: string; readonly version: string }[]) =>
  packages.map(({ name, version }) => `${name}@${version}`)

test('an installed package comes with its source and a full purl', async () => {
  const { packages, diagnostics } = await runCataloger(dpkg, { [status]: libssl }, { distribution: bookworm })
  expect(diagnostics).toEqual([])
  expect(packages).toEqual([
    {
      purl: 'pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl',
      type: 'deb',
      name: 'libssl3',
      version: '3.0.11-1~deb12u2',
      arch: 'amd64',
      source: { name: 'openssl', version: '3.0.11-1~deb12u2' },
      state: 'installed',
      certainty: 'exact',
      path: status,
    },
  ])
})

test.each([
  ['postgresql-client', '15+248', 'postgresql-common (248)', 'postgresql-common', '248'],
  ['tar', '1.27.1-2+b1', 'tar (1.27.1-2)', 'tar', '1.27.1-2'],
  ['libldb2', '2:2.6.2+samba4.17.12', 'samba (2:4.17.12)', 'samba', '2:4.17.12'],
  ['bash', '5.2-1', undefined, 'bash', '5.2-1'],
])('%s %s is of source %s', async (name, version, source, sourceName, sourceVersion) => {
  const text = `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\n${source === undefined ? '' : `Source: ${source}\n`}`
  const { packages } = await runCataloger(dpkg, { [status]: text }, { distribution: bookworm })
  expect(packages[0]?.source).toEqual({ name: sourceName, version: sourceVersion })
})

test.each([
  ['install ok installed', true],
  ['hold ok installed', true],
  ['install ok unpacked', true],
  ['install reinstreq half-configured', true],
  ['deinstall ok config-files', false],
  ['purge ok not-installed', false],
  ['install ok half-installed', false],
])('Status: %s counts as installed: %s', async (state, there) => {
  const text = `Package: x\nStatus: ${state}\nVersion: 1\n`
  const { packages } = await runCataloger(dpkg, { [status]: text })
  expect(packages).toHaveLength(there ? 1 : 0)
})

test('a bad stanza costs one stanza and names its line', async () => {
  const good = (name: string) => `Package: ${name}\nStatus: install ok installed\nVersion: 1\n`
  const text = [
    good('a'),
    'garbage without a colon\n',
    'Package: b\nStatus: install ok installed\n',
    good('c'),
  ].join('\n')
  const { packages, diagnostics } = await runCataloger(dpkg, { [status]: text })
  expect(named(packages)).toEqual(['a@1', 'c@1'])
  expect(diagnostics.map(({ code, level, path, place }) => ({ code, level, path, place }))).toEqual([
    { code: 'DPKG_STATUS_MALFORMED', level: 'error', path: status, place: 'line 5' },
    { code: 'DPKG_STATUS_MALFORMED', level: 'error', path: status, place: 'line 7' },
  ])
})

test('a name that would steer the terminal is refused and shown escaped', async () => {
  const text = 'Package: evil\u001b[2J\u202e\nStatus: install ok installed\nVersion: 1\n'
  const { packages, diagnostics } = await runCataloger(dpkg, { [status]: text })
  expect(packages).toEqual([])
  expect(diagnostics.map(({ message }) => message)).toEqual([
    'the stanza of evil\\u001b[2J\\u202e has a name or a version that no package can have',
  ])
})

test('distroless: stanzas without Status beside lists of sums', async () => {
  const { packages, ownedFiles, diagnostics } = await runCataloger(
    dpkg,
    {
      'var/lib/dpkg/status.d/tzdata': 'Package: tzdata\nVersion: 2024a-0+deb12u1\nArchitecture: all\n',
      'var/lib/dpkg/status.d/tzdata.md5sums':
        '0123456789abcdef0123456789abcdef  usr/share/zoneinfo/Europe/Berlin\n',
    },
    { distribution: bookworm },
  )
  expect(diagnostics).toEqual([])
  expect(named(packages)).toEqual(['tzdata@2024a-0+deb12u1'])
  expect(ownedFiles).toEqual([
    {
      purl: 'pkg:deb/debian/tzdata@2024a-0%2Bdeb12u1?arch=all&distro=debian-12'.replace('%2B', '+'),
      paths: ['usr/share/zoneinfo/Europe/Berlin'],
    },
  ])
})

test('files are owned by the package of the right architecture; folders are owned by nobody', async () => {
  const foreign = libssl.replace('Architecture: amd64', 'Architecture: i386')
  const { ownedFiles } = await runCataloger(dpkg, {
    [status]: `${libssl}\n${foreign}`,
    'var/lib/dpkg/info/libssl3:amd64.list':
      '/.\n/usr\n/usr/lib\n/usr/lib/x86_64\n/usr/lib/x86_64/libssl.so.3\n',
    'var/lib/dpkg/info/libssl3:i386.list': '/.\n/usr\n/usr/lib\n/usr/lib/i386\n/usr/lib/i386/libssl.so.3\n',
    'var/lib/dpkg/info/gone.list': '/usr/bin/gone\n',
  })
  expect(ownedFiles.map(({ purl, paths }) => [/arch=(?<arch>\w+)/.exec(purl)?.[1], paths])).toEqual([
    ['amd64', ['usr/lib/x86_64/libssl.so.3']],
    ['i386', ['usr/lib/i386/libssl.so.3']],
  ])
})

test('a file below a folder that became a link into /usr is owned at both places', async () => {
  const { ownedFiles } = await runCataloger(dpkg, {
    [status]: 'Package: tar\nStatus: install ok installed\nVersion: 1.34\n',
    'var/lib/dpkg/info/tar.list': '/.\n/bin\n/bin/tar\n',
  })
  expect(ownedFiles[0]?.paths).toEqual(['bin/tar', 'usr/bin/tar'])
})

test.each([
  ['0', ['linux-image-6.1.0-18-amd64']],
  // oxlint-disable-next-line no-template-curly-in-string -- a variable of grub
  ['${saved_entry}', []],
])('of several kernels the one that boots is marked: default %s', async (entry, marked) => {
  const grub = `set default="${entry}"
menuentry 'Debian GNU/Linux' --class debian {
	search --no-floppy --fs-uuid --set=root abc
	linux	/boot/vmlinuz-6.1.0-18-amd64 root=UUID=abc ro quiet
}
submenu 'Advanced options' {
	menuentry 'older' {
		linux	/boot/vmlinuz-6.1.0-17-amd64 root=UUID=abc ro quiet
	}
}
`
  const stanza = (release: string) =>
    `Package: linux-image-${release}\nStatus: install ok installed\nVersion: 6.1.76-1\n\n`
  const { packages } = await runCataloger(dpkg, {
    [status]: `${stanza('6.1.0-17-amd64')}${stanza('6.1.0-18-amd64')}`,
    'boot/grub/grub.cfg': grub,
  })
  expect(packages.filter(({ notes }) => notes?.includes('kernel-running')).map(({ name }) => name)).toEqual(
    marked,
  )
})

test('without os-release the purl names no distribution', async () => {
  const { packages } = await runCataloger(dpkg, { [status]: libssl })
  expect(packages[0]?.purl).toBe('pkg:deb/libssl3@3.0.11-1~deb12u2?arch=amd64&upstream=openssl')
})

describeLab(
  'dpkg databases of the lab',
  ['rootfs/debian-bookworm-base.tar', 'truth/image.debian-trixie.json'],
  () => {
    test.each([
      ['rootfs/debian-bookworm-base.tar', 'image.debian-bookworm-base'],
      ['rootfs/debian-bullseye-base.tar', 'image.debian-bullseye-base'],
      ['rootfs/debian-trixie.tar', 'image.debian-trixie'],
      ['rootfs/debian-owned-langs.tar', 'image.debian-owned-langs'],
      ['rootfs/debian-bookworm-base-i386.tar', 'image.multiarch.386'],
      ['layers/distroless-amd64.tar', 'image.distroless'],
      ['layers/distroless-arm64.tar', 'image.multiarch.arm64'],
    ])('%s has exactly the packages that dpkg-query lists', async (tar, artifact) => {
      const { packages, diagnostics } = await runCatalogerOnArchives(dpkg, [labPath(tar)], {
        distribution: bookworm,
      })
      const row = (name: string, version: string, arch = '', source = '', sourceVersion = '', path = '') =>
        [name, version, arch, source, sourceVersion, path].join(' ')
      const truth = truthOf(artifact).packages.filter(({ type }) => type === 'deb')
      expect(diagnostics).toEqual([])
      expect(
        packages
          .map((p) => row(p.name, p.version, p.arch, p.source?.name, p.source?.version, `/${p.path}`))
          .sort(),
      ).toEqual(truth.map((t) => row(t.name, t.version, t.arch, t.source, t.sourceVersion, t.path)).sort())
    })

    test('language packages that dpkg owns lie in its files', async () => {
      const { ownedFiles } = await runCatalogerOnArchives(dpkg, [labPath('rootfs/debian-owned-langs.tar')], {
        distribution: bookworm,
      })
      const ownerOf = new Map(
        ownedFiles.flatMap(({ purl, paths }) => paths.map((path) => [path, purl] as const)),
      )
      const owned = truthOf('image.debian-owned-langs').packages.filter((t) => t.ownedBy !== undefined)
      expect(owned.length).toBeGreaterThan(100)
      const wrong = owned.filter((t) => {
        const path = t.path.slice(1).split('!')[0] ?? ''
        const purl = ownerOf.get(path) ?? [...ownerOf].find(([file]) => file.startsWith(`${path}/`))?.[1]
        return !(purl ?? '').startsWith(`pkg:deb/debian/${t.ownedBy}@`)
      })
      expect(wrong.map(({ path, ownedBy }) => `${path} ${ownedBy}`)).toEqual([])
    })
  },
)
