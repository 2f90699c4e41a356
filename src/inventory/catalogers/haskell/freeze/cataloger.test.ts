import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { haskellFreeze } from './cataloger.ts'

test.each([
  [
    'cabal.project.freeze',
    'active-repositories: hackage.haskell.org:merge\nconstraints: any.aeson ==2.1.0.0,\n             aeson +cffi,\n             any.text-short ==0.1.5\n',
  ],
  [
    'stack.yaml.lock',
    'packages:\n- completed:\n    hackage: aeson-2.1.0.0@sha256:abc,6107\n- completed:\n    hackage: text-short-0.1.5@sha256:abc,1\n  original:\n    hackage: text-short-0.1.5\n',
  ],
])('%s', async (path, text) => {
  const { packages, diagnostics } = await runCataloger(haskellFreeze, { [path]: text }, { mode: 'project' })
  expect(diagnostics).toEqual([])
  expect(packages.map(({ purl }) => purl)).toEqual([
    'pkg:hackage/aeson@2.1.0.0',
    'pkg:hackage/text-short@0.1.5',
  ])
})

test('a file that names no package is said to be unread', async () => {
  const { diagnostics } = await runCataloger(haskellFreeze, { 'cabal.project.freeze': 'garbage' })
  expect(diagnostics.map(({ code, level }) => [code, level])).toEqual([['HASKELL_FREEZE_MALFORMED', 'error']])
})
