import { describe, expect, it } from 'vitest'
import type { Advisory } from '../../../model/index.ts'
import { advisoriesIn, testTally } from '../testing.ts'
import { parseDebianTracker } from './parse.ts'

const options = { part: 'debian-tracker', instant: '2026-01-01T00:00:00Z' }

function read(tracker: unknown, tally = testTally()): ReadonlyMap<string, Advisory> {
  const all = advisoriesIn(parseDebianTracker(JSON.stringify(tracker), options, tally))
  return new Map(all.map((one) => [one.id, one]))
}

const entry = (state: object, codename = 'bookworm'): unknown => ({
  openssl: { 'CVE-2023-0001': { scope: 'local', releases: { [codename]: { repositories: {}, ...state } } } },
})

describe('Debian’s tracker', () => {
  // The states of https://security-team.debian.org/security_tracker.html#issues-not-warranting-a-security-advisory
  it.each([
    [
      { status: 'resolved', fixed_version: '3.0.11-1~deb12u2', urgency: 'not yet assigned' },
      'affected',
      undefined,
      1,
    ],
    [{ status: 'resolved', fixed_version: '0', urgency: 'unimportant' }, 'not-affected', 'unimportant', 0],
    [{ status: 'resolved', urgency: 'low' }, 'investigating', 'low', 0],
    [{ status: 'open', urgency: 'not yet assigned' }, 'unfixed', undefined, 0],
    [{ status: 'open', urgency: 'unimportant' }, 'unfixed', 'unimportant', 0],
    [{ status: 'open', urgency: 'low', nodsa: 'Minor issue', nodsa_reason: '' }, 'unfixed', 'low', 0],
    [{ status: 'open', urgency: 'low', nodsa: 'Minor issue' }, 'unfixed', 'low', 0],
    [{ status: 'open', nodsa: 'Too intrusive', nodsa_reason: 'ignored' }, 'wont-fix', undefined, 0],
    [{ status: 'open', nodsa: 'Next point release', nodsa_reason: 'postponed' }, 'deferred', undefined, 0],
    [{ status: 'open', urgency: 'end-of-life' }, 'end-of-life', 'end-of-life', 0],
    [{ status: 'undetermined', urgency: 'not yet assigned' }, 'investigating', undefined, 0],
  ] as const)('%j is %s', (state, status, urgency, ranges) => {
    const [affected] = read(entry(state)).get('CVE-2023-0001')?.affected ?? []
    expect(affected).toMatchObject({ ecosystem: 'Debian', release: '12', name: 'openssl', status })
    expect(affected?.urgency).toBe(urgency)
    expect(affected?.ranges).toHaveLength(ranges)
  })

  it.each([
    ['jessie', '8'],
    ['trixie', '13'],
    ['sid', 'sid'],
    ['unheard-of', 'unheard-of'],
  ])('files %s under %s', (codename, release) => {
    const one = read(entry({ status: 'open' }, codename)).get('CVE-2023-0001')
    expect(one?.affected[0]?.release).toBe(release)
  })

  it('gives one advisory per vulnerability, whatever the number of packages', () => {
    const state = { releases: { sid: { status: 'open' } } }
    const found = read({
      b: { 'CVE-2023-0001': { ...state, description: 'Text' } },
      a: { 'CVE-2023-0001': state, 'TEMP-0841856-B18BAF': state },
    })
    expect(found.get('CVE-2023-0001')).toMatchObject({
      details: 'Text',
      cves: ['CVE-2023-0001'],
      source: 'DEBIAN',
    })
    expect(found.get('CVE-2023-0001')?.affected).toHaveLength(2)
    expect(found.get('TEMP-0841856-B18BAF')?.cves).toEqual([])
  })

  it('loses one entry to a bad one, and throws when the whole is none', () => {
    const tally = testTally()
    const good = { releases: { sid: { status: 'open' } } }
    const bad = { releases: { sid: { status: 'odd' } } }
    expect(read({ a: { 'CVE-2023-0001': good, 'CVE-2023-0002': bad, 'CVE-2023-0003': 7 } }, tally).size).toBe(
      1,
    )
    expect(tally.refused).toHaveLength(2)
    for (const text of ['', '[]', '{"a":7}'])
      expect(() => [...parseDebianTracker(text, options, testTally())]).toThrow()
  })
})
