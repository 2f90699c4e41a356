// How a section of the hard cases is registered and counted, and inventories that the real engine reads.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { catalog, openArtifact } from '../../src/inventory/index.ts'
import type { Inventory } from '../../src/model/index.ts'
import { defaultLimits, silentProgress, systemClock } from '../../src/platform/index.ts'

export { advisory, answersOf, assessmentOf, built, matchesOf, os, pkg } from '../support/judging.ts'

/** The inventory of a folder with these files, read by the real catalogers. */
export async function inventoryOfFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<Inventory> {
  const scratch = await mkdtemp(join(tmpdir(), 'hard-case-'))
  const root = join(scratch, 'root')
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), content)
    }
    return await inventoryAt(root, scratch)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** The inventory of any local target. */
export async function inventoryAt(target: string, scratch: string): Promise<Inventory> {
  const { signal } = new AbortController()
  const artifact = await openArtifact(target, {
    registry: { insecure: [], mirrors: {} },
    limits: defaultLimits,
    clock: systemClock,
    progress: silentProgress,
    scratch,
    signal,
  })
  try {
    return await catalog(artifact, {
      limits: defaultLimits,
      progress: silentProgress,
      scratch,
      signal,
      threads: 0,
    })
  } finally {
    await artifact.close()
  }
}

/**
 * One section of the hard cases. `body` registers its tests, each named `hard case N: …`; a line at the end says how many numbers
 * have one, and a number without a test fails.
 */
export function section(title: string, numbers: readonly number[], body: (hardCase: HardCase) => void): void {
  const seen = new Map<number, number>()
  const passed = new Map<number, number>()
  describe(title, () => {
    body((number, name, run) => {
      seen.set(number, (seen.get(number) ?? 0) + 1)
      test(`hard case ${number}: ${name}`, async () => {
        await run()
        passed.set(number, (passed.get(number) ?? 0) + 1)
      })
    })
    let missing: readonly number[] = []
    beforeAll(() => {
      missing = numbers.filter((number) => !seen.has(number))
    })
    test('every number of the section has a test', () => {
      if (missing.length > 0) throw new Error(`no test for ${missing.join(', ')}`)
    })
    afterAll(() => {
      const whole = numbers.filter((number) => seen.has(number) && passed.get(number) === seen.get(number))
      console.log(`hard cases, ${title}: ${whole.length} of ${numbers.length} right`)
    })
  })
}

type HardCase = (number: number, name: string, run: () => void | Promise<void>) => void

/** The numbers from `first` to `last`. */
export const numbers = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)
