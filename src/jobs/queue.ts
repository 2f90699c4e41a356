// Work that survives the process: rows in the same database, at least once, so every handler is idempotent.

import { PgBoss } from 'pg-boss'
import type { Storage } from '../storage/index.ts'

export type JobKind = 'discovery' | 'scan' | 'feed-sync' | 're-evaluation'

const kinds: readonly JobKind[] = ['discovery', 'scan', 'feed-sync', 're-evaluation']

export interface Job {
  readonly id: string
  readonly kind: JobKind
  readonly payload: object
}

export interface EnqueueOptions {
  /** What a person asked for goes before what a schedule did. */
  readonly by?: 'user' | 'schedule'
}

export interface JobQueue {
  /** False when a job of that kind and key waits or runs already. */
  enqueue(kind: JobKind, key: string, payload: object, options?: EnqueueOptions): Promise<boolean>
  /** Takes at most `count` jobs for this process. */
  take(kind: JobKind, count: number): Promise<readonly Job[]>
  done(job: Job): Promise<void>
  /** Back into the queue after a pause that grows; a dead letter once the retries are used up. */
  failed(job: Job, reason: string): Promise<void>
  /** Jobs that failed for good. */
  deadLetters(): Promise<readonly Job[]>
  /** Takes back what silent processes held longer than they may; happens by itself every minute. */
  recover(): Promise<void>
  stop(): Promise<void>
}

export interface QueueOptions {
  /** Seconds after which a job whose process fell silent is given to another; at least 1, 900 unless said. */
  readonly expireSeconds?: number
  readonly retries?: number
  readonly onError?: (error: Error) => void
}

/** Opens the queue on `storage`, and makes its tables when they are missing. */
export async function openQueue(storage: Storage, options: QueueOptions = {}): Promise<JobQueue> {
  const { expireSeconds = 900, retries = 5, onError = () => undefined } = options
  const boss = new PgBoss({
    db: { executeSql: (text, values) => storage.query(text, values) },
    backend: storage.kind === 'embedded' ? 'pglite' : 'postgres',
    schedule: false,
    monitorIntervalSeconds: Math.min(60, expireSeconds),
  })
  boss.on('error', onError)
  await boss.start()
  await boss.createQueue('dead')
  for (const kind of kinds) {
    // Making a queue that is there changes nothing of it, so that settings need a word of their own.
    await boss.createQueue(kind, { policy: 'exclusive' })
    await boss.updateQueue(kind, {
      retryLimit: retries,
      retryDelay: 1,
      retryBackoff: true,
      expireInSeconds: expireSeconds,
      deadLetter: 'dead',
    })
  }
  return {
    async enqueue(kind, key, payload, { by = 'schedule' } = {}) {
      const priority = by === 'user' ? 10 : 0
      return (await boss.send(kind, { kind, payload }, { singletonKey: key, priority })) !== null
    },
    async take(kind, count) {
      const jobs = await boss.fetch<{ payload: object }>(kind, { batchSize: count })
      return jobs.map(({ id, data }) => ({ id, kind, payload: data.payload }))
    },
    async done({ kind, id }) {
      await boss.complete(kind, id)
    },
    async failed({ kind, id }, reason) {
      await boss.fail(kind, id, { reason })
    },
    async deadLetters() {
      const jobs = await boss.findJobs<{ kind: JobKind; payload: object }>('dead')
      return jobs.map(({ id, data }) => ({ id, kind: data.kind, payload: data.payload }))
    },
    recover: () => boss.supervise(),
    stop: () => boss.stop({ graceful: false, close: false }),
  }
}
