import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { pnpmLock } from './cataloger.ts'

const run = async (text: string) => runCataloger(pnpmLock, { 'pnpm-lock.yaml': text }, { mode: 'project' })

test.each([
  [
    '5.4',
    `lockfileVersion: 5.4
packages:
  /@babel/core/7.18.0_abc@1.0.0:
    resolution: {integrity: sha512-x}
    dev: true
  /lodash/4.17.21:
    resolution: {integrity: sha512-x}
  registry.npmjs.org/semver/7.3.5:
    resolution: {integrity: sha512-x}
  github.com/x/forked/abcdef:
    name: forked
    version: 1.0.0
  file:../local:
    resolution: {directory: ../local}
`,
    ['@babel/core@7.18.0 development', 'forked@1.0.0', 'lodash@4.17.21', 'semver@7.3.5'],
  ],
  [
    '6.0',
    `lockfileVersion: '6.0'
packages:
  /@babel/core@7.18.0(supports-color@9.0.0):
    dev: false
  /lodash@4.17.21:
    resolution: {integrity: sha512-x}
`,
    ['@babel/core@7.18.0', 'lodash@4.17.21'],
  ],
  [
    '9.0',
    `lockfileVersion: '9.0'
packages:
  '@babel/core@7.24.0':
    resolution: {integrity: sha512-x}
  lodash@4.17.21:
    resolution: {integrity: sha512-x}
snapshots:
  lodash@4.17.21: {}
`,
    ['@babel/core@7.24.0', 'lodash@4.17.21'],
  ],
])('version %s', async (_version, text, expected) => {
  const { packages, diagnostics } = await run(text)
  expect(diagnostics).toEqual([])
  expect(
    packages.map(({ name, version, notes }) => [`${name}@${version}`, ...(notes ?? [])].join(' ')),
  ).toEqual(expected)
})

test.each([
  ['packages: [', 1],
  ['packages:\n  garbage: {}\n', 1],
  ['', 0],
  [
    Array.from(
      { length: 10 },
      (_, i) =>
        `a${i}: &a${i} [${Array(10)
          .fill(i === 0 ? 'x' : `*a${i - 1}`)
          .join(', ')}]`,
    ).join('\n'),
    1,
  ],
])('%.30s: %i problems', async (text, problems) => {
  const { packages, diagnostics } = await run(text)
  expect(packages).toEqual([])
  expect(diagnostics.map(({ code }) => code)).toEqual(Array(problems).fill('PNPM_LOCK_MALFORMED'))
})
