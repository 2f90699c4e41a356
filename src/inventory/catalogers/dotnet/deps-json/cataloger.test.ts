import { expect, test } from 'vitest'
import { describeLab, labPath, truthOf } from '../../../../../test/support/lab.ts'
import { runCataloger, runCatalogerOnArchives } from '../../testing.ts'
import { depsJson } from './cataloger.ts'

const libraries = {
  'Shop/1.0.0': { type: 'project', serviceable: false, sha512: '' },
  'Newtonsoft.Json/12.0.1': { type: 'package', serviceable: true },
  'Some.Preview/8.0.0-preview.1.23111.3': { type: 'package' },
  'runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/6.0.25': { type: 'runtimepack' },
  'System.Private.Uri/6.0.0.0': { type: 'reference' },
}

test('packages and the runtime that was published with them; projects and references are left out', async () => {
  const { packages, diagnostics } = await runCataloger(depsJson, {
    'app/Shop.deps.json': JSON.stringify({ libraries }),
  })
  expect(diagnostics).toEqual([])
  expect(packages.map(({ purl, notes }) => [purl, notes])).toEqual([
    ['pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@6.0.25', ['runtime of the program']],
    ['pkg:nuget/Newtonsoft.Json@12.0.1', undefined],
    ['pkg:nuget/Some.Preview@8.0.0-preview.1.23111.3', undefined],
  ])
})

test('a shared framework is told by its place', async () => {
  const path = 'usr/share/dotnet/shared/Microsoft.AspNetCore.App/8.0.1/Microsoft.AspNetCore.App.deps.json'
  const { packages } = await runCataloger(depsJson, { [path]: '{"libraries":{}}' })
  expect(packages.map(({ purl, notes }) => [purl, notes])).toEqual([
    ['pkg:nuget/Microsoft.AspNetCore.App@8.0.1', ['shared framework']],
  ])
})

test.each([
  ['{', 1],
  ['[]', 0],
  ['{"libraries":[]}', 0],
  ['{"libraries":{"NoVersion":{"type":"package"},"A/1":{"type":"package"}}}', 1],
])('%s', async (text, problems) => {
  const { diagnostics } = await runCataloger(depsJson, { 'x.deps.json': text })
  expect(diagnostics.map(({ code }) => code)).toEqual(Array(problems).fill('DOTNET_DEPS_MALFORMED'))
})

describeLab(
  '.NET function of the lab',
  ['lambda/dotnet-function.zip', 'truth/lambda.dotnet-function.json'],
  () => {
    test('has exactly the packages of its deps.json', async () => {
      const { packages } = await runCatalogerOnArchives(depsJson, [labPath('lambda/dotnet-function.zip')])
      const truth = truthOf('lambda.dotnet-function').packages
      expect(packages.map((p) => `${p.name} ${p.version} /${p.path}`).sort()).toEqual(
        truth.map((t) => `${t.name} ${t.version} ${t.path}`).sort(),
      )
    })
  },
)
