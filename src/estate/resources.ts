// What is watched. A resource that is gone keeps its row: its findings and history hang on it, and it may come back.

import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Database, Tables } from '../storage/index.ts'
import { coverageStatus } from './coverage.ts'
import type { CoverageReason } from './coverage.ts'

/** Inspector's names where it has one; `host` and `folder` are ours. */
export type ResourceType =
  | 'AWS_EC2_INSTANCE'
  | 'AWS_ECR_CONTAINER_IMAGE'
  | 'AWS_ECR_REPOSITORY'
  | 'AWS_LAMBDA_FUNCTION'
  | 'CODE_REPOSITORY'
  | 'host'
  | 'folder'

export type Resource = Selectable<Tables['resources']>

/** What a source says of a resource it sees. */
export interface SeenResource {
  readonly type: ResourceType
  readonly resourceId: string
  readonly region: string
  readonly sourceId?: string
  readonly digest?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly details?: Readonly<Record<string, unknown>>
}

/** Makes the account when it is missing; its name stays as it was first. */
export async function ensureAccount(db: Database, id: string, name: string, at: Date): Promise<void> {
  await db
    .insertInto('accounts')
    .values({ id, name, created_at: at })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/** Stores what was seen. New ones wait for their first scan, ones that were gone for their revival. Order of arrival does not matter. */
export async function upsertResource(
  db: Database,
  account: string,
  seen: SeenResource,
  at: Date,
): Promise<Resource> {
  const facts = {
    region: seen.region,
    source_id: seen.sourceId ?? null,
    digest: seen.digest ?? null,
    tags: JSON.stringify(seen.tags ?? {}),
    details: JSON.stringify(seen.details ?? {}),
    last_seen_at: at,
  }
  const key = { account_id: account, type: seen.type, resource_id: seen.resourceId }
  await db
    .insertInto('resources')
    .values({
      ...key,
      ...facts,
      first_seen_at: at,
      coverage_status: 'ACTIVE',
      coverage_reason: 'PENDING_INITIAL_SCAN',
    })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'type', 'resource_id'])
        .doUpdateSet((eb) => {
          const back = eb('resources.gone_at', 'is not', null)
          return {
            ...facts,
            gone_at: null,
            coverage_status: eb
              .case()
              .when(back)
              .then('ACTIVE' as const)
              .else(eb.ref('resources.coverage_status'))
              .end(),
            coverage_reason: eb
              .case()
              .when(back)
              .then('PENDING_REVIVAL_SCAN')
              .else(eb.ref('resources.coverage_reason'))
              .end(),
          }
        })
        // What was seen earlier and arrives later changes nothing.
        .where((eb) =>
          eb.and([
            eb('resources.last_seen_at', '<=', at),
            eb.or([eb('resources.gone_at', 'is', null), eb('resources.gone_at', '<=', at)]),
          ]),
        ),
    )
    .execute()
  return db
    .selectFrom('resources')
    .selectAll()
    .where('account_id', '=', account)
    .where('type', '=', seen.type)
    .where('resource_id', '=', seen.resourceId)
    .executeTakeFirstOrThrow()
}

/** Says whether and why a resource is covered. False when there is no such resource, or it is gone. */
export async function setCoverage(
  db: Database,
  account: string,
  id: number,
  reason: CoverageReason,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('resources')
    .set({ coverage_status: coverageStatus(reason), coverage_reason: reason })
    .where('account_id', '=', account)
    .where('id', '=', id)
    .where('gone_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** The resource is no more. False when it was gone already, or was seen after `at`. */
export async function markGone(db: Database, account: string, id: number, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('resources')
    .set({ gone_at: at, coverage_status: 'INACTIVE', coverage_reason: 'RESOURCE_TERMINATED' })
    .where('account_id', '=', account)
    .where('id', '=', id)
    .where('gone_at', 'is', null)
    .where('last_seen_at', '<=', at)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export interface ResourceQuery {
  readonly type?: ResourceType
  /** Every one of these tags. */
  readonly tags?: Readonly<Record<string, string>>
  /** Gone ones too. */
  readonly gone?: boolean
  /** `next` of the page before. */
  readonly after?: number
  /** 1 to 1000; 100 unless said. */
  readonly limit?: number
}

export interface ResourcePage {
  readonly resources: readonly Resource[]
  /** Absent on the last page. */
  readonly next?: number
}

/** One page in order of first arrival; pages neither skip nor repeat what stays while rows come and go. */
export async function listResources(
  db: Database,
  account: string,
  query: ResourceQuery = {},
): Promise<ResourcePage> {
  const limit = Math.min(Math.max(Math.trunc(query.limit ?? 100), 1), 1000)
  let select = db
    .selectFrom('resources')
    .selectAll()
    .where('account_id', '=', account)
    .where('id', '>', query.after ?? 0)
  if (query.type !== undefined) select = select.where('type', '=', query.type)
  if (query.gone !== true) select = select.where('gone_at', 'is', null)
  if (query.tags !== undefined) {
    const wanted = JSON.stringify(query.tags)
    select = select.where(sql<boolean>`tags @> ${wanted}::jsonb`)
  }
  const rows = await select
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  const resources = rows.slice(0, limit)
  const last = resources.at(-1)
  return rows.length > limit && last !== undefined ? { resources, next: last.id } : { resources }
}
