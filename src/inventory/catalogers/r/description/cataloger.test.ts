import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { rDescription } from './cataloger.ts'

const text =
  'Package: jsonlite\nVersion: 1.8.7\nLicense: MIT + file LICENSE\nDescription: A\n  Version: 9\nBuilt: R 4.3.1; x; unix\n'

test('a package in a library is installed', async () => {
  const path = 'usr/local/lib/R/site-library/jsonlite/DESCRIPTION'
  const { packages } = await runCataloger(rDescription, { [path]: text, 'src/jsonlite/DESCRIPTION': text })
  expect(packages.map(({ purl, licenses, path }) => [purl, licenses, path])).toEqual([
    ['pkg:cran/jsonlite@1.8.7', ['MIT + file LICENSE'], path],
  ])
})

test.each([
  ['Package: x\n', 1],
  ['Built: R 4\n', 1],
  ['Package: a b\nVersion: 1\n', 1],
  ['something else', 0],
])('%j: %i problems', async (text, problems) => {
  const { packages, diagnostics } = await runCataloger(rDescription, { 'R/library/x/DESCRIPTION': text })
  expect(packages).toEqual([])
  expect(diagnostics.map(({ code }) => code)).toEqual(Array(problems).fill('R_DESCRIPTION_MALFORMED'))
})
