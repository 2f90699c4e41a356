import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LayerFacts } from './layer-facts.ts'
import { layOver } from './overlay.ts'
import { hashPath } from './path-hash.ts'

/** What a layer does, in the order of an image's build. */
interface Changes {
  readonly files?: readonly string[]
  /** Files that no cataloger wanted. */
  readonly others?: readonly string[]
  readonly folders?: readonly string[]
  readonly links?: Readonly<Record<string, string>>
  readonly whiteouts?: readonly string[]
  readonly opaques?: readonly string[]
}

function layer({
  files = [],
  folders = [],
  links = {},
  opaques = [],
  others = [],
  whiteouts = [],
}: Changes): LayerFacts {
  const hashes = (paths: readonly string[]): Float64Array => Float64Array.from(paths.map(hashPath)).sort()
  return {
    found: files.map((path) => ({ cataloger: 'c', path, facts: [path] })),
    links: Object.entries(links),
    hardLinks: [],
    whiteouts,
    opaques,
    files: hashes([...files, ...others, ...Object.keys(links)]),
    folders: hashes(folders),
    diagnostics: [],
    complete: true,
  }
}

/** Visible paths with the layers they came from. */
const visible = (...layers: readonly Changes[]): Record<string, number[]> =>
  Object.fromEntries(
    [...(layOver(layers.map(layer)).visible.get('c') ?? [])].map(([path, versions]) => [
      path,
      versions.map((version) => version.layer),
    ]),
  )

describe('layers over each other', () => {
  test.each<readonly [string, readonly Changes[], Record<string, number[]>]>([
    ['files add up', [{ files: ['a'] }, { files: ['b'] }], { a: [0], b: [1] }],
    ['a file written again keeps its history', [{ files: ['a'] }, { files: ['a'] }], { a: [0, 1] }],
    ['a whiteout takes a file', [{ files: ['a', 'b'] }, { whiteouts: ['a'] }], { b: [0] }],
    ['a whiteout takes a folder', [{ files: ['d/a', 'd/e/b', 'da'] }, { whiteouts: ['d'] }], { da: [0] }],
    [
      'and a file that comes back is new',
      [{ files: ['a'] }, { whiteouts: ['a'] }, { files: ['a'] }],
      { a: [2] },
    ],
    [
      'an opaque folder hides what was in it',
      [{ files: ['d/a', 'e'] }, { opaques: ['d'], files: ['d/b'] }],
      { e: [0], 'd/b': [1] },
    ],
    ['an opaque root hides all', [{ files: ['a'] }, { opaques: [''], files: ['b'] }], { b: [1] }],
    [
      'a whiteout concerns lower layers only',
      [{ files: ['a'], whiteouts: ['a'], opaques: [''] }],
      { a: [0] },
    ],
    ['a file nobody wants takes the place', [{ files: ['a'] }, { others: ['a'] }], {}],
    ['a file takes the place of a folder', [{ files: ['d/a', 'd/b/c'] }, { others: ['d'] }], {}],
    [
      'a folder takes the place of a file',
      [{ files: ['a'] }, { folders: ['a'], files: ['a/b'] }],
      { 'a/b': [1] },
    ],
    ['a folder over a folder changes nothing', [{ files: ['d/a'] }, { folders: ['d'] }], { 'd/a': [0] }],
    ['a link takes the place of a folder', [{ files: ['d/a'] }, { links: { d: 'e' } }], {}],
    [
      'files under a linked folder lie where it leads',
      [{ links: { lib: 'usr/lib' } }, { files: ['lib/x'] }],
      { 'usr/lib/x': [1] },
    ],
    [
      'whiteouts under a linked folder too',
      [{ links: { lib: '/usr/lib' }, files: ['usr/lib/x'] }, { whiteouts: ['lib/x'] }],
      {},
    ],
  ])('%s', (_, layers, expected) => {
    expect(visible(...layers)).toEqual(expected)
  })

  test('links are followed inside the root, and loops end', () => {
    const overlay = layOver([
      layer({
        links: {
          a: 'b',
          b: 'c/d',
          c: '/e',
          loop: 'loop2',
          loop2: 'loop',
          out: '../../etc/x',
          'f/up': '../a',
        },
      }),
    ])
    expect(overlay.resolve('a')).toEqual({ path: 'e/d', climbs: false })
    expect(overlay.resolve('f/up')).toEqual({ path: 'e/d', climbs: false })
    expect(overlay.resolve('out')).toEqual({ path: 'etc/x', climbs: true })
    expect(overlay.resolve('loop')).toBeUndefined()
    expect(overlay.canonical('c/x/y')).toBe('e/x/y')
  })

  test('knows which layer a path that was not read is in', () => {
    const layers = [layer({ others: ['a', 'd/x'] }), layer({ whiteouts: ['d'] }), layer({ others: ['a'] })]
    const overlay = layOver(layers)
    expect(overlay.layerOf('a')).toBe(2)
    expect(overlay.layerOf('d/x')).toBeUndefined()
    expect(overlay.layerOf('b')).toBeUndefined()
  })

  test('any history gives what a plain file system gives', () => {
    const path = fc.constantFrom('a', 'b', 'a/a', 'a/b', 'b/a', 'a/b/a', 'b/a/b')
    const change = fc.record({
      files: fc.uniqueArray(path, { maxLength: 3 }),
      others: fc.uniqueArray(path, { maxLength: 2 }),
      whiteouts: fc.uniqueArray(path, { maxLength: 2 }),
      opaques: fc.uniqueArray(fc.constantFrom('', 'a', 'b', 'a/b'), { maxLength: 1 }),
    })
    const sound = ({ files, others }: { files: string[]; others: string[] }): boolean => {
      const all = [...files, ...others]
      return (
        new Set(all).size === all.length &&
        !all.some((one) => all.some((other) => other.startsWith(`${one}/`)))
      )
    }
    fc.assert(
      fc.property(fc.array(change.filter(sound), { minLength: 1, maxLength: 6 }), (layers) => {
        const model = new Map<string, boolean>()
        for (const { files, opaques, others, whiteouts } of layers) {
          const drop = (prefix: string): void => {
            for (const known of model.keys()) if (known.startsWith(prefix)) model.delete(known)
          }
          for (const folder of opaques) drop(folder === '' ? '' : `${folder}/`)
          for (const gone of whiteouts) {
            model.delete(gone)
            drop(`${gone}/`)
          }
          for (const [list, wanted] of [
            [files, true],
            [others, false],
          ] as const) {
            for (const file of list) {
              drop(`${file}/`)
              for (let at = file.indexOf('/'); at > 0; at = file.indexOf('/', at + 1))
                model.delete(file.slice(0, at))
              model.set(file, wanted)
            }
          }
        }
        // A tar lists the folders of its files: that is how a folder takes a file's place.
        const withFolders = layers.map((one) => ({
          ...one,
          folders: [...one.files, ...one.others].flatMap((file) =>
            file
              .split('/')
              .slice(0, -1)
              .map((_, index, parts) => parts.slice(0, index + 1).join('/')),
          ),
        }))
        const expected = [...model].filter(([, wanted]) => wanted).map(([name]) => name)
        expect(Object.keys(visible(...withFolders)).sort()).toEqual(expected.sort())
      }),
      { numRuns: 500 },
    )
  })
})
