import { expect, test } from 'vitest'
import { lockCataloger } from './lock-file.ts'
import { runCataloger } from './testing.ts'

const lines = lockCataloger({
  name: 'test/lines',
  version: 1,
  type: 'npm',
  wants: [{ name: 'lines.lock' }],
  code: 'LINES_MALFORMED',
  parse: (text) => ({
    packages: text.split('\n').map((line) => ({ name: line, version: '1.0.0' })),
  }),
})
const run = async (text: string, path = 'lines.lock') =>
  runCataloger(lines, { [path]: text }, { mode: 'project' })

test('it runs on sources alone', () => {
  expect(lines.modes).toEqual(['project'])
})

test('a package that is named twice counts once', async () => {
  expect((await run('a\nb\na')).packages.map(({ name }) => name)).toEqual(['a', 'b'])
})

test.each(['node_modules/x/lines.lock', 'a/vendor/x/lines.lock', '.venv/lib/lines.lock'])(
  '%s came with a dependency and was never used',
  async (path) => {
    expect((await run('a', path)).packages).toEqual([])
  },
)

test('a name that none can have is said to be unread, with what is strange about it escaped', async () => {
  const { packages, diagnostics } = await run('a\n\u001b[31mred')
  expect(packages).toHaveLength(1)
  expect(diagnostics.map(({ code, level, message }) => [code, level, message])).toEqual([
    ['LINES_MALFORMED', 'error', '"\\u001b[31mred 1.0.0" is no name and version that a package can have'],
  ])
})

test('of a million problems a hundred are listed, and that there are more', async () => {
  const { diagnostics } = await run(
    Array.from({ length: 5000 }, (_, index) => `bad name ${index}`).join('\n'),
  )
  expect(diagnostics).toHaveLength(101)
  expect(diagnostics.at(-1)?.message).toMatch(/more that is wrong with it is not listed$/)
})
