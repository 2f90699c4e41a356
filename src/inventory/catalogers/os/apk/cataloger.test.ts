import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Distribution } from '../../../../model/index.ts'
import { runCataloger } from '../../testing.ts'
import { apk } from './cataloger.ts'

const alpine: Distribution = {
  id: 'alpine',
  idLike: [],
  name: 'Alpine Linux',
  versionId: '3.18.4',
  channels: [],
  paths: ['etc/os-release'],
}

const sample = readFileSync(join(import.meta.dirname, 'testdata/installed'))
const path = 'lib/apk/db/installed'

test('packages come with their origin; virtual packages are left out', async () => {
  const { packages, diagnostics } = await runCataloger(apk, { [path]: sample }, { distribution: alpine })
  expect(diagnostics).toEqual([])
  expect(packages.map(({ name, version, source }) => [name, version, source?.name, source?.version])).toEqual(
    [
      ['busybox', '1.36.1-r5', 'busybox', '1.36.1-r5'],
      ['libcrypto3', '3.1.4-r1', 'openssl', '3.1.4-r1'],
      ['ssl_client', '1.36.1-r5', 'busybox', '1.36.1-r5'],
    ],
  )
  expect(packages[1]?.purl).toBe(
    'pkg:apk/alpine/libcrypto3@3.1.4-r1?arch=x86_64&distro=alpine-3.18.4&upstream=openssl',
  )
  expect(packages[1]?.licenses).toEqual(['Apache-2.0'])
})

test('F: and R: lines name the files a package owns', async () => {
  const { ownedFiles } = await runCataloger(apk, { [path]: sample }, { distribution: alpine })
  const crypto = ownedFiles.find(({ purl }) => purl.includes('libcrypto3'))
  expect(crypto?.paths).toEqual([
    'etc/ssl/openssl.cnf',
    'lib/libcrypto.so.3',
    'usr/lib/libcrypto.so.3',
    'usr/lib/ossl-modules/legacy.so',
  ])
})

test('the database below usr is read too', async () => {
  const { packages } = await runCataloger(
    apk,
    { [`usr/${path}`]: sample },
    { distribution: { ...alpine, id: 'wolfi' } },
  )
  expect(packages.map(({ purl }) => purl.slice(0, 14))).toEqual(Array(3).fill('pkg:apk/wolfi/'))
})

test('a bad stanza costs one stanza and names its line', async () => {
  const text = 'P:a\nV:1-r0\n\nno field at all\n\nP:b\n\nP:c\nV:2-r0\n'
  const { packages, diagnostics } = await runCataloger(apk, { [path]: text }, { distribution: alpine })
  expect(packages.map(({ name }) => name)).toEqual(['a', 'c'])
  expect(diagnostics.map(({ code, place }) => [code, place])).toEqual([
    ['APK_DATABASE_MALFORMED', 'line 4'],
    ['APK_DATABASE_MALFORMED', 'line 6'],
  ])
})

test.each([
  ['https://dl-cdn.alpinelinux.org/alpine/v3.18/main\n', 0],
  ['https://dl-cdn.alpinelinux.org/alpine/v3.18/main\n#https://dl-cdn.alpinelinux.org/alpine/edge/main\n', 0],
  [
    'https://dl-cdn.alpinelinux.org/alpine/v3.18/main\n@edge https://dl-cdn.alpinelinux.org/alpine/edge/testing\n',
    0,
  ],
  ['https://dl-cdn.alpinelinux.org/alpine/v3.16/main\n', 1],
])('repositories of another release are pointed out: %j', async (text, warnings) => {
  const { diagnostics } = await runCataloger(apk, { 'etc/apk/repositories': text }, { distribution: alpine })
  expect(diagnostics.map(({ code, level }) => `${level} ${code}`)).toEqual(
    Array(warnings).fill('warning APK_RELEASES_MIXED'),
  )
})

test('an empty database gives nothing, without complaint', async () => {
  const { packages, diagnostics } = await runCataloger(apk, { [path]: '' })
  expect([packages, diagnostics]).toEqual([[], []])
})

test('a package that was asked for by tag says which repository it came from', async () => {
  const { packages } = await runCataloger(
    apk,
    {
      [path]: sample,
      'etc/apk/repositories':
        'https://dl-cdn.alpinelinux.org/alpine/v3.18/main\n@edge https://dl-cdn.alpinelinux.org/alpine/edge/main\n',
      'etc/apk/world': 'alpine-baselayout\nlibcrypto3>3.1@edge\nbusybox@local\n',
    },
    { distribution: alpine },
  )
  expect(packages.map(({ name, origin }) => [name, origin])).toEqual([
    ['busybox', undefined],
    ['libcrypto3', 'https://dl-cdn.alpinelinux.org/alpine/edge/main'],
    ['ssl_client', undefined],
  ])
})
