import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseCanonical, resolveComponent } from './identity.ts'
import type { IdNode, IdRecord } from './identity.ts'

type Said = readonly [record: string, cves: readonly string[], aliases: readonly string[]]

/** The table of ids as the store keeps it: each record with its own id and with those it names. */
function tableOf(said: readonly Said[]): (id: string) => IdNode {
  const table = new Map<string, IdRecord[]>()
  for (const [record, cves, aliases] of said) {
    for (const id of new Set([record, ...aliases])) {
      table.set(id, [...(table.get(id) ?? []), { feed: 'f', record, cves, aliases }])
    }
  }
  return (id) => table.get(id) ?? []
}

const canonicalOf = (said: readonly Said[], id: string): readonly string[] | undefined =>
  resolveComponent(id, tableOf(said)).canonical.get(id)

const tables: readonly (readonly [string, readonly Said[], Readonly<Record<string, readonly string[]>>])[] = [
  ['a record alone stands for itself', [['GHSA-1', [], []]], { 'GHSA-1': ['GHSA-1'] }],
  [
    'aliases merge step by step, under the GHSA',
    [
      ['PYSEC-1', [], ['x_A-1']],
      ['x_A-1', [], []],
      ['GHSA-9', [], ['PYSEC-1']],
    ],
    { 'PYSEC-1': ['GHSA-9'], 'x_A-1': ['GHSA-9'], 'GHSA-9': ['GHSA-9'] },
  ],
  [
    'a record takes the CVE that another gives it',
    [
      ['GHSA-1', ['CVE-1'], ['PYSEC-1']],
      ['PYSEC-1', [], []],
    ],
    { 'PYSEC-1': ['CVE-1'] },
  ],
  [
    'a record takes the CVE of the one it names, and passes it on',
    [
      ['GHSA-1', ['CVE-1'], []],
      ['PYSEC-1', [], ['GHSA-1']],
      ['x_A-1', [], ['PYSEC-1']],
    ],
    { 'PYSEC-1': ['CVE-1'], 'x_A-1': ['CVE-1'] },
  ],
  [
    'a record between two CVEs takes neither and unites nothing',
    [
      ['GHSA-1', ['CVE-1'], []],
      ['GHSA-2', ['CVE-2'], []],
      ['x_A-1', [], ['GHSA-1', 'GHSA-2']],
    ],
    { 'x_A-1': ['x_A-1'] },
  ],
  [
    'a record about two CVEs gives neither to the ids it names (GO-2021-0084)',
    [
      ['GO-2021-0084', ['CVE-1', 'CVE-2'], ['GHSA-1', 'GHSA-2']],
      ['GHSA-1', [], []],
      ['GHSA-2', [], []],
    ],
    { 'GHSA-1': ['GHSA-1'], 'GHSA-2': ['GHSA-2'] },
  ],
  [
    'the nearest word counts',
    [
      ['GHSA-1', ['CVE-1'], []],
      ['GHSA-2', ['CVE-2'], []],
      ['P-1', [], ['GHSA-1', 'P-2']],
      ['P-2', [], ['GHSA-2']],
    ],
    { 'P-1': ['CVE-1'], 'P-2': ['CVE-2'] },
  ],
]

describe('identity', () => {
  it.each(tables)('%s', (_, said, expected) => {
    for (const [id, canonical] of Object.entries(expected))
      expect([id, canonicalOf(said, id)]).toEqual([id, canonical])
  })

  it.each([
    [['x_A-1', 'RUSTSEC-1', 'GHSA-2', 'GHSA-1'], 'GHSA-1'],
    [['x_A-1', 'RUSTSEC-1', 'MAL-1'], 'MAL-1'],
    [['x_B-1', 'x_A-1'], 'x_A-1'],
  ])('of %j chooses %s', (ids, chosen) => expect(chooseCanonical(ids)).toBe(chosen))

  const ids = ['GHSA-1', 'GHSA-2', 'GO-1', 'P-1', 'P-2', 'x_A-1']
  const anySaid = fc.array(
    fc.tuple(
      fc.constantFrom(...ids),
      fc.uniqueArray(fc.constantFrom('CVE-1', 'CVE-2'), { maxLength: 2 }),
      fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 3 }),
    ),
    { maxLength: 6 },
  )

  it('does not depend on where it begins or on the order of records', () => {
    fc.assert(
      fc.property(anySaid, (said) => {
        for (const seed of ids) {
          const { canonical, ids: reached } = resolveComponent(seed, tableOf(said))
          for (const id of reached) {
            const again = resolveComponent(id, tableOf(said.toReversed()))
            expect(again.canonical).toEqual(canonical)
          }
        }
      }),
    )
  })

  it('never gives a record without CVE two of them', () => {
    fc.assert(
      fc.property(anySaid, (said) => {
        const without = said.filter(([record]) =>
          said.every(([other, cves]) => other !== record || cves.length === 0),
        )
        for (const [record] of without) expect(canonicalOf(said, record)).toHaveLength(1)
      }),
    )
  })
})
