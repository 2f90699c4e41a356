import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { mixLock } from './cataloger.ts'

const text = `%{
  "plug": {:hex, :plug, "1.14.0", "ba4f", [:mix], [{:mime, "~> 1.0 or ~> 2.0", [hex: :mime]}], "hexpm", "bf02"},
  "renamed": {:hex, :cowboy, "2.10.0", "ff9f", [:make, :rebar3], [], "hexpm", "3afd"},
  "own": {:git, "https://example.org/own.git", "abc", []},
  "broken": {:hex, :broken},
}
`

test('packages of the registry under their own names', async () => {
  const { packages, diagnostics } = await runCataloger(mixLock, { 'mix.lock': text }, { mode: 'project' })
  expect(packages.map(({ purl }) => purl)).toEqual(['pkg:hex/cowboy@2.10.0', 'pkg:hex/plug@1.14.0'])
  expect(diagnostics.map(({ code, place }) => [code, place])).toEqual([['MIX_LOCK_MALFORMED', 'line 5']])
})
