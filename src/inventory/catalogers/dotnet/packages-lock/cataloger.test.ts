import { expect, test } from 'vitest'
import { describeLab, labPath } from '../../../../../test/support/lab.ts'
import { runCataloger, runCatalogerOnArchives } from '../../testing.ts'
import { packagesLock } from './cataloger.ts'

test('packages of all frameworks, once each; projects are left out', async () => {
  const lock = {
    version: 1,
    dependencies: {
      'net6.0': {
        'Newtonsoft.Json': { type: 'Direct', requested: '[12.0.1, )', resolved: '12.0.1' },
        other: { type: 'Project' },
        Broken: { type: 'Transitive' },
      },
      'net8.0': { 'Newtonsoft.Json': { type: 'Direct', resolved: '12.0.1' } },
    },
  }
  const { packages, diagnostics } = await runCataloger(packagesLock, {
    'packages.lock.json': JSON.stringify(lock),
  })
  expect(packages.map(({ purl, state }) => [purl, state])).toEqual([
    ['pkg:nuget/Newtonsoft.Json@12.0.1', 'locked'],
  ])
  expect(diagnostics.map(({ code, place }) => [code, place])).toEqual([['NUGET_LOCK_MALFORMED', 'net6.0']])
})

describeLab('the lock file of the lab', ['lambda/dotnet-function.zip'], () => {
  test('has packages, all with versions', async () => {
    const { packages, diagnostics } = await runCatalogerOnArchives(
      packagesLock,
      [labPath('lambda/dotnet-function.zip')],
      {
        mode: 'project',
      },
    )
    expect(diagnostics).toEqual([])
    expect(packages.map(({ purl }) => purl)).toContain('pkg:nuget/Newtonsoft.Json@12.0.1')
  })
})
