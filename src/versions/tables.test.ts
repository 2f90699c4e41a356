// One table of judged pairs per scheme in testdata/: `a < b`, `a = b`, `a > b`, and `a ?` for what is refused.
// <scheme>.txt is written by hand; <scheme>.native.txt was judged by the ecosystem's own tool (tools/generate/versions).

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ecosystems } from '../model/index.ts'
import { schemeNamed, schemeNames } from './registry.ts'
import { isUnparsable } from './scheme.ts'
import type { ParsedVersion } from './scheme.ts'

const folder = join(import.meta.dirname, 'testdata')
const files = readdirSync(folder).sort()

test('every scheme has a table, and every table a scheme', () => {
  const names = schemeNames()
  expect(files.filter((file) => !file.endsWith('.native.txt'))).toEqual(
    names.map((name) => `${name}.txt`).toSorted(),
  )
  for (const file of files) expect(names, file).toContain(file.split('.')[0])
})

describe.each(files)('%s', (file) => {
  const scheme = schemeNamed(file.split('.')[0] ?? '')!
  const lines = readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))

  test('its lines are well formed, and there are enough of them', () => {
    expect(lines.filter((line) => !/^\S+ (?:\?|[<=>] \S+)$/.test(line))).toEqual([])
    expect(lines.length).toBeGreaterThan(20)
  })

  test('each pair compares as judged, in both directions', () => {
    const wrong: string[] = []
    for (const line of lines) {
      const [a = '', sign = '', b] = line.split(' ')
      if (b === undefined) continue
      const found = signOf(parsed(a), parsed(b))
      const back = signOf(parsed(b), parsed(a))
      if (found !== sign) wrong.push(`${line}: ${found}`)
      else if (back !== { '<': '>', '=': '=', '>': '<' }[sign]) wrong.push(`${line}: ${back} backwards`)
    }
    expect(wrong).toEqual([])
  })

  test('what is no version is refused with a reason', () => {
    const accepted = lines
      .filter((line) => line.endsWith(' ?'))
      .filter((line) => {
        const result = scheme.parse(line.slice(0, -2))
        return !isUnparsable(result) || result.reason === ''
      })
    expect(accepted).toEqual([])
  })

  function parsed(text: string): ParsedVersion {
    const version = scheme.parse(text)
    if (isUnparsable(version)) throw new Error(`${text}: ${version.reason}`)
    return version
  }

  function signOf(a: ParsedVersion, b: ParsedVersion): string {
    const order = scheme.compare(a, b)
    return order < 0 ? '<' : order > 0 ? '>' : '='
  }
})

test('docs/versions.md has a row for every scheme, with its ecosystems and its specification', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/versions.md'), 'utf8')
  const rows = new Map(
    page
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => [/`([^`]+)`/.exec(line)?.[1] ?? '', line]),
  )
  expect([...rows.keys()]).toEqual(schemeNames())
  for (const [name, row] of rows) {
    const users = ecosystems.filter(({ scheme }) => scheme === name).map((ecosystem) => ecosystem.name)
    expect(row).toContain(`| ${users.join(', ')} |`)
    expect(row).toContain(schemeNamed(name)!.specification)
  }
})
