import { expect, test } from 'vitest'
import { describeLab, labPath, truthOf } from '../../../../../test/support/lab.ts'
import { normalizeName } from '../../../../model/index.ts'
import { runCataloger, runCatalogerOnArchives } from '../../testing.ts'
import { distInfo } from './cataloger.ts'

const metadata = `Metadata-Version: 2.1
Name: ruamel.yaml
Version: 0.17.21
Summary: a YAML parser
License: MIT license
Classifier: Programming Language :: Python

Name: not-a-header
Version: 9
`

test.each([
  'usr/lib/python3/dist-packages/ruamel.yaml-0.17.21.dist-info/METADATA',
  'srv/x/ruamel.yaml-0.17.21.egg-info/PKG-INFO',
  'srv/x/ruamel.yaml-0.17.21-py3.9.egg-info',
  'srv/x/ruamel.yaml-0.17.21-py3.9.egg/EGG-INFO/PKG-INFO',
])('%s is an installed package, its name normalised', async (path) => {
  const { packages } = await runCataloger(distInfo, { [path]: metadata })
  expect(packages).toEqual([
    {
      purl: 'pkg:pypi/ruamel-yaml@0.17.21',
      type: 'pypi',
      name: 'ruamel-yaml',
      version: '0.17.21',
      licenses: ['MIT license'],
      state: 'installed',
      certainty: 'exact',
      path,
    },
  ])
})

test.each(['Ruamel_Yaml', 'ruamel-yaml', 'RUAMEL...yaml'])('%s is the same name', async (name) => {
  const { packages } = await runCataloger(distInfo, {
    'x-1.dist-info/METADATA': `Name: ${name}\nVersion: 1.0+local\n`,
  })
  expect(packages[0]?.purl).toBe('pkg:pypi/ruamel-yaml@1.0+local')
})

test('metadata without a version: the folder tells, and that it did is said', async () => {
  const { packages, diagnostics } = await runCataloger(distInfo, {
    'lib/Flask-2.0.1.dist-info/METADATA': 'Metadata-Version: 2.1\nName: Flask\nVersion: UNKNOWN\n',
  })
  expect(packages.map(({ name, version, certainty }) => [name, version, certainty])).toEqual([
    ['flask', '2.0.1', 'derived'],
  ])
  expect(diagnostics.map(({ code }) => code)).toEqual(['PYTHON_METADATA_INCOMPLETE'])
})

test.each(['', '\u0000\u0001', 'no headers at all\n'])(
  '%j in an unnamed folder is said to be unread',
  async (text) => {
    const { packages, diagnostics } = await runCataloger(distInfo, { 'lib/flask.egg-info/PKG-INFO': text })
    expect(packages).toEqual([])
    expect(diagnostics.map(({ code, level }) => [code, level])).toEqual([
      ['PYTHON_METADATA_MALFORMED', 'error'],
    ])
  },
)

describeLab(
  'installed Python packages of the lab',
  ['layers/python-app.tar', 'rootfs/debian-owned-langs.tar'],
  () => {
    test.each([
      ['layers/python-app.tar', 'image.python-app'],
      ['rootfs/debian-owned-langs.tar', 'image.debian-owned-langs'],
    ])('%s has exactly the packages that importlib.metadata finds', async (tar, artifact) => {
      const { packages, diagnostics } = await runCatalogerOnArchives(distInfo, [labPath(tar)])
      const truth = truthOf(artifact).packages.filter(({ type }) => type === 'python')
      const folder = (path: string) => path.replace(/\/(?:METADATA|PKG-INFO)$/, '')
      expect(diagnostics).toEqual([])
      expect(truth.length).toBeGreaterThan(0)
      expect(packages.map((p) => `${p.name} ${p.version} /${folder(p.path)}`).sort()).toEqual(
        truth.map((t) => `${normalizeName('PyPI', t.name)} ${t.version} ${t.path}`).sort(),
      )
    })
  },
)
