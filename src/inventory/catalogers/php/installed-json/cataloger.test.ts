import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { installedJson } from './cataloger.ts'

const path = 'var/www/vendor/composer/installed.json'
const records = [
  { name: 'Symfony/Http-Kernel', version: 'v5.4.0', version_normalized: '5.4.0.0', license: ['MIT'] },
  { name: 'acme/own', version: 'dev-master' },
]

test.each([
  ['Composer 2', { packages: records, dev: false, 'dev-package-names': [] }],
  ['Composer 1', records],
])('%s', async (_name, value) => {
  const { packages, diagnostics } = await runCataloger(installedJson, { [path]: JSON.stringify(value) })
  expect(diagnostics).toEqual([])
  expect(packages).toEqual([
    {
      purl: 'pkg:composer/acme/own@dev-master',
      type: 'composer',
      name: 'acme/own',
      version: 'dev-master',
      state: 'installed',
      certainty: 'exact',
      path,
    },
    {
      purl: 'pkg:composer/symfony/http-kernel@v5.4.0',
      type: 'composer',
      name: 'symfony/http-kernel',
      version: 'v5.4.0',
      licenses: ['MIT'],
      state: 'installed',
      certainty: 'exact',
      path,
    },
  ])
})

test.each([
  ['{', 1],
  ['', 1],
  ['{"packages":{}}', 0],
  ['[null,{"name":"no-slash","version":"1"},{"name":"a/b"}]', 3],
])('%s gives no package', async (text, problems) => {
  const { packages, diagnostics } = await runCataloger(installedJson, { [path]: text })
  expect(packages).toEqual([])
  expect(diagnostics.map(({ code }) => code)).toEqual(Array(problems).fill('COMPOSER_INSTALLED_MALFORMED'))
})
