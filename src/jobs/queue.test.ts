import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { describeDatabases } from '../../test/support/databases.ts'
import { openQueue } from './queue.ts'

describeDatabases('the queue', (database) => {
  test('holds one job per key until it is done, and gives a person’s first', async () => {
    const queue = await openQueue(database().storage)
    expect(await queue.enqueue('scan', 'a', { n: 1 })).toBe(true)
    expect(await queue.enqueue('scan', 'a', { n: 2 })).toBe(false)
    expect(await queue.enqueue('scan', 'b', { n: 3 }, { by: 'user' })).toBe(true)
    const [first] = await queue.take('scan', 1)
    const [second] = await queue.take('scan', 1)
    expect([first?.payload, second?.payload]).toEqual([{ n: 3 }, { n: 1 }])
    expect(await queue.take('scan', 1)).toEqual([])
    expect(await queue.enqueue('scan', 'a', { n: 4 })).toBe(false)
    await queue.done(second!)
    expect(await queue.enqueue('scan', 'a', { n: 5 })).toBe(true)
    await queue.stop()
  })

  test('what fails for good is a dead letter', async () => {
    const queue = await openQueue(database().storage, { retries: 0 })
    await queue.enqueue('discovery', 'x', { n: 1 })
    const [job] = await queue.take('discovery', 1)
    await queue.failed(job!, 'no')
    expect(await queue.take('discovery', 1)).toEqual([])
    expect(await queue.deadLetters()).toMatchObject([{ kind: 'discovery', payload: { n: 1 } }])
    await queue.stop()
  })

  test('a worker that is killed loses no job', async () => {
    const { storage, url } = database()
    if (url === undefined) return
    const queue = await openQueue(storage, { expireSeconds: 1 })
    await queue.enqueue('feed-sync', 'k', { n: 1 })
    const door = (room: string): string => JSON.stringify(join(import.meta.dirname, '..', room, 'index.ts'))
    const script = `import { openStorage } from ${door('storage')}
      import { openQueue } from ${door('jobs')}
      const queue = await openQueue(await openStorage({ url: process.argv[1] }), { expireSeconds: 1 })
      console.log((await queue.take('feed-sync', 1)).length); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, url])
    const [output] = (await once(child.stdout, 'data')) as [Buffer]
    expect(output.toString()).toBe('1\n')
    child.kill('SIGKILL')
    await once(child, 'exit')
    let jobs = await queue.take('feed-sync', 1)
    expect(jobs).toEqual([])
    for (let tries = 0; jobs.length === 0 && tries < 60; tries++) {
      await pause(200)
      await queue.recover()
      jobs = await queue.take('feed-sync', 1)
    }
    expect(jobs).toMatchObject([{ kind: 'feed-sync', payload: { n: 1 } }])
    await queue.stop()
  })
})
