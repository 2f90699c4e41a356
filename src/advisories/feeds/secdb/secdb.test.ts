import { describe, expect, it } from 'vitest'
import type { Advisory } from '../../../model/index.ts'
import {
  advisoriesIn,
  clientFor,
  contextFor,
  readFeed,
  serve,
  temporaryFolder,
  testTally,
} from '../testing.ts'
import { alpineSecdbFeed } from './index.ts'
import { parseSecdb } from './parse.ts'

const options = {
  part: 'alpine-secdb/v3.11/main',
  source: 'ALPINE',
  ecosystem: 'Alpine',
  release: 'v3.11',
  page: 'https://security.alpinelinux.org/vuln/',
  instant: '2026-01-01T00:00:00Z',
}

function read(packages: readonly unknown[], tally = testTally()): ReadonlyMap<string, Advisory> {
  const all = advisoriesIn(parseSecdb(JSON.stringify({ packages }), options, tally))
  return new Map(all.map((one) => [one.id, one]))
}

const pkg = (name: string, secfixes: unknown): unknown => ({ pkg: { name, secfixes } })

describe('a security database', () => {
  it('gives one advisory per vulnerability, with every package it concerns', () => {
    const found = read([
      pkg('b', { '1.0-r1': ['CVE-2020-1111'] }),
      pkg('a', { '2.0-r0': ['CVE-2020-1111', 'XSA-207'] }),
    ])
    expect(found.get('CVE-2020-1111')).toMatchObject({
      source: 'ALPINE',
      cves: ['CVE-2020-1111'],
      url: 'https://security.alpinelinux.org/vuln/CVE-2020-1111',
      affected: [
        { ecosystem: 'Alpine', release: 'v3.11', name: 'a', status: 'affected' },
        { name: 'b', ranges: [{ events: [{ introduced: '0' }, { fixed: '1.0-r1' }] }] },
      ],
    })
    expect(found.get('XSA-207')?.cves).toEqual([])
  })

  it('says with version 0 that a package never was affected', () => {
    const found = read([pkg('a', { '0': ['CVE-2020-1111', 'CVE-2020-2222'], '1.0-r1': ['CVE-2020-2222'] })])
    expect(found.get('CVE-2020-1111')?.affected).toMatchObject([{ status: 'not-affected', ranges: [] }])
    expect(found.get('CVE-2020-2222')?.affected).toMatchObject([{ status: 'affected', ranges: [{}] }])
  })

  it('has a range for each of two fixes', () => {
    const found = read([pkg('a', { '1.0-r1': ['CVE-2020-1111'], '1.0-r3': ['CVE-2020-1111'] })])
    expect(found.get('CVE-2020-1111')?.affected[0]?.ranges).toHaveLength(2)
  })

  it('has other ids and remarks on the same line', () => {
    const found = read([
      pkg('a', {
        '1': ['CVE-2017-2616 (+ regression fix)', 'CVE-2020-1111 GHSA-2c7c-3mj9-8fqh', 'see upstream'],
        '2': null,
      }),
    ])
    expect([...found.keys()]).toEqual(['CVE-2017-2616', 'CVE-2020-1111'])
    expect(found.get('CVE-2020-1111')?.aliases).toEqual(['GHSA-2c7c-3mj9-8fqh'])
    expect(found.get('CVE-2017-2616')?.aliases).toEqual([])
  })

  it('loses one package to a bad one, and throws when the whole is none', () => {
    const tally = testTally()
    expect(read([pkg('a', { '1': ['CVE-2020-1111'] }), pkg('b', []), {}, null], tally).size).toBe(1)
    expect(tally.refused).toHaveLength(3)
    for (const text of ['', '[]', '{"packages":7}'])
      expect(() => [...parseSecdb(text, options, testTally())]).toThrow()
  })
})

describe('Alpine’s databases', () => {
  it('are those of the releases that are named, of all that are there otherwise', async () => {
    const server = await serve((request, response) => {
      if (/\/v3\.(?:3|24)\/main\.json$/.test(request.url ?? '')) response.end('{"packages":[]}')
      else response.writeHead(404).end()
    })
    const scratch = temporaryFolder()
    const parts = async (releases?: readonly string[]): Promise<readonly string[]> =>
      (
        await readFeed(alpineSecdbFeed, contextFor(clientFor(server.url), scratch.path), {
          ecosystems: ['Alpine'],
          ...(releases === undefined ? {} : { releases }),
        })
      ).map(({ part, outcome }) => `${part} ${outcome}`)
    expect(await parts()).toEqual(['alpine-secdb/v3.3/main changed', 'alpine-secdb/v3.24/main changed'])
    expect(await parts(['v3.3', 'v3.9', '12'])).toEqual([
      'alpine-secdb/v3.3/main changed',
      'alpine-secdb/v3.9/main failed',
    ])
    expect(
      await readFeed(alpineSecdbFeed, contextFor(clientFor(server.url), scratch.path), {
        ecosystems: ['npm'],
      }),
    ).toEqual([])
    await server.close()
    scratch.remove()
  })
})
