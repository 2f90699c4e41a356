import { describe, expect, it } from 'vitest'
import { signalsIn, testTally } from '../testing.ts'
import { parseKev } from './parse.ts'

/** The first entry of the catalogue of 2025-08-25, texts shortened. */
const git = {
  cveID: 'CVE-2025-48384',
  vendorProject: 'Git',
  dateAdded: '2025-08-25',
  requiredAction: 'Apply mitigations per vendor instructions.',
  dueDate: '2025-09-15',
  knownRansomwareCampaignUse: 'Unknown',
  notes: '',
  cwes: ['CWE-59'],
}

const catalogue = (vulnerabilities: readonly unknown[], more: object = {}): string =>
  JSON.stringify({
    dateReleased: '2025-08-25T17:04:19.9796Z',
    count: vulnerabilities.length,
    vulnerabilities,
    ...more,
  })

describe('the KEV catalogue', () => {
  it('gives a signal for each CVE', () => {
    const tally = testTally()
    const other = { ...git, cveID: 'CVE-2021-44228', knownRansomwareCampaignUse: 'Known', dueDate: undefined }
    const signals = signalsIn(parseKev(catalogue([git, other]), tally))
    expect(signals.get('CVE-2025-48384')).toEqual({
      kev: {
        dateAdded: '2025-08-25',
        dueDate: '2025-09-15',
        requiredAction: 'Apply mitigations per vendor instructions.',
        ransomware: false,
      },
    })
    expect(signals.get('CVE-2021-44228')?.kev).toMatchObject({ ransomware: true })
    expect(tally.refused).toEqual([])
    expect(tally.dates).toEqual(['2025-08-25T17:04:19.9796Z'])
  })

  it.each([{ cveID: 'CVE-1' }, { dateAdded: 'today' }, { dateAdded: undefined }])(
    'refuses an entry with %o',
    (odd) => {
      const tally = testTally()
      expect(signalsIn(parseKev(catalogue([{ ...git, ...odd }, git]), tally)).size).toBe(1)
      expect(tally.refused).toHaveLength(1)
    },
  )

  it.each([
    ['no JSON', '<html>'],
    ['no catalogue', '{}'],
    ['fewer entries than announced', catalogue([git], { count: 2 })],
  ])('throws for %s', (_name, text) => {
    expect(() => [...parseKev(text, testTally())]).toThrow()
  })
})
