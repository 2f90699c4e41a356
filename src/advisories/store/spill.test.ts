import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSpill, spillBudget } from './spill.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longwatch-spill-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a spill', () => {
  it('gives every frame back in order, whatever went to disk in between', () => {
    const frames = fc.array(fc.tuple(fc.nat(3), fc.uint8Array({ maxLength: 300 })), { maxLength: 60 })
    fc.assert(
      fc.property(frames, fc.nat(2000), (added, limit) => {
        const budget = spillBudget(limit)
        const spills = [createSpill(folder, 'a', 4, budget), createSpill(folder, 'b', 4, budget)]
        for (const [partition, bytes] of added)
          for (const spill of spills) spill.add(partition, Buffer.from(bytes))
        for (const spill of spills) {
          for (const partition of [0, 1, 2, 3]) {
            const expected = added.filter(([one]) => one === partition).map(([, bytes]) => Buffer.from(bytes))
            expect(spill.take(partition)).toEqual(expected)
            expect(spill.take(partition)).toEqual([])
          }
        }
        for (const spill of spills) spill.close()
        expect(budget.used).toBe(0)
        expect(readdirSync(folder)).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  it('holds no more in memory than it may, and leaves nothing when it is closed early', () => {
    const budget = spillBudget(10_000)
    const spill = createSpill(folder, 'a', 2, budget)
    for (let n = 0; n < 200; n += 1) {
      spill.add(n % 2, Buffer.alloc(500))
      expect(budget.used).toBeLessThanOrEqual(10_000)
    }
    expect(readdirSync(folder)).not.toEqual([])
    spill.close()
    expect(budget.used).toBe(0)
    expect(readdirSync(folder)).toEqual([])
  })
})
