import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { renvLock } from './cataloger.ts'

test('packages, a record without a version costs itself alone', async () => {
  const Packages = { jsonlite: { Package: 'jsonlite', Version: '1.8.7', Source: 'Repository' }, broken: {} }
  const { packages, diagnostics } = await runCataloger(renvLock, {
    'renv.lock': JSON.stringify({ Packages }),
  })
  expect(packages.map(({ purl }) => purl)).toEqual(['pkg:cran/jsonlite@1.8.7'])
  expect(diagnostics.map(({ code, place }) => [code, place])).toEqual([['RENV_LOCK_MALFORMED', 'broken']])
})
