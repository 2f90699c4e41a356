import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { bottlerocket } from './cataloger.ts'

const path = 'usr/share/bottlerocket/application-inventory.json'
const distribution = {
  id: 'bottlerocket',
  idLike: [],
  name: 'Bottlerocket',
  versionId: '1.20.0',
  channels: [],
  paths: ['etc/os-release'],
}

test('what the system was built from, as rpm packages', async () => {
  const Content = [
    {
      Name: 'kernel-5.15',
      Publisher: 'Bottlerocket',
      Architecture: 'x86_64',
      Version: '5.15.152',
      Release: '1',
      Epoch: '',
    },
    { Name: 'containerd', Architecture: 'x86_64', Version: '1.6.31', Release: '1.br1', Epoch: '1' },
    { Name: 'broken' },
  ]
  const { packages, diagnostics } = await runCataloger(
    bottlerocket,
    { [path]: JSON.stringify({ Content }) },
    { distribution },
  )
  expect(packages.map(({ purl, version }) => [purl, version])).toEqual([
    [
      'pkg:rpm/bottlerocket/containerd@1.6.31-1.br1?arch=x86_64&distro=bottlerocket-1.20.0&epoch=1',
      '1:1.6.31-1.br1',
    ],
    ['pkg:rpm/bottlerocket/kernel-5.15@5.15.152-1?arch=x86_64&distro=bottlerocket-1.20.0', '0:5.15.152-1'],
  ])
  expect(diagnostics.map(({ code, place }) => [code, place])).toEqual([
    ['BOTTLEROCKET_INVENTORY_MALFORMED', 'application 3'],
  ])
})

test('what is no JSON is said to be unread', async () => {
  const { diagnostics } = await runCataloger(bottlerocket, { [path]: '{' })
  expect(diagnostics.map(({ code, level }) => [code, level])).toEqual([
    ['BOTTLEROCKET_INVENTORY_MALFORMED', 'error'],
  ])
})
