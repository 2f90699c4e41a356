import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { gemfileLock } from './cataloger.ts'

const text = `GIT
  remote: https://example.org/forked.git
  revision: abc
  specs:
    forked (1.0.0)

PATH
  remote: .
  specs:
    own (0.1.0)

GEM
  remote: https://rubygems.org/
  specs:
    nokogiri (1.13.10-x86_64-linux)
      racc (~> 1.4)
    racc (1.6.2)
    rails (7.1.0.rc1)
    broken line

PLATFORMS
  x86_64-linux

DEPENDENCIES
  nokogiri
`

test('gems with their platform apart; the project itself is left out', async () => {
  const { packages, diagnostics } = await runCataloger(
    gemfileLock,
    { 'Gemfile.lock': text },
    { mode: 'project' },
  )
  expect(packages.map(({ purl, notes }) => [purl, ...(notes ?? [])])).toEqual([
    ['pkg:gem/forked@1.0.0', 'from https://example.org/forked.git'],
    ['pkg:gem/nokogiri@1.13.10?platform=x86_64-linux'],
    ['pkg:gem/racc@1.6.2'],
    ['pkg:gem/rails@7.1.0.rc1'],
  ])
  expect(diagnostics.map(({ code, place }) => [code, place])).toEqual([['GEMFILE_LOCK_MALFORMED', 'line 19']])
})

test('a merge conflict is pointed out', async () => {
  const { diagnostics } = await runCataloger(gemfileLock, { 'Gemfile.lock': 'GEM\n<<<<<<< HEAD\n' })
  expect(diagnostics.map(({ message }) => message)).toEqual(['it has a merge conflict'])
})
