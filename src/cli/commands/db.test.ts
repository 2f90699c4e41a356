import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeFeeds, feedsDir } from '../../../test/support/lab.ts'
import { syncFeeds } from '../../advisories/index.ts'
import type { Feed, FeedRecord } from '../../advisories/index.ts'
import { fixedClock, silentProgress } from '../../platform/index.ts'
import { runCli } from '../testing.ts'
import type { RunResult } from '../testing.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'longwatch-db-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const db = (...argv: readonly string[]): Promise<RunResult> => runCli(['db', ...argv], { dataDir })

function record(id: string, cve: string, name: string, modified = '2026-01-01T00:00:00Z'): FeedRecord {
  return {
    kind: 'advisory',
    advisory: {
      feed: 'synthetic/npm',
      source: 'GITHUB',
      id,
      modified,
      aliases: [cve],
      cves: [cve],
      related: [],
      summary: `A flaw in ${name}`,
      references: [],
      cwes: ['CWE-79'],
      severities: [{ version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' }],
      affected: [
        {
          ecosystem: 'npm',
          release: '',
          name,
          status: 'affected',
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
          versions: [],
        },
      ],
    },
  }
}

const feedOf = (records: readonly FeedRecord[]): Feed => ({
  name: 'synthetic',
  title: 'Synthetic',
  upstream: 'https://feed.invalid/',
  provides: 'advisories',
  licence: 'none',
  async *update() {
    yield {
      outcome: 'changed',
      part: 'synthetic/npm',
      mode: 'full',
      records: (async function* () {
        yield* records
      })(),
      finish: () => ({
        state: {
          part: 'synthetic/npm',
          checkedAt: '2026-11-20T00:00:00Z',
          dataDate: '2026-11-13T10:00:00Z',
          records: records.length,
          refused: 1,
          cursor: {},
        },
        diagnostics: [{ level: 'error', code: 'RECORD_ODD', message: 'it is odd', place: 'record GHSA-odd' }],
      }),
      dispose: async () => undefined,
    }
  },
})

const fill = async (...records: readonly FeedRecord[]): Promise<void> => {
  await syncFeeds({
    dbDir: join(dataDir, 'advisories'),
    feeds: [feedOf(records)],
    scope: { ecosystems: ['npm'] },
    client: { get: () => Promise.reject(new Error('not asked')), locate: (url) => url },
    clock: fixedClock('2026-11-20T00:00:00Z'),
    progress: silentProgress,
    signal: new AbortController().signal,
  })
}
const lodash = record('GHSA-aaaa-bbbb-cccc', 'CVE-2020-1000', 'lodash')
const minimist = record('GHSA-dddd-eeee-ffff', 'CVE-2020-2000', 'minimist')

describe('without any data', () => {
  it.each([
    [['status']],
    [['search', 'lodash']],
    [['diff']],
    [['diagnostics']],
    [['verify']],
    [['export', 'x']],
  ])('longwatch db %j ends with 4 and says what to do', async (argv) => {
    const { status, stderr } = await db(...argv)
    expect(status).toBe(4)
    expect(stderr).toContain('longwatch db update')
    expect(stderr).toContain('[NO_ADVISORIES]')
  })

  it('has no generations', async () => {
    expect(JSON.parse((await db('generations', '--json')).stdout)).toEqual([])
  })
})

describe('wrong usage', () => {
  it.each([
    [['update', 'npn'], 'Known are: '],
    [['update', '--keep', '0'], 'whole number'],
    [['search'], 'missing required argument'],
    [['export', 'x', '--key', 'no/such/key'], 'NO_ADVISORIES'],
    [['import', 'no/such/file'], 'FILE_UNUSABLE'],
    [['push', 'Not A Reference'], ''],
  ])('longwatch db %j is told apart', async (argv, said) => {
    const { status, stderr, stdout } = await db(...argv)
    expect(stdout).toBe('')
    expect(stderr).toContain(said)
    expect([2, 4]).toContain(status)
  })

  it.each([
    'update',
    'status',
    'search',
    'diff',
    'diagnostics',
    'verify',
    'generations',
    'export',
    'import',
    'push',
    'pull',
    'keygen',
  ])('longwatch db %s --help shows examples', async (name) => {
    const { status, stdout } = await db(name, '--help')
    expect(status).toBe(0)
    expect(stdout).toContain(`Examples:\n  longwatch db ${name}`)
  })
})

describe('the store', () => {
  it('shows its parts with age, records, refused records', async () => {
    await fill(lodash, minimist)
    const { status, stdout } = await db('status')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^PART +DATA OF +AGE +CHECKED +RECORDS +REFUSED/)
    expect(stdout).toMatch(/synthetic\/npm +2026-11-13 10:00 +10 days +2026-11-20 00:00 +2 +1/)
    expect(stdout).toContain('Covers 2 package keys in 1 ecosystem.')
    expect(JSON.parse((await db('status', '--json')).stdout)).toMatchObject({
      parts: [{ part: 'synthetic/npm', ageDays: 10, records: 2, refused: 1, failure: null }],
      coverage: [{ ecosystem: 'npm', release: '', packages: 2 }],
    })
  })

  it.each(['CVE-2020-1000', 'cve-2020-1000', 'GHSA-aaaa-bbbb-cccc', 'ghsa-AAAA-bbbb-cccc'])(
    'finds %s',
    async (id) => {
      await fill(lodash, minimist)
      const { status, stdout } = await db('search', id)
      expect(status).toBe(0)
      expect(stdout).toMatch(/^CVE-2020-1000/)
      expect(stdout).toContain('GHSA-aaaa-bbbb-cccc')
      expect(stdout).toContain('10.0  CVSS:3.1/AV:N')
      expect(stdout).toContain('npm lodash')
      expect(stdout).toContain('<2.0.0')
    },
  )

  it('finds packages by a part of their names, and says when there is nothing', async () => {
    await fill(lodash, minimist)
    expect((await db('search', 'mini')).stdout).toMatch(/npm +minimist +1 +CVE-2020-2000/)
    const nothing = await db('search', 'no-such-thing')
    expect(nothing).toMatchObject({ status: 0, stdout: '' })
    expect(nothing.stderr).toContain('nothing is known')
    expect(JSON.parse((await db('search', 'lodash', '--json')).stdout)).toMatchObject({
      vulnerabilities: [],
      packages: [{ name: 'lodash', advisories: 1, vulnerabilities: ['CVE-2020-1000'] }],
    })
  })

  it('shows what is known of a CVE that no advisory is about', async () => {
    await fill(lodash, {
      kind: 'signals',
      cve: 'CVE-2019-9999',
      signals: { kev: { dateAdded: '2020-01-01', ransomware: false } },
    })
    const { stdout } = await db('search', 'cve-2019-9999')
    expect(stdout).toMatch(/Exploited +since 2020-01-01/)
    expect(stdout).toContain('No advisory')
  })

  it('tells exactly what changed between two generations', async () => {
    await fill(lodash, minimist)
    await fill(lodash, minimist, record('GHSA-gggg-hhhh-jjjj', 'CVE-2020-3000', 'moment'))
    const { stdout } = await db('diff')
    expect(stdout).toBe(
      'package keys with other answers: 1\n  npm moment\nvulnerabilities: 1\n  CVE-2020-3000\n' +
        'new records: 1\n  GHSA-gggg-hhhh-jjjj  (synthetic/npm)\n',
    )
    expect((await db('search', 'CVE-2020-3000', '--generation', '1')).stderr).toContain('nothing is known')
    expect((await db('search', 'CVE-2020-3000', '--generation', '2')).stdout).toContain('npm moment')
    expect((await db('diff', '2', '2')).stdout).toBe('no difference\n')
    expect(JSON.parse((await db('diff', '2', '1', '--json')).stdout)).toMatchObject({
      summary: { packages: 1, withdrawn: 1, added: 0 },
    })
    const generations = JSON.parse((await db('generations', '--json')).stdout) as { live: boolean }[]
    expect(generations.map(({ live }) => live)).toEqual([false, true])
  })

  it('lists what was refused', async () => {
    await fill(lodash)
    expect((await db('diagnostics')).stdout).toMatch(/synthetic\/npm +record GHSA-odd +RECORD_ODD +it is odd/)
    expect(await db('diagnostics', 'other')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('synthetic/npm') as string,
    })
  })

  it('is verified, and damage ends with 4', async () => {
    await fill(lodash)
    expect(await db('verify')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(': whole') as string,
    })
    const generations = join(dataDir, 'advisories/generations')
    truncateSync(join(generations, readdirSync(generations)[0] ?? '', 'data.mdb'), 4096)
    expect(await db('verify')).toMatchObject({
      status: 4,
      stdout: expect.stringContaining('damaged') as string,
    })
    expect((await db('status')).stderr).toContain('[STORE_CORRUPT]')
  })

  it('is carried elsewhere as a signed file', async () => {
    await fill(lodash)
    const key = join(dataDir, 'signing.key')
    const file = join(dataDir, 'advisories.lwdb')
    const made = await db('keygen', key)
    expect(made.stdout).toContain('SHA256:')
    expect(statSync(key).mode & 0o777).toBe(0o600)
    expect((await db('keygen', key)).status).toBe(2)
    expect((await db('export', file, '--key', key)).stdout).toContain(', signed.')
    const elsewhere = join(dataDir, 'elsewhere')
    const imported = await runCli(['db', 'import', file, '--trust', `${key}.pub`], { dataDir: elsewhere })
    expect(imported).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('which is trusted') as string,
    })
    const careless = await runCli(['db', 'import', file], { dataDir: elsewhere })
    expect(careless.stderr).toContain('nobody vouches')
    expect((await runCli(['db', 'search', 'CVE-2020-1000'], { dataDir: elsewhere })).stdout).toContain(
      'lodash',
    )
    await db('keygen', `${key}2`)
    const refused = await runCli(['db', 'import', file, '--trust', `${key}2.pub`], {
      dataDir: join(dataDir, 'third'),
    })
    expect(refused).toMatchObject({
      status: 4,
      stderr: expect.stringContaining('[SIGNER_UNKNOWN]') as string,
    })
  })
})

describe('an update', () => {
  it('ends with 4 when nothing can be had and nothing is there', async () => {
    const { status, stderr } = await db('update', 'npm', '--feeds', join(dataDir, 'nowhere'))
    expect(status).toBe(4)
    expect(stderr).toContain('[NO_ADVISORIES]')
  })

  it('ends with 3 when parts fail, names them, and keeps the last good data', async () => {
    await fill(lodash)
    const { status, stderr } = await db('update', 'npm', '--feeds', join(dataDir, 'nowhere'))
    expect(status).toBe(3)
    expect(stderr).toContain('osv/npm: ')
    expect((await db('search', 'CVE-2020-1000')).stdout).toContain('lodash')
    expect((await db('status')).stdout).toMatch(/osv\/npm .* since 2026-11-23/)
  })
})

describeFeeds('an update from the mirror', () => {
  it(
    'gets what was asked for, and the same again when asked without a name',
    { timeout: 120_000 },
    async () => {
      const first = await db('update', 'RubyGems', '--feeds', feedsDir, '--json')
      expect(first.stderr).toBe('')
      expect(JSON.parse(first.stdout)).toMatchObject({ published: true })
      expect((await db('search', 'CVE-2020-8165')).stdout).toContain('activesupport')
      const again = await db('update', '--feeds', feedsDir)
      expect(again).toMatchObject({ status: 0, stderr: '' })
      expect(again.stdout).toMatch(/osv\/RubyGems +unchanged/)
      expect(again.stdout).not.toContain('osv/npm')
      expect(existsSync(join(dataDir, 'advisories/building'))).toBe(true)
    },
  )
})
