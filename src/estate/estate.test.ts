import { expect, test } from 'vitest'
import { describeDatabases } from '../../test/support/databases.ts'
import { recordScan, sampleUsage, scansOf } from './history.ts'
import { ensureAccount, listResources, markGone, setCoverage, upsertResource } from './resources.ts'

const day = (number: number): Date => new Date(Date.UTC(2026, 9, number))
const host = (name: string, tags = {}) => ({
  type: 'host' as const,
  resourceId: name,
  region: 'local',
  tags,
})

describeDatabases('the estate', (database) => {
  test('seeing a resource twice stores it once', async () => {
    const { db } = database().storage
    await ensureAccount(db, 'a', 'A', day(1))
    await ensureAccount(db, 'a', 'other', day(2))
    const first = await upsertResource(db, 'a', host('one'), day(1))
    const second = await upsertResource(db, 'a', host('one', { env: 'prod' }), day(2))
    expect(second).toMatchObject({ id: first.id, first_seen_at: day(1), last_seen_at: day(2) })
    expect(second).toMatchObject({ tags: { env: 'prod' }, coverage_reason: 'PENDING_INITIAL_SCAN' })
    const late = await upsertResource(db, 'a', host('one', { env: 'old' }), day(1))
    expect(late).toEqual(second)
  })

  test('what is gone waits for its revival when it comes back', async () => {
    const { db } = database().storage
    await ensureAccount(db, 'b', 'B', day(1))
    const { id } = await upsertResource(db, 'b', host('one'), day(2))
    expect(await setCoverage(db, 'b', id, 'UNSUPPORTED_OS')).toBe(true)
    expect(await markGone(db, 'b', id, day(1))).toBe(false)
    expect(await markGone(db, 'b', id, day(3))).toBe(true)
    expect(await markGone(db, 'b', id, day(3))).toBe(false)
    expect(await setCoverage(db, 'b', id, 'SUCCESSFUL')).toBe(false)
    expect((await listResources(db, 'b')).resources).toEqual([])
    const [gone] = (await listResources(db, 'b', { gone: true })).resources
    expect(gone).toMatchObject({ coverage_status: 'INACTIVE', coverage_reason: 'RESOURCE_TERMINATED' })
    const back = await upsertResource(db, 'b', host('one'), day(4))
    expect(back).toMatchObject({ id, gone_at: null, coverage_reason: 'PENDING_REVIVAL_SCAN' })
  })

  test('pages hold every resource of the account once', async () => {
    const { db } = database().storage
    await ensureAccount(db, 'c', 'C', day(1))
    const tagged = { team: 'x' }
    for (let n = 0; n < 7; n++) await upsertResource(db, 'c', host(`h${n}`, n % 2 ? tagged : {}), day(1))
    const names: string[] = []
    for (let after: number | undefined = 0; after !== undefined;) {
      const page = await listResources(db, 'c', { after, limit: 3 })
      names.push(...page.resources.map((row) => row.resource_id))
      after = page.next
    }
    expect(names).toEqual(['h0', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'])
    const some = await listResources(db, 'c', { tags: tagged })
    expect(some.resources.map((row) => row.resource_id)).toEqual(['h1', 'h3', 'h5'])
    expect((await listResources(db, 'c', { type: 'folder' })).resources).toEqual([])
  })

  test('scans are kept newest first, and a day sampled twice counts once', async () => {
    const { db } = database().storage
    await ensureAccount(db, 'd', 'D', day(1))
    const { id } = await upsertResource(db, 'd', host('one'), day(1))
    const scan = {
      resourceId: id,
      scanType: 'PACKAGE',
      packages: 3,
      startedAt: day(1),
      finishedAt: day(2),
    } as const
    const problem = { level: 'error', code: 'LAYER_TRUNCATED', message: 'cut off' } as const
    await recordScan(db, 'd', { ...scan, status: 'PARTIAL', diagnostics: [problem] })
    await recordScan(db, 'd', { ...scan, status: 'COMPLETE', diagnostics: [] })
    const scans = await scansOf(db, 'd', id, 10)
    expect(scans.map(({ status, diagnostics }) => ({ status, diagnostics }))).toEqual([
      { status: 'COMPLETE', diagnostics: [] },
      { status: 'PARTIAL', diagnostics: [problem] },
    ])
    for (const value of [5, 9, 7]) await sampleUsage(db, 'd', '2026-10-01', 'hosts', value)
    const usage = await db.selectFrom('usage_daily').selectAll().where('account_id', '=', 'd').execute()
    expect(usage).toEqual([{ account_id: 'd', day: '2026-10-01', metric: 'hosts', value: 9 }])
  })
})
