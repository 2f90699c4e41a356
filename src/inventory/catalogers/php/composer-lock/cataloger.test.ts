import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { composerLock } from './cataloger.ts'

test('packages, those of development marked', async () => {
  const lock = {
    packages: [{ name: 'symfony/http-kernel', version: 'v5.4.0' }, { version: '1' }],
    'packages-dev': [{ name: 'phpunit/phpunit', version: '9.5.0' }],
  }
  const { packages, diagnostics } = await runCataloger(composerLock, {
    'composer.lock': JSON.stringify(lock),
  })
  expect(packages.map(({ purl, notes }) => [purl, ...(notes ?? [])])).toEqual([
    ['pkg:composer/phpunit/phpunit@9.5.0', 'development'],
    ['pkg:composer/symfony/http-kernel@v5.4.0'],
  ])
  expect(diagnostics.map(({ code, place }) => [code, place])).toEqual([
    ['COMPOSER_LOCK_MALFORMED', 'packages 2'],
  ])
})
