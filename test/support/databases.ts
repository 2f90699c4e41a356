// Every test of what is stored runs on the embedded database and on a PostgreSQL server.

import { Client } from 'pg'
import { afterAll, beforeAll, describe } from 'vitest'
import { openStorage } from '../../src/storage/index.ts'
import type { Storage } from '../../src/storage/index.ts'
import { startPostgres, whyNoPostgres } from './postgres.ts'
import type { PostgresServer } from './postgres.ts'

export interface TestDatabase {
  /** Migrated and otherwise empty; its own for this `describe`. */
  readonly storage: Storage
  /** For another process; undefined where the database is embedded. */
  readonly url: string | undefined
}

let databases = 0

/** Runs `body` once for each kind of database. */
export function describeDatabases(name: string, body: (database: () => TestDatabase) => void): void {
  describe(`${name} (embedded)`, () => {
    let storage: Storage | undefined
    beforeAll(async () => {
      storage = await openStorage({})
    })
    afterAll(() => storage?.close())
    body(() => opened(storage, undefined))
  })
  const reason = whyNoPostgres()
  if (reason !== undefined) console.warn(`skipped: ${name} on a server: ${reason}`)
  describe.skipIf(reason !== undefined)(`${name} (server)`, () => {
    let server: PostgresServer | undefined
    let storage: Storage | undefined
    let url: string | undefined
    beforeAll(async () => {
      server = startPostgres()
      const database = `test${++databases}`
      const client = new Client({ connectionString: server.url('postgres') })
      await client.connect()
      await client.query(`create database ${database}`)
      await client.end()
      url = server.url(database)
      storage = await openStorage({ url })
    })
    afterAll(async () => {
      await storage?.close()
      server?.stop()
    })
    body(() => opened(storage, url))
  })
}

function opened(storage: Storage | undefined, url: string | undefined): TestDatabase {
  if (storage === undefined) throw new Error('the database is there in tests and hooks only')
  return { storage, url }
}
