// One way to the database, whichever it is.

import { Kysely, PostgresDialect } from 'kysely'
import type { Transaction } from 'kysely'
import { Pool, types } from 'pg'
import type { CustomTypesConfig } from 'pg'
import { LongwatchError, messageOf } from '../platform/index.ts'
import { startEmbedded } from './embedded.ts'
import { migrate } from './migrate.ts'
import type { Tables } from './tables.ts'

export type Database = Kysely<Tables>
export type DatabaseTransaction = Transaction<Tables>

export interface Storage {
  readonly kind: 'embedded' | 'server'
  readonly db: Database
  /** Runs `work` in one transaction, again from its start when it lost a race (at most 8 times): it must do nothing outside of it. */
  transaction<T>(work: (trx: DatabaseTransaction) => Promise<T>): Promise<T>
  /** Plain SQL on any connection; the rows of all its statements. */
  query(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>
  close(): Promise<void>
}

export interface StorageOptions {
  /** `DATABASE_URL`. Without it the database is embedded. */
  readonly url?: string
  /** The data folder of the embedded database; without it everything is in memory and gone at the end. */
  readonly folder?: string
  /** Connections to a server, 10 unless said. The embedded database has one session, and so one connection. */
  readonly connections?: number
}

/** Serialization failure, deadlock. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const lostRaces = new Set(['40001', '40P01'])
const attempts = 8

/** Connects, or starts the embedded database, and brings the schema up to date. STORAGE_UNREACHABLE, STORAGE_LOCKED, STORAGE_UNUSABLE. */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { url } = options
  const embedded = url === undefined ? await startEmbedded(options.folder) : undefined
  const pool = new Pool({
    ...(url === undefined
      ? { host: embedded?.host, user: 'postgres', database: 'postgres' }
      : { connectionString: url }),
    max: embedded === undefined ? (options.connections ?? 10) : 1,
    connectionTimeoutMillis: embedded === undefined ? 10_000 : 0,
    // Timers of idle connections do not hold up the end of the process.
    allowExitOnIdle: true,
    types: { getTypeParser: parserOf },
  })
  // An idle connection that breaks is replaced at the next use; whoever uses one gets the error there.
  pool.on('error', () => undefined)
  const db: Database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  const close = async (): Promise<void> => {
    await db.destroy()
    await embedded?.stop()
  }
  try {
    await reach(pool)
    await migrate(pool)
  } catch (error) {
    await close()
    throw error
  }
  return {
    kind: embedded === undefined ? 'server' : 'embedded',
    db,
    transaction: (work) => withRetries(() => db.transaction().execute(work)),
    query: async (text, values) => {
      const result: Result | readonly Result[] = await pool.query<Record<string, unknown>>(
        text,
        values === undefined ? [] : [...values],
      )
      // Several statements give several results.
      const results: readonly Result[] = 'rows' in result ? [result] : result
      return { rows: results.flatMap(({ rows }) => rows) }
    },
    close,
  }
}

interface Result {
  readonly rows: Record<string, unknown>[]
}

async function reach(pool: Pool): Promise<void> {
  let version: number
  try {
    const { rows } = await pool.query<{ server_version_num: string }>('show server_version_num')
    version = Number(rows[0]?.server_version_num)
  } catch (error) {
    // The URL may carry a password, and stays out of the message.
    throw new LongwatchError('STORAGE_UNREACHABLE', `the database does not answer: ${messageOf(error)}`, {
      remedy: 'check DATABASE_URL, and that PostgreSQL runs and lets this user in',
      cause: error,
    })
  }
  if (version < 150_000) {
    throw new LongwatchError('STORAGE_TOO_OLD', 'PostgreSQL 15 or later is needed', {
      remedy: 'upgrade the server, or unset DATABASE_URL for the embedded database',
    })
  }
}

async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= attempts || !lostRaces.has(codeOf(error))) throw error
      await new Promise((resolve) => setTimeout(resolve, 2 ** attempt))
    }
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** Big integers are ids and counts, far below 2^53: numbers. Days stay text: they have no time zone. */
const parserOf: CustomTypesConfig['getTypeParser'] = (oid, format) => {
  if (oid === types.builtins.INT8) return Number
  if (oid === types.builtins.DATE) return String
  return types.getTypeParser(oid, format) as unknown
}
