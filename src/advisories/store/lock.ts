// One builder at a time. The lock is a numbered file, `lock.000007`, and the highest number is the one that counts: taking it
// means making the next number, which only one process can do, so taking over from a dead one needs no second lock.

import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../platform/index.ts'
import { LongwatchError } from '../../platform/index.ts'
import { parseOwner, self, stateOf } from './owner.ts'
import { storeError } from './environment.ts'

export interface Lock {
  release(): void
}

/** After that long a lock of another host is taken over: nobody builds for a day. */
const foreignMilliseconds = 24 * 60 * 60_000

const nameOf = (number: number): string => `lock.${String(number).padStart(6, '0')}`

/** Takes the builder's lock of a store folder, which is made when missing. Throws `STORE_LOCKED` while a living process has it. */
export function takeLock(dbDir: string, clock: Clock): Lock {
  try {
    mkdirSync(dbDir, { recursive: true })
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const lock = tryLock(dbDir, clock)
      if (lock !== undefined) return lock
    }
  } catch (error) {
    throw storeError(error, dbDir)
  }
  throw new LongwatchError('STORE_LOCKED', 'other processes keep taking the lock of the advisory store', {
    place: dbDir,
    remedy: 'Wait until they are done and try again.',
  })
}

function numbersIn(dbDir: string): number[] {
  return readdirSync(dbDir)
    .flatMap((name) => /^lock\.(\d{6,12})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}

/** Undefined when another process was faster. */
function tryLock(dbDir: string, clock: Clock): Lock | undefined {
  const highest = numbersIn(dbDir).at(-1) ?? 0
  if (highest > 0 && !isFree(join(dbDir, nameOf(highest)), clock)) throw locked(dbDir, nameOf(highest))
  const mine = highest + 1
  const path = join(dbDir, nameOf(mine))
  const owner = self()
  const draft = join(dbDir, `.lock-${owner.pid}-${mine}`)
  writeFileSync(draft, JSON.stringify({ ...owner, since: clock.now().toISOString() }))
  try {
    // Linking makes the file appear whole, and fails when it is there.
    linkSync(draft, path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
  const numbers = numbersIn(dbDir)
  if (numbers.at(-1) !== mine) {
    // Our view was old: others took and gave back higher numbers meanwhile.
    rmSync(path, { force: true })
    return undefined
  }
  for (const old of numbers) if (old < mine) rmSync(join(dbDir, nameOf(old)), { force: true })
  return {
    release() {
      // Given back, not removed: the number must not be used again by somebody whose view is old.
      writeFileSync(draft, '{"released":true}\n')
      renameSync(draft, path)
    },
  }
}

function isFree(path: string, clock: Clock): boolean {
  const text = read(path)
  if (text === undefined) return true
  const owner = parseOwner(text)
  if (owner === undefined) return true
  const state = stateOf(owner)
  if (state !== 'unknown') return state === 'dead'
  const since = /"since":"([^"]+)"/.exec(text)?.[1] ?? ''
  return !(clock.now().getTime() - Date.parse(since) < foreignMilliseconds)
}

function locked(dbDir: string, name: string): LongwatchError {
  const text = read(join(dbDir, name)) ?? ''
  const owner = parseOwner(text)
  const since = /"since":"([^"]+)"/.exec(text)?.[1]
  const who = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`
  return new LongwatchError(
    'STORE_LOCKED',
    `the advisory store is being updated by ${who}${since === undefined ? '' : ` since ${since}`}`,
    { place: join(dbDir, name), remedy: 'Wait until it is done; reading goes on meanwhile.' },
  )
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
