import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { pythonLock } from './cataloger.ts'

test.each([
  [
    'poetry.lock',
    `[[package]]
name = "Flask"
version = "2.0.1"
category = "main"

[[package]]
name = "pytest"
version = "7.4.0"
category = "dev"

[[package]]
name = "own"
version = "0.1.0"
[package.source]
type = "directory"
url = "../own"

[[package]]
name = "forked"
version = "1.0.0"
[package.source]
type = "git"
url = "https://example.org/forked.git"
`,
    ['flask@2.0.1', 'forked@1.0.0 from https://example.org/forked.git', 'pytest@7.4.0 development'],
  ],
  [
    'uv.lock',
    `version = 1
[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
[[package]]
name = "flask"
version = "3.0.0"
source = { registry = "https://example.org/simple" }
`,
    ['flask@3.0.0'],
  ],
  [
    'pdm.lock',
    '[[package]]\nname = "flask"\nversion = "3.0.0"\n[[package]]\nname = "own"\nversion = "1"\npath = "./own"\n',
    ['flask@3.0.0'],
  ],
])('%s', async (path, text, expected) => {
  const { packages, diagnostics } = await runCataloger(pythonLock, { [path]: text }, { mode: 'project' })
  expect(diagnostics).toEqual([])
  expect(
    packages.map(({ name, version, notes }) => [`${name}@${version}`, ...(notes ?? [])].join(' ')),
  ).toEqual(expected)
})

test.each([
  ['[[package', 'PYTHON_LOCK_MALFORMED', undefined],
  ['[[package]]\nname = "x"\n', 'PYTHON_LOCK_MALFORMED', 'package 1'],
])('%j is said to be unread', async (text, code, place) => {
  const { diagnostics } = await runCataloger(pythonLock, { 'uv.lock': text })
  expect(diagnostics.map((one) => [one.code, one.place])).toEqual([[code, place]])
})
