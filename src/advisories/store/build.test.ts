import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { advisory, records, sync, syntheticFeed, temporaryStore } from '../testing.ts'
import {
  currentName,
  findGeneration,
  generationFolder,
  generationNames,
  listGenerations,
} from './generations.ts'
import { openAdvisories, openGeneration } from './open.ts'
import { verifyGeneration } from './verify.ts'

let store: ReturnType<typeof temporaryStore>
beforeEach(() => {
  store = temporaryStore()
})
afterEach(() => store.remove())

const lodash = { ecosystem: 'npm', release: '', name: 'lodash' }
const feedOf = (prefix: string, count: number): ReturnType<typeof syntheticFeed> =>
  syntheticFeed({
    p: {
      mode: 'full',
      records: records(...Array.from({ length: count }, (_, n) => advisory(`${prefix}-${n}`))),
    },
  })

async function idsIn(): Promise<readonly string[]> {
  const reader = openAdvisories(store.dbDir)
  const found = reader.lookup(lodash).map(({ advisory }) => advisory)
  await reader.close()
  return found
}

/** Runs a program that has `sync`, `syntheticFeed`, `records`, `advisory` and the folder as `dbDir`. */
function inProcess(program: string): ChildProcess {
  const helpers = pathToFileURL(join(import.meta.dirname, '../testing.ts')).href
  const text = `import { advisory, records, sync, syntheticFeed } from '${helpers}'
const dbDir = process.argv[1]
${program}`
  return spawn(process.execPath, ['--input-type=module', '-e', text, store.dbDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function outputOf(child: ChildProcess, wanted: string): Promise<void> {
  let text = ''
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk)
    if (text.includes(wanted)) return
  }
  throw new Error(`the process ended without ${wanted}: ${text}${errors}`)
}

const slowFeed = `
const slow = syntheticFeed({ p: { mode: 'full', records: [] } })
slow.update = async function* () {
  yield { outcome: 'changed', part: 'p', mode: 'full', dispose: async () => {},
    records: (async function* () {
      yield* records(advisory('HALF-1'))
      process.stdout.write('halfway\\n')
      await new Promise((resolve) => setTimeout(resolve, 60_000))
    })(), finish: () => { throw new Error('never') } }
}
await sync(dbDir, slow)
`

describe('a build that ends early', () => {
  it('leaves the old generation when it is aborted', async () => {
    await sync(store.dbDir, feedOf('OLD', 3))
    const controller = new AbortController()
    const feed = syntheticFeed({})
    feed.update = async function* () {
      yield {
        outcome: 'changed',
        part: 'p',
        mode: 'full',
        records: (async function* () {
          for (let n = 0; n < 10_000; n += 1) {
            yield* records(advisory(`NEW-${n}`))
            if (n === 600) controller.abort(new Error('enough'))
          }
        })(),
        finish: () => expect.unreachable(),
        dispose: async () => undefined,
      }
    }
    await expect(sync(store.dbDir, feed, { signal: controller.signal })).rejects.toThrow('enough')
    expect(await idsIn()).toEqual(['OLD-0', 'OLD-1', 'OLD-2'])
    expect(readdirSync(join(store.dbDir, 'building'))).toEqual([])
    expect((await sync(store.dbDir, feedOf('NEW', 3))).published).toBe(true)
  })

  it('leaves the old generation when its process is killed, and the next build clears up', async () => {
    await sync(store.dbDir, feedOf('OLD', 3))
    const child = inProcess(slowFeed)
    await outputOf(child, 'halfway')
    await expect(sync(store.dbDir, feedOf('NEW', 3))).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining(`process ${child.pid}`) as string,
    })
    expect(await idsIn()).toEqual(['OLD-0', 'OLD-1', 'OLD-2'])
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await idsIn()).toEqual(['OLD-0', 'OLD-1', 'OLD-2'])
    await sync(store.dbDir, feedOf('NEW', 3))
    expect(await idsIn()).toEqual(['NEW-0', 'NEW-1', 'NEW-2'])
    expect(readdirSync(join(store.dbDir, 'building'))).toEqual([])
  })

  it('always leaves one whole generation, whenever its process is killed', { timeout: 60_000 }, async () => {
    await sync(store.dbDir, feedOf('G', 40))
    for (let round = 0; round < 8; round += 1) {
      const child = inProcess(`
process.stdout.write('ready\\n')
for (let n = 0; ; n += 1) await sync(dbDir, syntheticFeed({ p: { mode: 'full', records: records(
  ...Array.from({ length: 40 }, (_, i) => advisory('G-' + i, { summary: 'round ${round} ' + n }))) } }))`)
      await outputOf(child, 'ready')
      await new Promise((resolve) => {
        setTimeout(resolve, 15 * round)
      })
      child.kill('SIGKILL')
      await once(child, 'exit')
      const name = currentName(store.dbDir) ?? ''
      expect(await verifyGeneration(store.dbDir, name, new AbortController().signal)).toMatchObject({
        problem: undefined,
      })
      expect(await idsIn()).toHaveLength(40)
    }
    await sync(store.dbDir, feedOf('G', 40))
    expect(readdirSync(join(store.dbDir, 'building'))).toEqual([])
  })
})

describe('readers', () => {
  it('keep reading what they opened while newer generations come', async () => {
    await sync(store.dbDir, feedOf('G0', 2))
    const reader = openAdvisories(store.dbDir)
    for (const round of [1, 2, 3, 4, 5, 6]) await sync(store.dbDir, feedOf(`G${round}`, 2))
    expect(reader.lookup(lodash).map(({ advisory }) => advisory)).toEqual(['G0-0', 'G0-1'])
    expect(reader.vulnerability('G0-0')).toBeDefined()
    await reader.close()
    expect(await idsIn()).toEqual(['G6-0', 'G6-1'])
  })

  it('keep their generation on disk, which goes when the last one ended', async () => {
    await sync(store.dbDir, feedOf('G0', 2))
    const first = currentName(store.dbDir) ?? ''
    const reader = openAdvisories(store.dbDir)
    for (const round of [1, 2, 3, 4]) await sync(store.dbDir, feedOf(`G${round}`, 2), { keep: 2 })
    expect(generationNames(store.dbDir)).toContain(first)
    await reader.close()
    await sync(store.dbDir, feedOf('G5', 2), { keep: 2 })
    expect(generationNames(store.dbDir)).not.toContain(first)
    expect(generationNames(store.dbDir)).toHaveLength(2)
  })

  it('open any kept generation by name, number or id', async () => {
    const { after } = await sync(store.dbDir, feedOf('G0', 2))
    await sync(store.dbDir, feedOf('G1', 2))
    const [first] = listGenerations(store.dbDir)
    for (const wanted of [first?.name ?? '', '1', after, after.slice(7, 20)]) {
      const reader = openGeneration(store.dbDir, findGeneration(store.dbDir, wanted))
      expect(reader.lookup(lodash)).toHaveLength(2)
      expect(reader.info.id).toBe(after)
      await reader.close()
    }
    expect(() => findGeneration(store.dbDir, 'nothing')).toThrow(
      expect.objectContaining({ code: 'NO_GENERATION' }),
    )
  })
})

describe('a store that cannot be used', () => {
  const damages: readonly (readonly [string, string, (folder: string) => void])[] = [
    ['was cut short', 'STORE_CORRUPT', (folder) => truncateSync(join(folder, 'data.mdb'), 8192)],
    ['has no header', 'STORE_CORRUPT', (folder) => writeFileSync(join(folder, 'generation.json'), '{')],
    ['has no states', 'STORE_CORRUPT', (folder) => writeFileSync(join(folder, 'states.json'), 'no')],
    [
      'has other first pages',
      'STORE_CORRUPT',
      (folder) => {
        const bytes = readFileSync(join(folder, 'data.mdb'))
        writeFileSync(join(folder, 'data.mdb'), bytes.fill(0, 0, 8192))
      },
    ],
    [
      'has another version',
      'STORE_VERSION',
      (folder) => {
        const header = JSON.parse(readFileSync(join(folder, 'generation.json'), 'utf8')) as object
        writeFileSync(join(folder, 'generation.json'), JSON.stringify({ ...header, schemaVersion: 999 }))
      },
    ],
  ]
  it.each(damages)('because it %s says so and is built anew', async (_, code, damage) => {
    await sync(store.dbDir, feedOf('OLD', 3))
    damage(generationFolder(store.dbDir, currentName(store.dbDir) ?? ''))
    expect(() => openAdvisories(store.dbDir)).toThrow(expect.objectContaining({ code, exitCode: 4 }))
    const result = await sync(store.dbDir, feedOf('NEW', 1))
    expect(result).toMatchObject({ published: true, before: undefined, rebuilt: { code } })
    expect(await idsIn()).toEqual(['NEW-0'])
  })

  it('is told from one whose bytes were changed', async () => {
    await sync(store.dbDir, feedOf('OLD', 300))
    const name = currentName(store.dbDir) ?? ''
    const path = join(generationFolder(store.dbDir, name), 'data.mdb')
    const bytes = readFileSync(path)
    const at = bytes.indexOf('About OLD-77')
    expect(at).toBeGreaterThan(0)
    bytes.write('Aboot', at)
    writeFileSync(path, bytes)
    const { problem } = await verifyGeneration(store.dbDir, name, new AbortController().signal)
    expect(problem).toBe('its file was changed')
    expect(existsSync(path)).toBe(true)
  })
})
