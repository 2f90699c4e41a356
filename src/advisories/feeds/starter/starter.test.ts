import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ecosystemNamed } from '../../../model/index.ts'
import { isUnparsable, schemeNamed } from '../../../versions/index.ts'
import { advisoriesIn, clientFor, contextFor, readFeed, signalsIn, statesOf, testTally } from '../testing.ts'
import { starterFeed } from './index.ts'
import { parseStarter } from './parse.ts'

const data = resolve(import.meta.dirname, '../../../../data/starter')

const yaml = (affected: string, more = ''): string => `
date: 2026-11-20
vulnerabilities:
  - id: CVE-2021-44228
    aliases: [GHSA-jfh8-c2f7-27j3]
    title: Log4j looks up what it logs
    cvss: CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H
    published: 2021-12-10
    cwes: [CWE-502]
    kev: 2021-12-10
    exploit: true
    metasploit: true
${more}    affected: ${affected}
`

describe('a file of the starter set', () => {
  it('gives advisories, and signals under the CVE', () => {
    const records = [
      ...parseStarter(
        yaml(`{ 'Debian:12 apache-log4j2': ['>=2.0~beta9 <2.3.1', '<=1.2'] }`),
        'starter/x',
        testTally(),
      ),
    ]
    expect(advisoriesIn(records)).toMatchObject([
      {
        feed: 'starter/x',
        id: 'CVE-2021-44228',
        cves: ['CVE-2021-44228'],
        published: '2021-12-10T00:00:00Z',
        severities: [{ version: '3.1' }],
        affected: [
          {
            ecosystem: 'Debian',
            release: '12',
            name: 'apache-log4j2',
            ranges: [
              { type: 'ECOSYSTEM', events: [{ introduced: '2.0~beta9' }, { fixed: '2.3.1' }] },
              { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { lastAffected: '1.2' }] },
            ],
          },
        ],
      },
    ])
    expect(signalsIn(records).get('CVE-2021-44228')).toMatchObject({
      kev: { dateAdded: '2021-12-10' },
      exploitDb: [{ id: 'starter' }],
      metasploit: [{ id: 'starter' }],
    })
  })

  it('may name ecosystems with blanks, and every version', () => {
    const [one] = advisoriesIn(
      parseStarter(yaml(`{ 'Amazon Linux:2023 openssl': ['*'], 'npm x': ['>=1'] }`), 'x', testTally()),
    )
    expect(one?.affected).toMatchObject([
      {
        ecosystem: 'Amazon Linux',
        release: '2023',
        name: 'openssl',
        ranges: [{ events: [{ introduced: '0' }] }],
      },
      { ecosystem: 'npm', ranges: [{ type: 'SEMVER', events: [{ introduced: '1' }] }] },
    ])
  })

  it.each([
    [`{ 'Npm x': ['*'] }`, ''],
    [`{ 'npm': ['*'] }`, ''],
    [`{ 'npm x': [] }`, ''],
    [`{ 'npm x': ['~> 1'] }`, ''],
    [`{ 'npm x': ['>1'] }`, ''],
    [`{ 'npm x': [''] }`, ''],
    [`{ 'npm x': ['*'] }`, '    severety: 1\n'],
  ])('refuses a record with %s %s', (affected, more) => {
    const tally = testTally()
    expect([...parseStarter(yaml(affected, more), 'x', tally)]).toEqual([])
    expect(tally.refused).toHaveLength(1)
  })
})

describe('the starter set', () => {
  it('is read without a loss, and unchanged afterwards', async () => {
    const context = contextFor(clientFor('.'), '.')
    const parts = await readFeed(starterFeed(data), context)
    expect(parts.length).toBeGreaterThan(0)
    for (const { part, state, diagnostics } of parts)
      expect([part, state?.refused, diagnostics]).toEqual([part, 0, []])
    const again = await readFeed(starterFeed(data), contextFor(clientFor('.'), '.', statesOf(parts)))
    expect(again.every(({ outcome }) => outcome === 'unchanged')).toBe(true)
  })

  it('has bounds that their ecosystem’s scheme can compare', async () => {
    const parts = await readFeed(starterFeed(data), contextFor(clientFor('.'), '.'))
    const odd: string[] = []
    for (const { affected, id } of parts.flatMap(({ records }) => advisoriesIn(records))) {
      for (const { ecosystem, name, ranges } of affected) {
        const scheme = schemeNamed(ecosystemNamed(ecosystem)!.scheme)!
        for (const bound of ranges.flatMap(({ events }) =>
          events.flatMap((event) => Object.values<string>(event)),
        )) {
          if (bound !== '0' && isUnparsable(scheme.parse(bound))) odd.push(`${id} ${name} ${bound}`)
        }
      }
    }
    expect(odd).toEqual([])
  })

  it('fails when its folder is missing or has nothing', async () => {
    for (const folder of [join(data, 'none'), import.meta.dirname])
      expect(await readFeed(starterFeed(folder), contextFor(clientFor('.'), '.'))).toMatchObject([
        { outcome: 'failed', error: 'STARTER_UNREADABLE' },
      ])
  })
})
