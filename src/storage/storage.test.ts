import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { describeDatabases } from '../../test/support/databases.ts'
import { describeSchema } from './schema.ts'
import { openStorage } from './storage.ts'

const at = new Date('2026-10-01T00:00:00Z')

describeDatabases('storage', (database) => {
  test('the migrations make the schema that is committed', async () => {
    await expect(await describeSchema(database().storage)).toMatchFileSnapshot('schema.sql')
  })

  test('a transaction that throws leaves nothing', async () => {
    const { storage } = database()
    const failing = storage.transaction(async (trx) => {
      await trx.insertInto('accounts').values({ id: 'gone', name: 'x', created_at: at }).execute()
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await storage.db.selectFrom('accounts').selectAll().where('id', '=', 'gone').execute()).toEqual([])
  })

  test('a transaction that lost a race runs again, and other errors do not', async () => {
    const { storage } = database()
    let runs = 0
    const result = await storage.transaction(async (trx) => {
      await trx
        .insertInto('accounts')
        .values({ id: `race${++runs}`, name: 'x', created_at: at })
        .execute()
      if (runs < 3) throw Object.assign(new Error('lost'), { code: '40001' })
      return runs
    })
    expect(result).toBe(3)
    const rows = await storage.db.selectFrom('accounts').select('id').where('id', 'like', 'race%').execute()
    expect(rows).toEqual([{ id: 'race3' }])
    let others = 0
    const failing = storage.transaction(() => {
      others++
      return Promise.reject(Object.assign(new Error('unique'), { code: '23505' }))
    })
    await expect(failing).rejects.toThrow('unique')
    expect(others).toBe(1)
  })

  test('transactions side by side lose no update', async () => {
    const { storage } = database()
    await storage.db.insertInto('accounts').values({ id: 'sum', name: 'x', created_at: at }).execute()
    const day = { account_id: 'sum', day: '2026-10-01', metric: 'm' }
    await storage.db
      .insertInto('usage_daily')
      .values({ ...day, value: 0 })
      .execute()
    const add = (): Promise<unknown> =>
      storage.transaction(async (trx) => {
        const row = await trx.selectFrom('usage_daily').select('value').forUpdate().executeTakeFirstOrThrow()
        await trx
          .updateTable('usage_daily')
          .set({ value: row.value + 1 })
          .execute()
      })
    await Promise.all(Array.from({ length: 20 }, add))
    expect(await storage.db.selectFrom('usage_daily').selectAll().execute()).toEqual([{ ...day, value: 20 }])
  })

  test('opening again, and several at once, changes nothing', async () => {
    const { url, storage } = database()
    if (url === undefined) return
    const before = await storage.query('select * from schema_migrations order by name')
    const opened = await Promise.all([1, 2, 3, 4].map(() => openStorage({ url, connections: 1 })))
    await Promise.all(opened.map((one) => one.close()))
    expect(await storage.query('select * from schema_migrations order by name')).toEqual(before)
  })

  test('a database of a later version is left alone', async () => {
    const { url, storage } = database()
    if (url === undefined) return
    await storage.query("insert into schema_migrations (name) values ('9999-future')")
    await expect(openStorage({ url })).rejects.toMatchObject({ code: 'STORAGE_TOO_NEW' })
    await storage.query("delete from schema_migrations where name = '9999-future'")
  })
})

describeDatabases('an empty database', (database) => {
  test('processes that migrate at once both succeed', async () => {
    const { url, storage } = database()
    if (url === undefined) return
    await storage.query('drop schema public cascade')
    await storage.query('create schema public')
    const script = `import { openStorage } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
      const storage = await openStorage({ url: process.argv[1] }); await storage.close()`
    const run = (): Promise<unknown> =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, url])
    await Promise.all([run(), run(), run()])
    await expect(await describeSchema(storage)).toMatchFileSnapshot('schema.sql')
  })
})

describe('a data folder', () => {
  test('keeps what was stored, and lets one in at a time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lw-storage-'))
    try {
      const first = await openStorage({ folder })
      await first.db.insertInto('accounts').values({ id: 'a', name: 'A', created_at: at }).execute()
      await expect(openStorage({ folder })).rejects.toMatchObject({ code: 'STORAGE_LOCKED' })
      const script = `import { openStorage } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
        await openStorage({ folder: process.argv[1] }).catch((error) => console.log(error.code))`
      const { stdout } = await promisify(execFile)(process.execPath, [
        '--input-type=module',
        '-e',
        script,
        folder,
      ])
      expect(stdout).toBe('STORAGE_LOCKED\n')
      await first.close()
      const second = await openStorage({ folder })
      expect(await second.db.selectFrom('accounts').selectAll().execute()).toEqual([
        { id: 'a', name: 'A', created_at: at },
      ])
      await second.close()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('that cannot be written says so', async () => {
    await expect(openStorage({ folder: join(import.meta.filename, 'below') })).rejects.toMatchObject({
      code: 'STORAGE_UNUSABLE',
    })
  })

  test('a server that is not there is named without its password', async () => {
    const failure = openStorage({ url: 'postgresql://u:sesame@127.0.0.1:1/none' })
    await expect(failure).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' })
    await expect(failure).rejects.not.toThrow('sesame')
  })
})
