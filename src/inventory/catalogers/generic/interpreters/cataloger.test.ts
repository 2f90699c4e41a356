import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { describeLab, labPath, truthOf } from '../../../../../test/support/lab.ts'
import { makeElf } from '../../binary/testing.ts'
import { runCataloger, runCatalogerOnArchives, runCatalogerOnFolder } from '../../testing.ts'
import { interpreters } from './cataloger.ts'
import { products } from './products.ts'

/** An executable with this text in its data, and enough before it that it lies in a later window. */
const program = (text: string, before = 100) =>
  makeElf([{ name: '.rodata', bytes: Buffer.concat([Buffer.alloc(before), Buffer.from(text, 'latin1')]) }])

/** The text as the published binaries have it. */
const samples: readonly (readonly [string, string, string])[] = [
  ['usr/local/bin/node', 'node.js/v20.11.0', 'node 20.11.0'],
  ['usr/local/bin/python3.11', '\u00003.11.4\u0000', 'python 3.11.4'],
  ['usr/local/lib/libpython3.12.so.1.0', '\u00003.1.2\u0000x\u00003.12.0rc1\u0000', 'python 3.12.0rc1'],
  [
    'usr/local/lib/libruby.so.3.2.2',
    '\u0000ruby 3.2.2 (2023-03-30 revision e51014f9c0) [x86_64-linux]',
    'ruby 3.2.2',
  ],
  ['usr/local/bin/ruby', '\u0000ruby 2.7.8p225 (2023-03-30 revision 1f4d455848)', 'ruby 2.7.8'],
  ['usr/local/sbin/php-fpm', 'X-Powered-By: PHP/8.2.13', 'php 8.2.13'],
  ['usr/bin/php8.2', 'X-Powered-By: PHP/8.2.29', 'php 8.2.29'],
  ['usr/local/bin/perl', '/usr/local/lib/perl5/5.36.0\u0000', 'perl 5.36.0'],
  ['usr/sbin/nginx', 'nginx version: nginx/1.25.3', 'nginx 1.25.3'],
  ['usr/local/apache2/bin/httpd', 'Server: Apache/2.4.57 (Unix)', 'httpd 2.4.57'],
  ['usr/local/sbin/haproxy', 'HAProxy version 2.8.3-86e043a 2023/09/07', 'haproxy 2.8.3'],
  ['usr/local/bin/redis-server', '7.2.4buildkitsandbox-1705000000000000000', 'redis 7.2.4'],
  ['usr/local/bin/memcached', '\u0000memcached 1.6.22\u0000', 'memcached 1.6.22'],
  ['usr/local/bin/postgres', 'postgres (PostgreSQL) 15.5\n', 'postgresql 15.5'],
  ['usr/sbin/mariadbd', '10.11.6-MariaDB-1:10.11.6+maria~ubu2204', 'mariadb 10.11.6'],
  ['usr/sbin/mysqld', '/export/home/pb2/build/mysql-8.0.35/sql/mysqld.cc', 'mysql 8.0.35'],
  ['usr/local/lib/libcrypto.so.3', 'OpenSSL 3.0.11 19 Sep 2023', 'openssl 3.0.11'],
  ['usr/local/bin/openssl', 'OpenSSL 1.0.2k-fips  26 Jan 2017', 'openssl 1.0.2k'],
  ['usr/local/bin/curl', 'libcurl/8.4.0', 'curl 8.4.0'],
  ['bin/bash', '@(#)Bash version 5.2.15(1) release GNU', 'bash 5.2.15'],
  ['bin/busybox', 'BusyBox v1.36.1 (2023-11-07 18:53:09 UTC)', 'busybox 1.36.1'],
  ['usr/bin/deno', 'Deno/1.38.2', 'deno 1.38.2'],
]

test.each(samples)('%s with %j is %s', async (path, text, expected) => {
  for (const before of [100, 4 * 1024 * 1024 - 80]) {
    const { packages } = await runCataloger(interpreters, { [path]: program(text, before) })
    expect(packages.map(({ name, version, certainty }) => `${name} ${version} ${certainty}`)).toEqual([
      `${expected} derived`,
    ])
  }
})

test.each([
  ['var/www/wp-includes/version.php', "<?php\n$wp_version = '6.4.1';\n", 'wordpress 6.4.1'],
  ['usr/local/lib/erlang/releases/26/OTP_VERSION', '26.1.2\n', 'erlang 26.1.2'],
  ['usr/local/go/VERSION', 'go1.21.5\ntime 2023-11-29T21:21:46Z\n', 'go 1.21.5'],
  ['opt/java/openjdk/release', 'IMPLEMENTOR="Eclipse Adoptium"\nJAVA_VERSION="17.0.9"\n', 'openjdk 17.0.9'],
])('%s is %s', async (path, text, expected) => {
  const { packages } = await runCataloger(interpreters, { [path]: text })
  expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual([expected])
})

test('every product has a sample', () => {
  const sampled = new Set([
    ...samples.map(([, , expected]) => expected.split(' ')[0]),
    'wordpress',
    'erlang',
    'go',
  ])
  expect(products.map(({ name }) => name).filter((name) => !sampled.has(name))).toEqual([])
})

test('scripts, other files of the same names and programs that say nothing are no package', async () => {
  const { packages, diagnostics } = await runCataloger(interpreters, {
    'usr/bin/node': '#!/bin/sh\n# node.js/v1.2.3\n',
    'usr/bin/php': program('no version here'),
    'app/VERSION': 'go1.2.3\n',
    'etc/release': 'not java\n',
    'bin/bash': Buffer.alloc(0),
  })
  expect([packages, diagnostics]).toEqual([[], []])
})

const folder = mkdtempSync(join(tmpdir(), 'longwatch-interpreters-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

test('programs in a folder of this machine are found as those in an image are', async () => {
  const path = join(folder, 'opt/bin/busybox')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, program('BusyBox v1.36.1'))
  const { packages } = await runCatalogerOnFolder(interpreters, folder)
  expect(packages.map(({ purl, path }) => [purl, path])).toEqual([
    ['pkg:generic/busybox@1.36.1', 'opt/bin/busybox'],
  ])
})

describeLab(
  "Debian's own programs",
  ['rootfs/debian-owned-langs.tar', 'truth/image.debian-owned-langs.json'],
  () => {
    test('say the version that their package has', async () => {
      const { packages } = await runCatalogerOnArchives(interpreters, [
        labPath('rootfs/debian-owned-langs.tar'),
      ])
      const debs = new Map(
        truthOf('image.debian-owned-langs')
          .packages.filter(({ type }) => type === 'deb')
          .map((t) => [t.name, t.version]),
      )
      const sources: Readonly<Record<string, string>> = {
        bash: 'bash',
        perl: 'perl-base',
        openssl: 'libssl3',
        python: 'python3.11-minimal',
        ruby: 'libruby3.1',
        node: 'libnode108',
        openjdk: 'openjdk-17-jre-headless',
        curl: 'libcurl4',
      }
      const found = packages.map(({ name, version }) => [name, version] as const)
      expect(new Set(found.map(([name]) => name)).size).toBeGreaterThan(3)
      const wrong = found.filter(([name, version]) => {
        const installed = debs.get(sources[name] ?? '')
        return installed === undefined || !installed.replace(/^\d+:/, '').startsWith(version)
      })
      expect(wrong).toEqual([])
    })
  },
)
