import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { pubspecLock } from './cataloger.ts'

const text = `packages:
  http:
    dependency: "direct main"
    source: hosted
    version: "0.13.5"
  flutter:
    source: sdk
    version: "0.0.0"
  broken:
    source: hosted
`

test('packages of the registry are locked; a record without a version costs itself alone', async () => {
  const { packages, diagnostics } = await runCataloger(
    pubspecLock,
    { 'pubspec.lock': text },
    { mode: 'project' },
  )
  expect(packages.map(({ purl, state }) => [purl, state])).toEqual([['pkg:pub/http@0.13.5', 'locked']])
  expect(diagnostics.map(({ code, place }) => [code, place])).toEqual([['PUBSPEC_LOCK_MALFORMED', 'broken']])
})

test('what is no YAML is said to be unread', async () => {
  const { diagnostics } = await runCataloger(pubspecLock, { 'pubspec.lock': 'packages: [' })
  expect(diagnostics.map(({ level }) => level)).toEqual(['error'])
})
