import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { requirements } from './cataloger.ts'

const text = `# comment
-r other.txt
--index-url https://example.org/simple
Flask==2.0.1
ruamel_yaml[jinja2] == 0.17.21 ; python_version >= "3.7"  # why
requests===2.31.0 \\
    --hash=sha256:aaaa \\
    --hash=sha256:bbbb
urllib3>=1.26,<2
django==4.*
git+https://github.com/x/y.git@v1#egg=y
pip @ https://example.org/pip.whl
./local
.
.[dev]
wheels/own-1.0-py3-none-any.whl
numpy (==1.26.0)
`

test.each([
  'requirements.txt',
  'app/dev-requirements.txt',
  'requirements-test.txt',
  'app/requirements/dev.txt',
])('what %s pins to one version is locked; what it leaves open is counted', async (path) => {
  const { packages, diagnostics } = await runCataloger(requirements, { [path]: text }, { mode: 'project' })
  expect(packages.map(({ purl }) => purl)).toEqual([
    'pkg:pypi/flask@2.0.1',
    'pkg:pypi/numpy@1.26.0',
    'pkg:pypi/requests@2.31.0',
    'pkg:pypi/ruamel-yaml@0.17.21',
  ])
  expect(diagnostics.map(({ code, level, message }) => [code, level, message])).toEqual([
    [
      'REQUIREMENTS_NOT_PINNED',
      'info',
      '2 requirements allow several versions: which is used cannot be told',
    ],
  ])
})

test('a line that is no requirement costs one line', async () => {
  const { packages, diagnostics } = await runCataloger(requirements, {
    'requirements.txt': 'a==1\n!!!\nb==2\\',
  })
  expect(packages.map(({ name }) => name)).toEqual(['a', 'b'])
  expect(diagnostics.map(({ code, place }) => [code, place])).toEqual([['REQUIREMENTS_MALFORMED', 'line 2']])
})
