import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { pipfileLock } from './cataloger.ts'

test('default and develop, without what comes from git', async () => {
  const lock = {
    _meta: { 'pipfile-spec': 6 },
    default: { Flask: { version: '==2.0.1' }, own: { git: 'https://example.org/own.git', ref: 'abc' } },
    develop: { pytest: { version: '==7.4.0' } },
  }
  const { packages } = await runCataloger(pipfileLock, { 'Pipfile.lock': JSON.stringify(lock) })
  expect(packages.map(({ name, version, state, notes }) => [name, version, state, notes])).toEqual([
    ['flask', '2.0.1', 'locked', undefined],
    ['pytest', '7.4.0', 'locked', ['development']],
  ])
})

test('a broken file is said to be unread', async () => {
  const { diagnostics } = await runCataloger(pipfileLock, { 'Pipfile.lock': '{' })
  expect(diagnostics.map(({ code, level }) => [code, level])).toEqual([['PIPFILE_LOCK_MALFORMED', 'error']])
})
