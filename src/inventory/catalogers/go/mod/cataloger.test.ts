import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { goMod } from './cataloger.ts'

const mod = (go: string) => `module example.com/app // comment

go ${go}

require github.com/gorilla/websocket v1.5.0

require (
	golang.org/x/net v0.7.0 // indirect
	"golang.org/x/text" v0.3.6
	example.com/local v0.0.0
)

replace golang.org/x/net v0.7.0 => github.com/fork/net v0.7.1

replace (
	golang.org/x/text v0.3.5 => github.com/other/text v0.1.0
	example.com/local => ../local
)

exclude golang.org/x/text v0.3.4
`
const sum = `github.com/gorilla/websocket v1.5.0 h1:a=
github.com/gorilla/websocket v1.4.0 h1:a=
golang.org/x/sys v0.1.0 h1:a=
golang.org/x/sys v0.10.0 h1:a=
golang.org/x/sys v0.10.0-rc.1 h1:a=
golang.org/x/sys v0.20.0/go.mod h1:a=
`
const run = async (go: string) =>
  runCataloger(goMod, { 'go.mod': mod(go), 'go.sum': sum }, { mode: 'project' })
const shown = ({ packages }: Awaited<ReturnType<typeof run>>) =>
  packages.map(({ name, version, path, notes }) => [`${name} ${version}`, path, ...(notes ?? [])])

const required = [
  ['github.com/fork/net v0.7.1', 'go.mod', 'replaces golang.org/x/net v0.7.0'],
  ['github.com/gorilla/websocket v1.5.0', 'go.mod'],
  ['golang.org/x/text v0.3.6', 'go.mod'],
]

test('go.mod lists the whole build since Go 1.17; replacements count, folders do not', async () => {
  expect(shown(await run('1.21'))).toEqual(required)
})

test('before, go.sum gives what go.mod leaves out, the newest version of each', async () => {
  expect(shown(await run('1.16'))).toEqual([
    ...required.slice(0, 2),
    ['golang.org/x/sys v0.10.0', 'go.sum'],
    ...required.slice(2),
  ])
})

test('bad lines cost themselves alone', async () => {
  const { packages, diagnostics } = await runCataloger(goMod, {
    'go.mod': 'require a\nrequire b.example/x v1.0.0\nreplace x\ngo 1.22\n',
    'go.sum': 'garbage\n',
  })
  expect(packages.map(({ name }) => name)).toEqual(['b.example/x'])
  expect(diagnostics.map(({ code, path, place }) => [code, path, place])).toEqual([
    ['GO_MOD_MALFORMED', 'go.mod', 'line 1'],
    ['GO_MOD_MALFORMED', 'go.mod', 'line 3'],
    ['GO_MOD_MALFORMED', 'go.sum', 'line 1'],
  ])
})
