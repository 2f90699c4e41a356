import { expect, test } from 'vitest'
import { describeLab, labPath, truthOf } from '../../../../../test/support/lab.ts'
import { runCataloger, runCatalogerOnArchives } from '../../testing.ts'
import { nodeModules } from './cataloger.ts'

const manifest = (name: string, version: string, more: object = {}) =>
  JSON.stringify({ name, version, ...more })

test.each([
  ['app/node_modules/lodash/package.json', true],
  ['app/node_modules/@babel/core/package.json', true],
  ['node_modules/a/node_modules/b/package.json', true],
  ['app/node_modules/.pnpm/debug@4.3.4/node_modules/debug/package.json', true],
  ['usr/share/nodejs/semver/package.json', true],
  ['app/package.json', false],
  ['app/node_modules/tslib/modules/package.json', false],
  ['app/node_modules/@scope/package.json', false],
  ['app/node_modules/package.json', false],
  ['app/node_modules/.cache/package.json', false],
])('%s is an installed package: %s', async (path, counts) => {
  const { packages, diagnostics } = await runCataloger(nodeModules, { [path]: manifest('x', '1.0.0') })
  expect(packages).toHaveLength(counts ? 1 : 0)
  expect(diagnostics).toEqual([])
})

test('a scoped package has its scope in the name and in the purl', async () => {
  const { packages } = await runCataloger(nodeModules, {
    'node_modules/@babel/core/package.json': manifest('@babel/core', '7.24.0', { license: 'MIT' }),
  })
  expect(packages).toEqual([
    {
      purl: 'pkg:npm/%40babel/core@7.24.0',
      type: 'npm',
      name: '@babel/core',
      version: '7.24.0',
      licenses: ['MIT'],
      state: 'installed',
      certainty: 'exact',
      path: 'node_modules/@babel/core/package.json',
    },
  ])
})

test('an alias is the package it names, not the folder it lies in', async () => {
  const { packages } = await runCataloger(nodeModules, {
    'node_modules/string-width-cjs/package.json': manifest('string-width', '4.2.3'),
  })
  expect(packages[0]?.name).toBe('string-width')
  expect(packages[0]?.notes).toEqual(['installed as string-width-cjs'])
})

test.each([
  ['{', 1],
  ['', 1],
  ['[]', 0],
  ['null', 0],
  ['{"name":"x"}', 0],
  ['{"name":{},"version":1}', 0],
  ['{"name":"x\\ny","version":"1.0.0"}', 1],
  ['{"name":"a b","version":"1.0.0"}', 1],
  ['{"__proto__":{"name":"x","version":"1"}}', 0],
])('%j is no package', async (text, problems) => {
  const { packages, diagnostics } = await runCataloger(nodeModules, { 'node_modules/x/package.json': text })
  expect(packages).toEqual([])
  expect(diagnostics.map(({ code }) => code)).toEqual(Array(problems).fill('NODE_PACKAGE_MALFORMED'))
})

test('a file above the limit is said to be unread', async () => {
  const { diagnostics } = await runCataloger(
    nodeModules,
    { 'node_modules/x/package.json': manifest('x', '1.0.0') },
    { limits: { fileBytes: 10 } },
  )
  expect(diagnostics.map(({ code, level }) => [code, level])).toEqual([['FILE_TOO_LARGE', 'error']])
})

describeLab(
  'installed npm packages of the lab',
  ['layers/node-app.tar', 'rootfs/debian-owned-langs.tar'],
  () => {
    test.each([
      ['layers/node-app.tar', 'image.node-app'],
      ['rootfs/debian-owned-langs.tar', 'image.debian-owned-langs'],
      ['layers/go-app.tar', 'image.go-rust-app'],
    ])('%s has exactly the packages of its node_modules', async (tar, artifact) => {
      const { packages, diagnostics } = await runCatalogerOnArchives(nodeModules, [labPath(tar)])
      const truth = truthOf(artifact).packages.filter(({ type }) => type === 'npm')
      expect(diagnostics).toEqual([])
      expect(truth.length).toBeGreaterThan(0)
      expect(packages.map((p) => `${p.name} ${p.version} /${p.path}`).sort()).toEqual(
        truth.map((t) => `${t.name} ${t.version} ${t.path}`).sort(),
      )
    })
  },
)
