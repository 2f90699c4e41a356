// What was read when, and how much was covered on each day.

import type { Selectable } from 'kysely'
import type { Diagnostic } from '../model/index.ts'
import type { Database, Tables } from '../storage/index.ts'

export type Scan = Selectable<Tables['scans']>

export interface FinishedScan {
  readonly resourceId: number
  readonly scanType: 'PACKAGE' | 'NETWORK' | 'CODE'
  /** `UNCHANGED`: the content was known and not read again. */
  readonly status: Scan['status']
  readonly inventoryKey?: string
  readonly packages: number
  readonly diagnostics: readonly Diagnostic[]
  readonly startedAt: Date
  readonly finishedAt: Date
}

/** Adds one scan to the history. Gives its id. */
export async function recordScan(db: Database, account: string, scan: FinishedScan): Promise<number> {
  const { id } = await db
    .insertInto('scans')
    .values({
      account_id: account,
      resource_id: scan.resourceId,
      scan_type: scan.scanType,
      status: scan.status,
      inventory_key: scan.inventoryKey ?? null,
      packages: scan.packages,
      diagnostics: JSON.stringify(scan.diagnostics),
      started_at: scan.startedAt,
      finished_at: scan.finishedAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** The latest scans of a resource, newest first, at most `limit`. */
export async function scansOf(
  db: Database,
  account: string,
  resourceId: number,
  limit: number,
): Promise<readonly Scan[]> {
  return db
    .selectFrom('scans')
    .selectAll()
    .where('account_id', '=', account)
    .where('resource_id', '=', resourceId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Notes a day's value (`2026-10-01`); the largest of the day stays, so that sampling twice counts once. */
export async function sampleUsage(
  db: Database,
  account: string,
  day: string,
  metric: string,
  value: number,
): Promise<void> {
  await db
    .insertInto('usage_daily')
    .values({ account_id: account, day, metric, value })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'day', 'metric']).doUpdateSet((eb) => ({
        value: eb.fn<number>('greatest', ['usage_daily.value', 'excluded.value']),
      })),
    )
    .execute()
}
