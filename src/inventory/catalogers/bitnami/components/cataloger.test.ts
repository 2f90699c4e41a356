import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { bitnamiComponents } from './cataloger.ts'

const path = 'opt/bitnami/.bitnami_components.json'

test('components with their architecture and system', async () => {
  const text = JSON.stringify({
    redis: { arch: 'amd64', distro: 'debian-12', type: 'NAMI', version: '7.2.4-2' },
    broken: { arch: 'amd64' },
  })
  const { packages, diagnostics } = await runCataloger(bitnamiComponents, { [path]: text })
  expect(packages.map(({ purl, name, version }) => [purl, name, version])).toEqual([
    ['pkg:bitnami/redis@7.2.4-2?arch=amd64&distro=debian-12', 'redis', '7.2.4-2'],
  ])
  expect(diagnostics.map(({ code, place }) => [code, place])).toEqual([
    ['BITNAMI_COMPONENTS_MALFORMED', '"broken"'],
  ])
})

test('what is no JSON is said to be unread', async () => {
  const { diagnostics } = await runCataloger(bitnamiComponents, { [path]: '' })
  expect(diagnostics.map(({ level }) => level)).toEqual(['error'])
})
