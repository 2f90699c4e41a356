import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { compareText } from '../../platform/index.ts'
import { catalogers } from './registry.ts'

const folder = import.meta.dirname
const docs = readFileSync(resolve(folder, '../../../docs/catalogers.md'), 'utf8')

function sources(path: string): string[] {
  return readdirSync(path).flatMap((name) => {
    const child = join(path, name)
    if (statSync(child).isDirectory()) return name === 'testdata' ? [] : sources(child)
    return name.endsWith('.ts') ? [child] : []
  })
}

const files = sources(folder)

test('every folder with a cataloger is registered under its own name, once', () => {
  const folders = files
    .filter((file) => file.endsWith('/cataloger.ts') && file !== join(folder, 'cataloger.ts'))
    .map((file) => relative(folder, file).replace('/cataloger.ts', ''))
  expect(folders.length).toBeGreaterThan(20)
  expect(catalogers.map(({ name }) => name).sort()).toEqual(folders.sort())
})

test('every cataloger has tests beside it and a row in the documentation', () => {
  for (const { name, modes } of catalogers) {
    expect(files, name).toContain(join(folder, name, 'cataloger.test.ts'))
    expect(docs).toContain(`| \`${name}\` | ${modes.join(', ')} |`)
  }
})

test('every code of a diagnostic is documented, and every documented code is given', () => {
  const codes = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? '')
  const given = files
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => codes(readFileSync(file, 'utf8'), /'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g))
    // Fields of os-release, of Java's release file and a file of Erlang's look the same.
    .filter((found) => !/_RELEASE$|_VERSION$|_TYPE$|_NAME$|_ID$|_CODENAME$|_END$|_LIKE$/.test(found))
  const documented = codes(docs, /^\| `([A-Z0-9_]+)` \|/gm)
  expect([...new Set(given)].sort(compareText)).toEqual(documented.sort(compareText))
})

test('names and paths that are wanted are relative and sound', () => {
  for (const { name, wants } of catalogers) {
    for (const pattern of wants) {
      const text = 'path' in pattern ? pattern.path : 'under' in pattern ? pattern.under : ''
      expect(text.startsWith('/') || text.endsWith('/') || text.includes('..'), `${name} ${text}`).toBe(false)
      if ('name' in pattern) expect(pattern.name).not.toContain('/')
    }
  }
})

test('the example in the recipe is the code that runs', () => {
  const recipe = readFileSync(resolve(folder, '../../../docs/how-to/add-a-cataloger.md'), 'utf8')
  const blocks = [...recipe.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1])
  const example = join(folder, 'dart/pubspec-lock')
  expect(blocks).toEqual(
    ['cataloger.ts', 'cataloger.test.ts'].map((file) => readFileSync(join(example, file), 'utf8')),
  )
})
