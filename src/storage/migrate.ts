// Forward only. Everything that is missing is applied in one transaction under one lock: several processes may start at once, and one
// that dies half-way leaves nothing behind.

import type pg from 'pg'
import { LongwatchError } from '../platform/index.ts'
import { migrations } from './migrations/registry.ts'

/** Any number that nothing else in the database uses. */
const lock = 7_316_420_061

/** Applies what is missing. STORAGE_TOO_NEW when a later Longwatch has been here. */
export async function migrate(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [lock])
    await client.query(
      'create table if not exists schema_migrations (name text primary key, applied_at timestamptz not null default now())',
    )
    const { rows } = await client.query<{ name: string }>('select name from schema_migrations')
    const applied = new Set(rows.map(({ name }) => name))
    for (const { name, up } of migrations) {
      if (applied.delete(name)) continue
      await client.query(up)
      await client.query('insert into schema_migrations (name) values ($1)', [name])
    }
    if (applied.size > 0) {
      throw new LongwatchError('STORAGE_TOO_NEW', 'the database was made by a later version of Longwatch', {
        place: [...applied].toSorted().join(', '),
        remedy: 'install that version or a later one; migrations go forward only',
      })
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}
