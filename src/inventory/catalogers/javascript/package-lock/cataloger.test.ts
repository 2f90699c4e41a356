import { expect, test } from 'vitest'
import { describeLab, labPath } from '../../../../../test/support/lab.ts'
import { readFileSync } from 'node:fs'
import { runCataloger, runCatalogerOnArchives } from '../../testing.ts'
import { packageLock } from './cataloger.ts'

const run = async (value: unknown, path = 'package-lock.json') =>
  runCataloger(
    packageLock,
    { [path]: typeof value === 'string' ? value : JSON.stringify(value) },
    { mode: 'project' },
  )
const shown = ({ packages }: Awaited<ReturnType<typeof run>>) =>
  packages.map(({ name, version, state, notes }) => [`${name}@${version}`, state, ...(notes ?? [])])

const version3 = {
  name: 'app',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: {
    '': { name: 'app', version: '1.0.0' },
    'node_modules/string-width-cjs': { name: 'string-width', version: '4.2.3' },
    'node_modules/@babel/core': { version: '7.24.0', dev: true },
    'node_modules/a/node_modules/b': { version: '2.0.0', resolved: 'git+ssh://git@github.com/x/b.git#abc' },
    'node_modules/workspace': { resolved: 'packages/workspace', link: true },
    'packages/workspace': { version: '0.1.0' },
    'node_modules/never-installed': { optional: true },
  },
}
const version1 = {
  lockfileVersion: 1,
  dependencies: {
    'string-width-cjs': { version: 'npm:string-width@4.2.3' },
    '@babel/core': { version: '7.24.0', dev: true, dependencies: { b: { version: '2.0.0' } } },
    local: { version: 'file:../local' },
    git: { version: 'git+ssh://git@github.com/x/y.git#abc' },
  },
}

test('version 2 and 3: aliases under their own names, no links, no workspaces', async () => {
  expect(shown(await run(version3))).toEqual([
    ['@babel/core@7.24.0', 'locked', 'development'],
    ['b@2.0.0', 'locked', 'from git+ssh://git@github.com/x/b.git#abc'],
    ['string-width@4.2.3', 'locked'],
  ])
})

test('version 1: nested dependencies, aliases, no paths', async () => {
  expect(shown(await run(version1, 'npm-shrinkwrap.json'))).toEqual([
    ['@babel/core@7.24.0', 'locked', 'development'],
    ['b@2.0.0', 'locked'],
    ['string-width@4.2.3', 'locked'],
  ])
})

test('a lock file that came with a dependency was never used', async () => {
  expect((await run(version3, 'node_modules/x/package-lock.json')).packages).toEqual([])
})

test.each([
  ['{', 1],
  ['[]', 0],
  ['{"packages":{"node_modules/x":{}}}', 1],
  ['{"packages":{"node_modules/x y":{"version":"1.0.0"}}}', 1],
  [`{"dependencies":${'{"a":{"version":"1.0.0","dependencies":'.repeat(300)}{}${'}}'.repeat(300)}}`, 1],
])('%.60s: %i problems', async (text, problems) => {
  const { diagnostics } = await run(text)
  expect(diagnostics.map(({ code }) => code)).toEqual(Array(problems).fill('NPM_LOCK_MALFORMED'))
})

describeLab('the lock file of the lab', ['layers/node-app.tar', 'truth/image.node-app.json'], () => {
  test('has exactly the locked packages', async () => {
    const { packages } = await runCatalogerOnArchives(packageLock, [labPath('layers/node-app.tar')], {
      mode: 'project',
    })
    const { locked } = JSON.parse(readFileSync(labPath('truth/image.node-app.json'), 'utf8')) as {
      locked: { name: string; version: string }[]
    }
    expect([...new Set(packages.map((p) => `${p.name}@${p.version}`))].sort()).toEqual(
      [...new Set(locked.map((t) => `${t.name}@${t.version}`))].sort(),
    )
  })
})
