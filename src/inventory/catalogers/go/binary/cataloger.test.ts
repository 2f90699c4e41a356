import { expect, test } from 'vitest'
import { describeLab, labPath, truthOf } from '../../../../../test/support/lab.ts'
import { makeElf, makeMacho, makePe } from '../../binary/testing.ts'
import { runCataloger, runCatalogerOnArchives } from '../../testing.ts'
import { goBinary } from './cataloger.ts'
import { stampedVersion, stdlibVersion } from './modules.ts'
import { goModules, inlineBuildInfo, pointerBuildInfo } from './testing.ts'

const lines = [
  'path\texample.com/lab/server',
  'mod\texample.com/lab/server\t(devel)\t',
  'dep\tgithub.com/gorilla/websocket\tv1.5.0\th1:x',
  'dep\tgithub.com/dgrijalva/jwt-go\tv3.2.0+incompatible\th1:x',
  'dep\tgolang.org/x/net\tv0.7.0',
  '=>\tgithub.com/fork/net\tv0.7.1\th1:x',
  'dep\texample.com/local\tv0.0.0',
  '=>\t./local\t(devel)\t',
  'build\t-compiler=gc',
]
const info = inlineBuildInfo('go1.21.9', goModules(lines))
const old = pointerBuildInfo('go1.13.8', goModules(lines), 0x500000)
const main = { name: '.data', bytes: Buffer.alloc(100), address: 0x100, writable: true }

const expected = [
  'example.com/lab/server (devel)',
  'github.com/dgrijalva/jwt-go v3.2.0+incompatible',
  'github.com/fork/net v0.7.1',
  'github.com/gorilla/websocket v1.5.0',
]

test.each([
  ['ELF', makeElf([main, { name: '.go.buildinfo', bytes: info }]), 'stdlib 1.21.9'],
  [
    'ELF, 32 bits, big-endian',
    makeElf([{ name: '.go.buildinfo', bytes: info }], { bits: 32, bigEndian: true }),
    'stdlib 1.21.9',
  ],
  [
    'ELF without sections',
    makeElf([{ name: 'x', bytes: info, writable: true }], { stripped: true }),
    'stdlib 1.21.9',
  ],
  ['ELF of Go 1.13', makeElf([{ name: '.go.buildinfo', bytes: old, address: 0x500000 }]), 'stdlib 1.13.8'],
  [
    'PE',
    makePe([
      { name: '.text', bytes: Buffer.alloc(64) },
      { name: '.data', bytes: info, writable: true },
    ]),
    'stdlib 1.21.9',
  ],
  ['Mach-O', makeMacho([{ name: '__go_buildinfo', bytes: info }]), 'stdlib 1.21.9'],
])('%s: modules, replacements and the standard library', async (_name, bytes, stdlib) => {
  const { packages, diagnostics } = await runCataloger(goBinary, { 'bin/server.exe': bytes })
  expect(diagnostics).toEqual([])
  expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual([...expected, stdlib])
  expect(packages.find(({ name }) => name === 'github.com/fork/net')?.notes).toEqual([
    'replaces golang.org/x/net v0.7.0',
  ])
  expect(packages.find(({ name }) => name === 'example.com/lab/server')?.notes).toEqual(['main-module'])
})

test.each([
  ['go1.21.9', '1.21.9'],
  ['go1.20', '1.20.0'],
  ['go1.22rc1', '1.22.0-rc.1'],
  ['go1.21.9 X:boringcrypto', '1.21.9'],
  ['go1.19.13-google', '1.19.13'],
  ['devel go1.23-abcdef', undefined],
  ['', undefined],
])('%s is standard library %s', (text, version) => {
  expect(stdlibVersion(text)).toBe(version)
})

test.each([
  ['build\t-ldflags="-s -w -X main.version=v1.13.2 -X main.commit=abc"', 'v1.13.2'],
  ['build\t-ldflags="-X github.com/prometheus/common/version.Version=2.45.0"', 'v2.45.0'],
  ["build\t-ldflags=-X 'istio.io/pkg/version.buildVersion=1.13.2'", 'v1.13.2'],
  ['build\t-ldflags="-X main.goVersion=1.20.1"', undefined],
  ['build\t-compiler=gc', undefined],
])('%s stamps %s', (text, version) => {
  expect(stampedVersion(text)).toBe(version)
})

test('a version stamped into the main module is used, as derived', async () => {
  const modules = goModules([...lines, 'build\t-ldflags="-X main.version=v1.2.3"'])
  const { packages } = await runCataloger(goBinary, {
    server: makeElf([{ name: '.go.buildinfo', bytes: inlineBuildInfo('go1.21.9', modules) }]),
  })
  expect(packages[0]).toMatchObject({
    name: 'example.com/lab/server',
    version: 'v1.2.3',
    certainty: 'derived',
  })
})

test('programs of other languages are no Go, cut build information is said to be unread', async () => {
  const other = await runCataloger(goBinary, { 'bin/sh': makeElf([main]) })
  expect([other.packages, other.diagnostics]).toEqual([[], []])
  const endless = Buffer.concat([info.subarray(0, 32), Buffer.from([0xff, 0xff, 0xff, 0xff, 0x7f])])
  const cut = await runCataloger(goBinary, { 'bin/x': makeElf([{ name: '.go.buildinfo', bytes: endless }]) })
  expect(cut.packages).toEqual([])
  expect(cut.diagnostics.map(({ code, level }) => [code, level])).toEqual([
    ['GO_BUILD_INFO_DAMAGED', 'error'],
  ])
})

describeLab('Go programs of the lab', ['layers/go-app.tar', 'truth/image.go-rust-app.json'], () => {
  test('layers/go-app.tar has exactly the modules that "go version -m" lists', async () => {
    const { packages, diagnostics } = await runCatalogerOnArchives(goBinary, [labPath('layers/go-app.tar')])
    const truth = truthOf('image.go-rust-app').packages.filter(({ type }) => type === 'go')
    expect(diagnostics).toEqual([])
    expect(
      packages
        .filter(({ notes }) => notes?.includes('main-module') !== true)
        .map((p) => `${p.name} ${p.version} /${p.path}`)
        .sort(),
    ).toEqual(truth.map((t) => `${t.name} ${t.version.replace(/^go/, '')} ${t.path}`).sort())
  })
})
