// The three forms of rpm's database, made by hand or by SQLite, whole and damaged.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { rpm } from './cataloger.ts'
import { makeBdb, makeHeader, makeNdb, makeSqlite, makeSqliteWithLog } from './testing.ts'

const sqlitePath = 'var/lib/rpm/rpmdb.sqlite'
const bdbPath = 'var/lib/rpm/Packages'
const ndbPath = 'usr/lib/sysimage/rpm/Packages.db'

const blob = (name: string, license = ''): Buffer =>
  makeHeader([
    [1000, name],
    [1001, '1'],
    [1002, '2'],
    [1014, license],
  ])

async function namesIn(files: Readonly<Record<string, Buffer>>) {
  const { packages, diagnostics } = await runCataloger(rpm, files)
  return { names: packages.map(({ name }) => name), problems: diagnostics.map(({ message }) => message) }
}

const blobs = [blob('a'), blob('b', 'x'.repeat(2000)), blob('gpg-pubkey'), blob('c')]

test.each([
  ['SQLite', sqlitePath, makeSqlite(blobs)],
  ['ndb', ndbPath, makeNdb(blobs)],
  ['Berkeley DB', bdbPath, makeBdb(blobs)],
  ['Berkeley DB of a big-endian machine', bdbPath, makeBdb(blobs, true)],
])('%s gives every package, short and long', async (_name, path, bytes) => {
  expect(await namesIn({ [path]: bytes })).toEqual({ names: ['a', 'b', 'c'], problems: [] })
})

test('any headers come back from SQLite as they went in', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 12_000 }), { maxLength: 40 }),
      fc.constantFrom(512, 1024, 4096),
      async (lengths, pageSize) => {
        const made = lengths.map((length, index) =>
          blob(`p${String(index).padStart(3, '0')}`, 'y'.repeat(length)),
        )
        const { packages, diagnostics } = await runCataloger(rpm, {
          [sqlitePath]: makeSqlite(made, [], pageSize),
        })
        expect(diagnostics).toEqual([])
        expect(packages.map(({ licenses }) => licenses?.[0]?.length ?? 0)).toEqual(lengths)
      },
    ),
    { numRuns: 25, seed: 20261123 },
  )
})

const living = makeSqliteWithLog([blob('a')], [blob('b'), blob('c')])

test('what the log alone has is read; the log of another database, a cut one and noise are not', async () => {
  const read = async (log: Buffer) =>
    (await namesIn({ [sqlitePath]: living.database, [`${sqlitePath}-wal`]: log })).names
  expect(await read(living.log)).toEqual(['a', 'b', 'c'])
  expect(await read(Buffer.alloc(0))).toEqual(['a'])
  expect(await read(Buffer.from('noise'.repeat(2000)))).toEqual(['a'])
  // The last commit is cut: the one before it counts.
  expect(await read(living.log.subarray(0, -100))).toEqual(['a', 'b'])
  const flipped = Buffer.from(living.log)
  flipped[flipped.length - 50] = (flipped.at(-50) ?? 0) ^ 1
  expect(await read(flipped)).toEqual(['a', 'b'])
})

function changed(bytes: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes)
  change(copy)
  return copy
}

const ndb = makeNdb([blob('a'), blob('b')])
const bdb = makeBdb([blob('a', 'x'.repeat(2000)), blob('b', 'x'.repeat(2000))])

test.each([
  [
    'ndb, a slot damaged',
    ndbPath,
    changed(ndb, (copy) => copy.write('Sl0t', 80)),
    ['a'],
    'a slot is damaged',
  ],
  [
    'ndb, a blob damaged',
    ndbPath,
    changed(ndb, (copy) => copy.write('Blb?', 4096)),
    ['b'],
    'its blob is damaged',
  ],
  ['ndb, cut', ndbPath, ndb.subarray(0, -50), ['a'], 'its blob is outside of the file'],
  [
    'ndb, an endless table',
    ndbPath,
    changed(ndb, (copy) => copy.writeUInt32LE(0xffffffff, 12)),
    [],
    'the table of slots is longer than the file',
  ],
  [
    'ndb of the future',
    ndbPath,
    changed(ndb, (copy) => copy.writeUInt32LE(7, 4)),
    [],
    'it is ndb of version 7, which is not known',
  ],
  ['Berkeley DB, cut', bdbPath, bdb.subarray(0, -512), [], 'it should have 12 pages and ends before'],
  // The value fills up with bytes of the first page again, and ends.
  [
    'Berkeley DB, a chain that bites its tail',
    bdbPath,
    changed(bdb, (copy) => copy.writeUInt32LE(2, 3 * 512 + 16)),
    ['a', 'b'],
    undefined,
  ],
  [
    'Berkeley DB, a chain to nowhere',
    bdbPath,
    changed(bdb, (copy) => copy.writeUInt32LE(999, 2 * 512 + 16)),
    ['b'],
    'page 999 of an entry is not there',
  ],
  [
    'Berkeley DB, a B-tree',
    bdbPath,
    changed(bdb, (copy) => copy.writeUInt32LE(0x053162, 12)),
    [],
    'it is a Berkeley DB B-tree, where rpm writes a hash',
  ],
  ['Berkeley DB, encrypted', bdbPath, changed(bdb, (copy) => copy.writeUInt8(1, 24)), [], 'it is encrypted'],
  [
    'Berkeley DB, an odd page size',
    bdbPath,
    changed(bdb, (copy) => copy.writeUInt32LE(513, 20)),
    [],
    'its page size of 513 is none that there is',
  ],
])('%s', async (_name, path, bytes, names, problem) => {
  const found = await namesIn({ [path]: bytes })
  expect(found.names).toEqual(names)
  expect(found.problems).toEqual(problem === undefined ? [] : [problem])
})

test('an SQLite page that leads back to an earlier one ends the walk', async () => {
  const many = makeSqlite(
    Array.from({ length: 300 }, (_, index) => blob(`p${index}`, 'z'.repeat(200))),
    [],
    512,
  )
  // Every interior page of tables (type 5) leads to page 2 for ever after.
  const looped = changed(many, (copy) => {
    for (let page = 1; page * 512 < copy.length; page += 1) {
      if (copy[page * 512] === 5) copy.writeUInt32BE(2, page * 512 + 8)
    }
  })
  const { problems } = await namesIn({ [sqlitePath]: looped })
  expect(problems).toContain('its pages form a loop')
})
