import { afterEach, describe, expect, it } from 'vitest'
import { fixedClock } from '../../../platform/index.ts'
import type { ReadPart } from '../testing.ts'
import {
  clientFor,
  contextFor,
  readFeed,
  serve,
  signalsIn,
  statesOf,
  testClock,
  testTally,
} from '../testing.ts'
import { createNvdFeed } from './index.ts'
import { parseNvdPage, recordsOfNvdPage } from './parse.ts'

/** A record in the form of the API's schema, written for this test. https://csrc.nist.gov/schema/nvd/api/2.0/cve_api_json_2.0.schema */
const cve = (id: string, more: object = {}): unknown => ({
  cve: {
    id,
    published: '2021-12-10T10:15:09.143',
    lastModified: '2025-04-03T20:53:22.977',
    vulnStatus: 'Analyzed',
    cveTags: [],
    descriptions: [
      { lang: 'es', value: 'Texto' },
      { lang: 'en', value: 'A flaw' },
    ],
    metrics: {
      cvssMetricV31: [
        {
          source: 'nvd@nist.gov',
          type: 'Primary',
          cvssData: {
            version: '3.1',
            vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
            baseScore: 10,
          },
        },
        {
          source: '134c704f-9b21-4f2e-91b3-4a467353bcc0',
          type: 'Secondary',
          cvssData: {
            version: '3.1',
            vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
            baseScore: 9.8,
          },
        },
      ],
      cvssMetricV2: [
        {
          source: 'cna@example.org',
          type: 'Secondary',
          cvssData: { vectorString: 'AV:N/AC:M/Au:N/C:C/I:C/A:C', baseScore: 9.3 },
        },
      ],
    },
    weaknesses: [
      { source: 'nvd@nist.gov', description: [{ lang: 'en', value: 'CWE-20' }] },
      { source: 'nvd@nist.gov', description: [{ lang: 'en', value: 'NVD-CWE-noinfo' }] },
    ],
    ...more,
  },
})

const page = (startIndex: number, totalResults: number, vulnerabilities: readonly unknown[]): string =>
  JSON.stringify({
    resultsPerPage: vulnerabilities.length,
    startIndex,
    totalResults,
    format: 'NVD_CVE',
    version: '2.0',
    vulnerabilities,
  })

describe('a page of NVD', () => {
  it('gives what NVD knows of each CVE', () => {
    const tally = testTally()
    const text = page(0, 2, [
      cve('CVE-2021-44228'),
      cve('CVE-2020-1111', { vulnStatus: 'Rejected', cveTags: [{ tags: ['disputed'] }], metrics: {} }),
    ])
    const signals = signalsIn(recordsOfNvdPage(parseNvdPage(text), tally))
    expect(signals.get('CVE-2021-44228')?.nvd).toEqual({
      description: 'A flaw',
      cvss: [
        { version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', score: 10, source: 'NVD' },
        {
          version: '3.1',
          vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
          score: 9.8,
          source: 'CISA-ADP',
        },
        { version: '2.0', vector: 'AV:N/AC:M/Au:N/C:C/I:C/A:C', score: 9.3, source: 'CNA' },
      ],
      cwes: ['CWE-20'],
      published: '2021-12-10T10:15:09Z',
      modified: '2025-04-03T20:53:22Z',
      status: 'Analyzed',
    })
    expect(signals.get('CVE-2020-1111')?.nvd).toMatchObject({ status: 'Rejected', disputed: true, cvss: [] })
    expect(tally.refused).toEqual([])
  })

  it('loses one record to a bad one', () => {
    const tally = testTally()
    const parsed = parseNvdPage(page(0, 3, [cve('CVE-2020-1111'), cve('odd'), 7]))
    expect(signalsIn(recordsOfNvdPage(parsed, tally)).size).toBe(1)
    expect(tally.refused).toHaveLength(2)
  })
})

describe('NVD', () => {
  let close: (() => Promise<void>) | undefined
  afterEach(async () => {
    await close?.()
    close = undefined
  })

  async function nvd(
    all: readonly unknown[],
    perPage = 2,
    total = all.length,
  ): Promise<Awaited<ReturnType<typeof serve>>> {
    const server = await serve((request, response) => {
      const start = Number(new URL(request.url ?? '', 'http://x').searchParams.get('startIndex'))
      response.end(page(start, total, all.slice(start, start + perPage)))
    })
    ;({ close } = server)
    return server
  }

  const sync = (
    url: string,
    before: readonly ReadPart[] = [],
    now = testClock,
    pauses: number[] = [],
  ): Promise<readonly ReadPart[]> => {
    const pause = async (milliseconds: number): Promise<void> => {
      pauses.push(milliseconds)
    }
    return readFeed(
      createNvdFeed({ apiKey: 'key', pause }),
      contextFor(clientFor(url), '.', statesOf(before), now),
    )
  }

  const five = ['1111', '2222', '3333', '4444', '5555'].map((digits) => cve(`CVE-2020-${digits}`))

  it('comes page by page at first, with the key and at the pace that NVD allows', async () => {
    const server = await nvd(five)
    const pauses: number[] = []
    const [part] = await sync(server.url, [], testClock, pauses)
    expect(part).toMatchObject({ mode: 'full', state: { records: 5, dataDate: '2025-04-03T20:53:22Z' } })
    expect(
      server.requests.map(({ url }) => new URL(url ?? '', 'http://x').searchParams.get('startIndex')),
    ).toEqual(['0', '2', '4'])
    expect(server.requests.every(({ headers }) => headers['apikey'] === 'key')).toBe(true)
    expect(pauses).toEqual([600, 600])
  })

  it('brings later what was modified since, a little overlapping', async () => {
    const server = await nvd(five.slice(0, 1))
    const first = await sync(server.url)
    const second = await sync(server.url, first, fixedClock('2026-11-02T12:00:00Z'))
    expect(second).toMatchObject([{ mode: 'delta' }])
    const query = new URL(server.requests.at(-1)?.url ?? '', 'http://x').searchParams
    expect(query.get('lastModStartDate')).toBe('2026-11-01T10:00:00.000Z')
    expect(query.get('lastModEndDate')).toBe('2026-11-02T12:00:00.000Z')
    const late = await sync(server.url, first, fixedClock('2027-11-02T12:00:00Z'))
    expect(late).toMatchObject([{ mode: 'full' }])
  })

  it('is unchanged when nothing was modified', async () => {
    const server = await nvd(five)
    const first = await sync(server.url)
    await server.close()
    const quiet = await nvd([])
    expect(await sync(quiet.url, first)).toMatchObject([{ outcome: 'unchanged' }])
  })

  it('breaks when pages are missing, repeat, or are none', async () => {
    const short = await nvd(five, 2, 9)
    expect(await sync(short.url)).toMatchObject([{ outcome: 'broken', error: { code: 'FEED_TRUNCATED' } }])
    await short.close()
    const same = await serve((_request, response) => response.end(page(0, 9, five.slice(0, 2))))
    expect(await sync(same.url)).toMatchObject([{ outcome: 'broken', error: { code: 'FEED_MALFORMED' } }])
    await same.close()
    const odd = await serve((_request, response) => response.end('<html>'))
    expect(await sync(odd.url)).toMatchObject([{ outcome: 'failed', error: 'FEED_MALFORMED' }])
    await odd.close()
    const shut = await serve((_request, response) => response.writeHead(403).end())
    expect(await sync(shut.url)).toMatchObject([{ outcome: 'failed', error: 'FEED_REFUSED' }])
    await shut.close()
  })
})
