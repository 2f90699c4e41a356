// Imports go downward only, through each room's front door. Type imports count.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { parseSync } from 'oxc-parser'
import { describe, expect, test } from 'vitest'

const source = resolve(import.meta.dirname, '../../src')

/** What a room may import. Only `service` knows every room, and nothing imports `service` but the command line. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  model: [],
  platform: [],
  oci: ['model', 'platform'],
  versions: ['model', 'platform'],
  advisories: ['model', 'platform', 'versions', 'oci'],
  sbom: ['model', 'platform'],
  inventory: ['model', 'platform', 'oci', 'sbom'],
  matching: ['model', 'platform', 'versions', 'advisories'],
  scoring: ['model', 'platform'],
  assessment: ['model', 'platform', 'advisories', 'sbom', 'matching', 'scoring'],
  storage: ['model', 'platform'],
  jobs: ['model', 'platform', 'storage'],
  estate: ['model', 'platform', 'storage'],
  cli: [
    'model',
    'platform',
    'oci',
    'versions',
    'advisories',
    'sbom',
    'inventory',
    'matching',
    'scoring',
    'assessment',
  ],
}

/** Inside inventory: artifacts -> engine -> filesystems and catalogers; catalogers see files, never images. */
const inner: readonly { readonly from: string; readonly never: readonly string[] }[] = [
  { from: 'inventory/catalogers', never: ['inventory/artifacts', 'inventory/engine'] },
  {
    from: 'inventory/filesystems',
    never: ['inventory/artifacts', 'inventory/catalogers', 'inventory/engine'],
  },
  { from: 'advisories/feeds', never: ['advisories/store'] },
]

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return name === 'testdata' ? [] : filesBelow(path)
    return name.endsWith('.ts') ? [path] : []
  })
}

interface Import {
  readonly file: string
  readonly target: string
}

function importsOf(file: string): Import[] {
  const { module, errors } = parseSync(file, readFileSync(file, 'utf8'))
  expect(errors, file).toEqual([])
  const specifiers = [
    ...module.staticImports.map((entry) => entry.moduleRequest.value),
    ...module.staticExports.flatMap((entry) =>
      entry.entries.flatMap((one) => one.moduleRequest?.value ?? []),
    ),
  ]
  // import('…') in types and in code
  for (const match of readFileSync(file, 'utf8').matchAll(/\bimport\(\s*['"](\.[^'"]+)['"]\s*\)/g))
    specifiers.push(match[1]!)
  return (
    specifiers
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => ({
        file: relative(source, file),
        target: relative(source, resolve(dirname(file), specifier)),
      }))
      // tests may use what supports tests
      .filter(({ target }) => !(file.endsWith('.test.ts') && target.startsWith('../test/support/')))
  )
}

const files = filesBelow(source)
const imports = files.flatMap((file) => importsOf(file))
const roomOf = (path: string): string => path.split('/')[0] ?? ''

describe('the layout', () => {
  test('the checker sees files and imports', () => {
    expect(files.length).toBeGreaterThan(20)
    expect(imports.length).toBeGreaterThan(20)
  })

  test('every room is in the table', () => {
    const rooms = readdirSync(source).filter((name) => statSync(join(source, name)).isDirectory())
    expect(rooms.filter((room) => arrows[room] === undefined)).toEqual([])
  })

  test('a room imports only rooms below it', () => {
    const wrong = imports.filter(({ file, target }) => {
      const [from, to] = [roomOf(file), roomOf(target)]
      return from !== to && !(arrows[from] ?? []).includes(to)
    })
    expect(wrong).toEqual([])
  })

  test('other rooms are entered through their front door', () => {
    const wrong = imports.filter(
      ({ file, target }) => roomOf(file) !== roomOf(target) && target !== `${roomOf(target)}/index.ts`,
    )
    expect(wrong).toEqual([])
  })

  test('inside a room, layers keep their order', () => {
    const wrong = imports.filter(({ file, target }) =>
      inner.some(
        ({ from, never }) =>
          file.startsWith(`${from}/`) && never.some((folder) => target.startsWith(`${folder}/`)),
      ),
    )
    expect(wrong).toEqual([])
  })

  test('every import names a file that is there', () => {
    expect(imports.filter(({ target }) => !existsSync(join(source, target)))).toEqual([])
  })

  test('front doors name what they export', () => {
    const doors = files.filter((file) => file.endsWith('/index.ts'))
    expect(doors.filter((file) => /export\s+\*/.test(readFileSync(file, 'utf8')))).toEqual([])
  })

  test('only platform reads the environment, the time and randomness', () => {
    const wrong = files
      .filter((file) => !file.endsWith('.test.ts') && roomOf(relative(source, file)) !== 'platform')
      .filter((file) =>
        /\bprocess\.env\b|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/.test(readFileSync(file, 'utf8')),
      )
      .map((file) => relative(source, file))
    expect(wrong).toEqual([])
  })
})
