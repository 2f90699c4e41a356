import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LongwatchError } from '../../platform/index.ts'
import type { FeedRecord } from '../feeds/feed.ts'
import { advisory, affectedPackage, records, sync, syntheticFeed, temporaryStore } from '../testing.ts'
import { generationFolder } from './generations.ts'
import { openAdvisories } from './open.ts'
import type { AdvisoryReader } from './reader.ts'

let store: ReturnType<typeof temporaryStore>
beforeEach(() => {
  store = temporaryStore()
})
afterEach(() => store.remove())

async function readerOf(...news: readonly FeedRecord[]): Promise<AdvisoryReader> {
  await sync(store.dbDir, syntheticFeed({ p: { mode: 'full', records: news } }))
  return openAdvisories(store.dbDir)
}

const key = (name: string) => ({ ecosystem: 'npm', release: '', name })

describe('a reader', () => {
  it('has an answer to every question, however odd', { timeout: 60_000 }, async () => {
    const reader = await readerOf(...records(advisory('A-1')))
    const odd = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '',
        '\0',
        '\u001f',
        'a\u001fb',
        'x'.repeat(5000),
        'é'.repeat(1700),
        '\ud800',
        '__proto__',
      ),
    )
    fc.assert(
      fc.property(odd, odd, odd, (a, b, c) => {
        expect(reader.lookup({ ecosystem: a, release: b, name: c })).toEqual([])
        expect(reader.vulnerability(a)).toBeUndefined()
        expect(reader.advisory(a, b)).toBeUndefined()
        expect(reader.signals(a)).toEqual({})
        expect(reader.resolve(b)).toEqual([])
        expect(reader.lifecycle(c)).toEqual([])
        expect(reader.covers(a, b)).toBe(false)
      }),
    )
    await reader.close()
  })

  it('gives back what was said, field by field', async () => {
    const said = advisory('GHSA-1', {
      source: 'GITHUB',
      aliases: ['CVE-2020-0001', 'GO-1'],
      published: '2025-01-01T00:00:00Z',
      related: ['CVE-2019-0001'],
      summary: 'short',
      details: 'long '.repeat(500),
      references: [{ kind: 'WEB', url: 'https://example.org/' }],
      cwes: ['CWE-79'],
      severities: [{ version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', source: 'X' }],
      vendorSeverity: 'HIGH',
      url: 'https://example.org/GHSA-1',
      affected: [
        affectedPackage('lodash', {
          status: 'unfixed',
          ranges: [
            {
              type: 'ECOSYSTEM',
              events: [{ introduced: '0' }, { lastAffected: '1' }, { limit: '3' }],
              lastKnownAffected: '<= 1',
            },
          ],
          versions: ['1', '2\n3'],
          vulnerabilities: ['CVE-2020-0001'],
          urgency: 'low',
          severities: [{ version: '2.0', vector: 'AV:N/AC:L/Au:N/C:N/I:N/A:C' }],
          architectures: ['x86_64'],
          module: 'nodejs:18',
          channel: 'core',
        }),
        affectedPackage('empty', { ranges: [], versions: ['1.0.0'] }),
      ],
    })
    const reader = await readerOf(...records(said))
    expect(reader.advisory('p', 'GHSA-1')).toEqual({ ...said, feed: 'p' })
    const [entry] = reader.lookup(key('lodash'))
    expect(entry).toEqual({
      ...said.affected[0],
      feed: 'p',
      advisory: 'GHSA-1',
      source: 'GITHUB',
      vulnerabilityIds: ['CVE-2020-0001'],
      modified: said.modified,
    })
    await reader.close()
  })

  it('prefers the vendor, then NVD, and calculates scores', async () => {
    const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'
    const severities = [
      { version: '3.1' as const, vector },
      { version: '3.1' as const, vector: 'nonsense' },
    ]
    const reader = await readerOf(
      ...records(
        advisory('GHSA-1', { source: 'GITHUB', aliases: ['CVE-2020-0001'], severities }),
        advisory('DSA-1', {
          source: 'DEBIAN',
          cves: ['CVE-2020-0001'],
          severities,
          affected: [affectedPackage('lodash', { ecosystem: 'Debian', release: '12' })],
        }),
      ),
      {
        kind: 'signals',
        cve: 'CVE-2020-0001',
        signals: { nvd: { cvss: [{ version: '3.1', vector, score: 9.8, source: 'NVD' }], cwes: ['CWE-1'] } },
      },
    )
    const found = reader.vulnerability('CVE-2020-0001')
    expect(found?.cvss.map(({ source, score }) => [source, score])).toEqual([
      ['DEBIAN', 9.8],
      ['NVD', 9.8],
      ['GITHUB', 9.8],
    ])
    expect(found).toMatchObject({ aliases: ['GHSA-1'], cwes: ['CWE-1'], title: 'About GHSA-1' })
    await reader.close()
  })

  it('may be one of several in a process, each with an end of its own', async () => {
    const first = await readerOf(...records(advisory('A-1')))
    const second = openAdvisories(store.dbDir)
    await second.close()
    await second.close()
    expect(first.lookup(key('lodash'))).toHaveLength(1)
    await sync(store.dbDir, syntheticFeed({ p: { mode: 'delta', records: records(advisory('A-2')) } }))
    expect(first.lookup(key('lodash'))).toHaveLength(1)
    expect(first.advisory('p', 'A-1')).toBeDefined()
    await first.close()
  })

  it('tells damage from an answer', async () => {
    const many = Array.from({ length: 200 }, (_, n) =>
      advisory(`A-${n}`, { affected: [affectedPackage(`name-${n}`)] }),
    )
    const { generation } = await sync(
      store.dbDir,
      syntheticFeed({ p: { mode: 'full', records: records(...many) } }),
    )
    const path = join(generationFolder(store.dbDir, generation), 'data.mdb')
    const bytes = readFileSync(path)
    for (let at = bytes.indexOf('TEST'); at >= 0; at = bytes.indexOf('TEST', at + 1))
      bytes.fill(0xc1, at - 4, at + 4)
    writeFileSync(path, bytes)
    const reader = openAdvisories(store.dbDir)
    for (const { affected } of many) {
      try {
        expect(reader.lookup(affected[0] ?? key(''))).toHaveLength(1)
      } catch (error) {
        expect(error).toBeInstanceOf(LongwatchError)
        expect(error).toMatchObject({ code: 'STORE_CORRUPT', exitCode: 4 })
      }
    }
    await reader.close()
    const again = await sync(store.dbDir, syntheticFeed({ p: { mode: 'full', records: records(...many) } }))
    expect(again).toMatchObject({ rebuilt: { code: 'STORE_CORRUPT' }, published: true })
  })
})
