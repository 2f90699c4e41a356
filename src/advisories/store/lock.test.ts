import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fixedClock } from '../../platform/index.ts'
import { takeLock } from './lock.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longwatch-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const clock = fixedClock('2026-11-02T12:00:00Z')
const since = (instant: string) => ({ since: instant })
const here = { host: hostname(), pid: process.pid, started: '' }
const gone = { host: hostname(), pid: 2 ** 22 + 1, started: '' }
const elsewhere = { host: 'another-machine', pid: 1, started: '1' }

describe('the lock', () => {
  it('is had by one at a time, again and again', () => {
    const first = takeLock(folder, clock)
    expect(() => takeLock(folder, clock)).toThrow(
      expect.objectContaining({
        code: 'STORE_LOCKED',
        message: expect.stringMatching(`process ${process.pid} on .* since 2026-11-02`) as string,
      }),
    )
    first.release()
    for (let round = 0; round < 5; round += 1) takeLock(folder, clock).release()
    expect(readdirSync(folder)).toHaveLength(1)
  })

  it.each([
    ['a process that is dead', { ...gone, ...since('2026-11-02T11:59:00Z') }],
    [
      'a process whose number is now that of a younger one',
      { ...here, started: '1', ...since('2026-11-02T11:59:00Z') },
    ],
    ['another machine, for more than a day', { ...elsewhere, ...since('2026-11-01T11:00:00Z') }],
    ['nobody, since it is torn', 'torn'],
    ['nobody any more', { released: true }],
  ])('is taken over from %s', (_, owner) => {
    writeFileSync(join(folder, 'lock.000007'), typeof owner === 'string' ? owner : JSON.stringify(owner))
    takeLock(folder, clock).release()
    expect(readdirSync(folder)).toEqual(['lock.000008'])
  })

  it.each([
    ['a process that lives', { ...here, ...since('2026-11-02T11:59:00Z') }],
    ['another machine, since today', { ...elsewhere, ...since('2026-11-02T01:00:00Z') }],
  ])('stays with %s', (_, owner) => {
    writeFileSync(join(folder, 'lock.000007'), JSON.stringify(owner))
    expect(() => takeLock(folder, clock)).toThrow(expect.objectContaining({ code: 'STORE_LOCKED' }))
    expect(readdirSync(folder)).toEqual(['lock.000007'])
  })
})
