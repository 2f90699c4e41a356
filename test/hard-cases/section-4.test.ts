// Alpine, Wolfi, Chainguard.
import { expect } from 'vitest'
import { isUnparsable, schemeNamed } from '../../src/versions/index.ts'
import {
  advisory,
  answersOf,
  assessmentOf,
  built,
  inventoryOfFiles,
  numbers,
  os,
  pkg,
  section,
} from './support.ts'

const alpine = os('alpine', '3.19.1')

section('section 4 (Alpine, Wolfi, Chainguard)', numbers(27, 31), (hardCase) => {
  const openssl = advisory('CVE-2023-0464', [{ of: 'Alpine:v3.19/openssl', events: ['0', '!3.1.0-r1'] }])

  hardCase(27, 'a package of another release beside its successor is not assessed', () => {
    const packages = [
      built('apk', 'libssl1.1', '1.1.1w-r1', 'openssl'),
      built('apk', 'libssl3', '3.1.0-r0', 'openssl'),
    ]
    expect(answersOf({ packages, on: alpine, advisories: [openssl] })).toEqual([
      'libssl1.1 unknown FOREIGN_RELEASE',
      'libssl3 CVE-2023-0464 affected AFFECTED_RANGE 3.1.0-r1',
    ])
  })

  hardCase(27, 'a package that says which release it came from is judged by that one', () => {
    const packages = [{ ...built('apk', 'libssl3', '3.0.8-r0', 'openssl'), origin: 'alpine/v3.17/main' }]
    const other = advisory('CVE-2023-0465', [{ of: 'Alpine:v3.17/openssl', events: ['0', '!3.0.8-r1'] }])
    expect(answersOf({ packages, on: alpine, advisories: [openssl, other] })).toEqual([
      'libssl3 CVE-2023-0465 affected AFFECTED_RANGE 3.0.8-r1',
    ])
  })

  hardCase(27, "apk's groups of build dependencies are no software", () => {
    const packages = [pkg('apk', '.build-deps', '20240101.120000'), pkg('apk', 'musl', '1.2.4-r0')]
    expect(assessmentOf({ packages, on: alpine, advisories: [] }).unknowns).toMatchObject([
      { code: 'NOT_ASSESSED', packages: ['pkg:apk/musl@1.2.4-r0'] },
    ])
  })

  hardCase(28, 'fixed in 0 means never affected', () => {
    const of = 'Alpine:v3.19/xz'
    const packages = [pkg('apk', 'xz', '5.4.5-r0')]
    const asEvents = advisory('CVE-2024-3094', [{ of, events: ['0', '!0'] }])
    const asStatus = advisory('CVE-2024-3094', [{ of, status: 'not-affected' }])
    expect(answersOf({ packages, on: alpine, advisories: [asEvents] })).toEqual([
      'xz CVE-2024-3094 not-affected OUTSIDE_RANGE',
    ])
    expect(answersOf({ packages, on: alpine, advisories: [asStatus] })).toEqual([
      'xz CVE-2024-3094 not-affected VENDOR_NOT_AFFECTED',
    ])
  })

  hardCase(29, 'the release is read from the system, and edge is its own', async () => {
    const installed = 'P:musl\nV:1.2.4-r0\nA:x86_64\no:musl\n\n'
    const release = 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.19.1\n'
    const files = {
      'lib/apk/db/installed': installed,
      'etc/os-release': release,
      'etc/alpine-release': '3.19.1\n',
    }
    const advisories = [advisory('CVE-2025-26519', [{ of: 'Alpine:v3.19/musl', events: ['0', '!1.2.4-r3'] }])]
    const { packages, distribution } = await inventoryOfFiles(files)
    expect(answersOf({ packages, on: distribution!, advisories })).toEqual([
      'musl CVE-2025-26519 affected AFFECTED_RANGE 1.2.4-r3',
    ])
    const edge = { ...os('alpine', '3.20_alpha20240329') }
    expect(answersOf({ packages, on: edge, advisories })).toEqual(['musl unknown NOT_ASSESSED'])
  })

  hardCase(30, "Alpine's order", () => {
    const apk = schemeNamed('apk')!
    const ordered = [
      '1.2_alpha',
      '1.2_alpha2',
      '1.2_beta',
      '1.2_pre',
      '1.2_rc1',
      '1.2',
      '1.2-r1',
      '1.2-r10',
      '1.2_cvs1',
      '1.2_p1',
      '1.2_p2',
      '1.2a',
      '1.2b',
      '1.2.1',
      '1.10',
    ].map((text) => {
      const parsed = apk.parse(text)
      if (isUnparsable(parsed)) throw new Error(text)
      return parsed
    })
    for (const [index, a] of ordered.entries())
      for (const b of ordered.slice(index + 1)) {
        expect(apk.compare(a, b), `${a.text} < ${b.text}`).toBeLessThan(0)
        expect(apk.compare(b, a), `${b.text} > ${a.text}`).toBeGreaterThan(0)
      }
  })

  hardCase(31, 'rolling distributions have no release, and their own feed beats its twin', () => {
    const of = 'Wolfi/curl'
    const packages = [built('apk', 'libcurl-openssl4', '8.5.0-r2', 'curl')]
    const on = os('wolfi', '20230201')
    const twin = advisory('CGA-aaaa-bbbb-cccc', [{ of, events: ['0', '!8.6.0-r0'] }], {
      cves: ['CVE-2024-0853'],
    })
    const own = advisory('CVE-2024-0853', [{ of, events: ['0', '!8.5.0-r2'] }], { feed: 'wolfi' })
    expect(answersOf({ packages, on, advisories: [twin] })).toEqual([
      'libcurl-openssl4 CVE-2024-0853 affected AFFECTED_RANGE 8.6.0-r0',
    ])
    expect(answersOf({ packages, on, advisories: [twin, own] })).toEqual([
      'libcurl-openssl4 CVE-2024-0853 not-affected FIXED',
    ])
  })

  hardCase(31, 'an apk named ruby has nothing to do with a gem of that name', () => {
    const advisories = [
      advisory('GHSA-aaaa-bbbb-cccc', [{ of: 'RubyGems/ruby', events: ['0'] }]),
      advisory('CGA-dddd-eeee-ffff', [{ of: 'Wolfi/ruby', events: ['0', '!3.0.0-r0'] }]),
    ]
    expect(
      answersOf({
        packages: [pkg('apk', 'ruby', '3.2.0-r1')],
        on: os('wolfi'),
        advisories,
        include: 'findings',
      }),
    ).toEqual([])
  })
})
