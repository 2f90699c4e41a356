// Advisory formats.
import { expect } from 'vitest'
import { advisory, answersOf, assessmentOf, numbers, os, pkg, section } from './support.ts'

const npm = (version: string) => [pkg('npm', 'some-package', version)]
const of = 'npm/some-package'

section('section 6 (advisory formats)', numbers(44, 52), (hardCase) => {
  hardCase(44, 'a listed version or any range, in any order of events, with limits', () => {
    const entry = {
      of,
      events: ['!2.3.0', '1.0.0', '2.0.0', '!1.4.0'],
      versions: ['0.1.0', '5.0.0'],
    }
    const answer = (version: string): string | undefined =>
      answersOf({ packages: npm(version), advisories: [advisory('CVE-2024-1', [entry])] })[0]
    expect(['0.1.0', '5.0.0'].map(answer)).toEqual(
      Array.from({ length: 2 }, () => 'some-package CVE-2024-1 affected AFFECTED_LISTED no fix'),
    )
    expect(answer('1.2.0')).toBe('some-package CVE-2024-1 affected AFFECTED_RANGE 1.4.0')
    expect(answer('2.2.9')).toBe('some-package CVE-2024-1 affected AFFECTED_RANGE 2.3.0')
    for (const version of ['0.9.0', '1.4.0', '1.9.0', '2.3.0', '6.0.0'])
      expect(answer(version)).toContain('not-affected')
  })

  hardCase(44, 'last_affected is inclusive, limit ends what is looked at', () => {
    const last = advisory('CVE-2024-2', [{ of, events: ['0', '~1.2.0'] }])
    const limit = advisory('CVE-2024-3', [{ of, events: ['0', '^2.0.0'] }])
    const affected = (version: string): readonly string[] =>
      answersOf({ packages: npm(version), advisories: [last, limit], include: 'findings' })
    expect(affected('1.2.0')).toEqual([
      'some-package CVE-2024-2 affected AFFECTED_RANGE no fix',
      'some-package CVE-2024-3 affected AFFECTED_RANGE no fix',
    ])
    expect(affected('1.2.1')).toEqual(['some-package CVE-2024-3 affected AFFECTED_RANGE no fix'])
    expect(affected('2.0.0')).toEqual([])
  })

  hardCase(
    44,
    'a version list that is spelled in another way counts, and an entry without any range cannot be told',
    () => {
      const listed = advisory('PYSEC-2024-6', [{ of: 'PyPI/black', versions: ['23.0'] }], {
        cves: ['CVE-2024-21503'],
      })
      expect(answersOf({ packages: [pkg('pypi', 'black', '23.0.0')], advisories: [listed] })).toEqual([
        'black CVE-2024-21503 affected AFFECTED_LISTED no fix',
      ])
      const gitOnly = advisory('PYSEC-2024-7', [{ of: 'PyPI/black' }], { cves: ['CVE-2024-2'] })
      expect(answersOf({ packages: [pkg('pypi', 'black', '23.0.0')], advisories: [gitOnly] })).toEqual([
        'black CVE-2024-2 unknown ADVISORY_WITHOUT_RANGE',
      ])
    },
  )

  hardCase(44, 'a bound that is no version has no say: neither affected nor fixed', () => {
    const broken = advisory('CVE-2024-4', [{ of, events: ['0', '!not-a-version'] }])
    expect(answersOf({ packages: npm('1.0.0'), advisories: [broken] })).toEqual([
      'some-package CVE-2024-4 unknown ADVISORY_VERSION_UNPARSABLE',
    ])
  })

  hardCase(45, "GitHub's upper bound beside the range holds", () => {
    const entry = {
      of: 'npm/some-package',
      ranges: [{ type: 'ECOSYSTEM' as const, events: [{ introduced: '0' }], lastKnownAffected: '<= 1.2.0' }],
    }
    const advisories = [advisory('GHSA-5mg8-w23w-74h3', [entry])]
    expect(answersOf({ packages: npm('1.2.0'), advisories })).toEqual([
      'some-package GHSA-5mg8-w23w-74h3 affected AFFECTED_RANGE no fix',
    ])
    expect(answersOf({ packages: npm('1.2.1'), advisories })).toEqual([
      'some-package GHSA-5mg8-w23w-74h3 not-affected OUTSIDE_RANGE',
    ])
  })

  hardCase(46, 'one record about two CVEs is two findings, and no id is lost', () => {
    const record = advisory('GHSA-aaaa-bbbb-cccc', [{ of, events: ['0', '!2.0.0'] }], {
      cves: ['CVE-2024-1', 'CVE-2024-2'],
    })
    expect(answersOf({ packages: npm('1.0.0'), advisories: [record] })).toEqual([
      'some-package CVE-2024-1 affected AFFECTED_RANGE 2.0.0',
      'some-package CVE-2024-2 affected AFFECTED_RANGE 2.0.0',
    ])
  })

  hardCase(47, 'a withdrawn record is no finding; restored, it is the same finding', () => {
    const record = advisory('GHSA-mq92-jr35-ffpc', [{ of, events: ['0'] }], { cves: ['CVE-2024-7038'] })
    const withdrawn = { ...record, withdrawn: '2024-10-15T00:00:00Z' }
    const find = (one: typeof record) => assessmentOf({ packages: npm('1.0.0'), advisories: [one] }).findings
    expect(find(withdrawn)).toEqual([])
    expect(find(record).map(({ id }) => id)).toEqual(
      find({ ...record, modified: '2026-02-02T00:00:00Z' }).map(({ id }) => id),
    )
    expect(find(record)).toHaveLength(1)
  })

  hardCase(48, 'a rejected CVE goes, unless the vendor of the package upholds it', () => {
    const reader = { signals: { 'CVE-2024-1': { nvd: { cvss: [], cwes: [], status: 'Rejected' } } } }
    expect(
      answersOf({
        packages: npm('1.0.0'),
        advisories: [advisory('CVE-2024-1', [{ of, events: ['0'] }])],
        reader,
      }),
    ).toEqual(['some-package CVE-2024-1 not-affected REJECTED'])
    expect(
      answersOf({
        packages: [pkg('deb', 'curl', '7.88.1-10')],
        on: os('debian', '12'),
        advisories: [advisory('CVE-2024-1', [{ of: 'Debian:12/curl', events: ['0'] }])],
        reader,
      }),
    ).toEqual(['curl CVE-2024-1 affected AFFECTED_RANGE no fix'])
  })

  hardCase(48, 'a disputed CVE stays, and says that it is disputed', () => {
    const { findings } = assessmentOf({
      packages: npm('1.0.0'),
      advisories: [advisory('CVE-2024-1', [{ of, events: ['0'] }])],
      reader: {
        signals: {
          'CVE-2024-1': {
            nvd: { cvss: [], cwes: [], status: 'Analyzed', disputed: true, description: 'A flaw.' },
          },
        },
      },
    })
    expect(findings).toMatchObject([
      { description: 'Disputed: whether this is a vulnerability at all is contested.\n\nA flaw.' },
    ])
  })

  hardCase(49, 'without an end there is no fix, and when it comes the finding is the same', () => {
    const open = advisory('GO-2024-1', [{ of, events: ['0', '!1.0.0', '1.2.0'] }])
    const closed = advisory('GO-2024-1', [{ of, events: ['0', '!1.0.0', '1.2.0', '!1.5.0'] }])
    const [before] = assessmentOf({ packages: npm('1.3.0'), advisories: [open] }).findings
    const [after] = assessmentOf({ packages: npm('1.3.0'), advisories: [closed] }).findings
    expect([before?.fixAvailable, after?.fixAvailable]).toEqual(['NO', 'YES'])
    expect(after?.id).toBe(before?.id)
  })

  hardCase(50, 'a fix for some of the packages only is a partial one', () => {
    const record = advisory('CVE-2024-1', [
      { of, events: ['0', '!2.0.0'] },
      { of: 'npm/other-package', events: ['0'] },
    ])
    const { findings } = assessmentOf({
      packages: [...npm('1.0.0'), pkg('npm', 'other-package', '1.0.0')],
      advisories: [record],
    })
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({ fixAvailable: 'PARTIAL' })
    expect(findings[0]?.packages.map(({ name, fixedVersion }) => [name, fixedVersion])).toEqual([
      ['other-package', undefined],
      ['some-package', '2.0.0'],
    ])
  })

  hardCase(51, 'without a version it is neither affected nor not: a note', () => {
    const advisories = [advisory('CVE-2024-1', [{ of, events: ['0'] }])]
    const { findings, unknowns } = assessmentOf({ packages: npm(''), advisories })
    expect(findings).toEqual([])
    expect(unknowns).toMatchObject([{ code: 'NO_VERSION' }])
  })

  hardCase(52, 'Windows updates are out of reach: what is found there is never called clean', () => {
    const { findings, unknowns } = assessmentOf({
      packages: [pkg('generic', 'KB5034441', '1')],
      advisories: [],
    })
    expect(findings).toEqual([])
    expect(unknowns).toMatchObject([{ code: 'NO_ECOSYSTEM', packages: ['pkg:generic/KB5034441@1'] }])
  })
})
