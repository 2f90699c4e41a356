// The lab's damaged and malicious images and archives, each with what is to be expected of it.
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Inventory } from '../../src/model/index.ts'
import { leavesGap } from '../../src/model/index.ts'
import { LongwatchError } from '../../src/platform/index.ts'
import { inventoryOf } from '../support/inventory.ts'
import { describeLab, labPath } from '../support/lab.ts'

interface Expected {
  readonly expect: 'ok' | 'error' | 'either'
  readonly why: string
  readonly canary: readonly string[]
}

const expectedOf = (path: string): readonly (readonly [string, Expected])[] =>
  existsSync(labPath(path))
    ? Object.entries(JSON.parse(readFileSync(labPath(path), 'utf8')) as Record<string, Expected>)
    : []

/** What must be found, and nothing else of its kind. */
const packagesOf: Readonly<Record<string, readonly string[]>> = {
  'gzip-two-members': ['deb 96'],
  'zstd-two-frames': ['deb 96'],
  'symlink-absolute': ['deb 1', 'lab-linked 1.0-1'],
  'root-whiteout': ['deb 96'],
  'root-opaque': ['deb 0', 'lodash 4.17.15'],
  'whiteout-same-layer': ['deb 96', 'lodash 4.17.15'],
  'duplicate-entries': ['deb 96', 'lodash 4.17.15', 'minimist 1.2.0'],
  'non-utf8-names': ['deb 96', 'lodash 4.17.15'],
  'many-entries': ['deb 96', 'lodash 4.17.15'],
  'many-packages': ['npm 20000'],
  metadata: ['deb 96', 'lodash 4.17.15'],
  'status-60000': ['deb 60000'],
}

function summary({ packages }: Inventory): ReadonlySet<string> {
  const found = new Set<string>()
  for (const type of ['deb', 'npm']) {
    const places = packages.filter((one) => one.type === type).flatMap(({ locations }) => locations)
    found.add(`${type} ${places.length}`)
  }
  for (const { name, version } of packages) found.add(`${name} ${version}`)
  return found
}

async function attempt(target: string, scratch: string): Promise<Inventory | LongwatchError> {
  try {
    return await inventoryOf(target, { scratch })
  } catch (error) {
    if (error instanceof LongwatchError) return error
    throw error
  }
}

const before = process.memoryUsage().rss

describeLab('hostile input', ['hostile/expected.json', 'lambda/hostile/expected.json'], () => {
  let peak = 0
  afterAll(() => {
    console.log(`hostile input: memory grew by ${Math.round((peak - before) / 2 ** 20)} MB at most`)
  })

  const images = expectedOf('hostile/expected.json').map(
    ([name, one]) => [`hostile/${name}`, name, one] as const,
  )
  const zips = expectedOf('lambda/hostile/expected.json').map(
    ([name, one]) => [`lambda/hostile/${name}.zip`, name, one] as const,
  )
  test.each([...images, ...zips])('%s', async (path, name, expected) => {
    const scratch = await mkdtemp(join(tmpdir(), 'longwatch-hostile-'))
    try {
      const result = await attempt(labPath(path), scratch)
      peak = Math.max(peak, process.memoryUsage().rss)
      const gaps = result instanceof LongwatchError ? [result] : result.diagnostics.filter(leavesGap)
      if (expected.expect === 'error') expect(gaps, expected.why).not.toEqual([])
      // Broken package databases beside good files: what cannot be read is said, whatever else is found.
      if (expected.expect === 'ok' && name !== 'metadata') expect(gaps, expected.why).toEqual([])
      for (const gap of gaps) expect(gap.message).toMatch(/\S/)
      for (const canary of expected.canary) expect(existsSync(canary), canary).toBe(false)
      const wanted = path.startsWith('hostile/') ? (packagesOf[name] ?? []) : []
      if (wanted.length > 0) {
        expect(result).not.toBeInstanceOf(LongwatchError)
        const found = summary(result as Inventory)
        expect(wanted.filter((one) => !found.has(one))).toEqual([])
      }
      expect(await readdir(scratch), 'temporary files').toEqual([])
    } finally {
      await rm(scratch, { recursive: true })
    }
  })

  test('memory stays bounded', () => {
    expect(peak - before).toBeLessThan(1.5 * 2 ** 30)
  })
})
