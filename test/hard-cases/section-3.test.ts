// Amazon Linux.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { isUnparsable, schemeNamed } from '../../src/versions/index.ts'
import { advisory, answersOf, assessmentOf, inventoryAt, numbers, os, pkg, section } from './support.ts'

const al2 = os('amzn', '2')
const al2023 = os('amzn', '2023')
const amazon = { feed: 'amazon', source: 'AMAZON' }

section('section 3 (Amazon Linux)', numbers(20, 26), (hardCase) => {
  hardCase(20, 'versions are ordered as rpm orders them, not as dpkg does', () => {
    const rpm = schemeNamed('rpm')!
    const compare = (a: string, b: string): number => {
      const [left, right] = [rpm.parse(a), rpm.parse(b)]
      if (isUnparsable(left) || isUnparsable(right)) throw new Error(`${a} or ${b}`)
      return Math.sign(rpm.compare(left, right))
    }
    expect(compare('1.0.b08-1.amzn2', '1.0.9-1.amzn2')).toBe(-1)
    expect(compare('1.2^20200101-1.amzn2023', '1.2.1-1.amzn2023')).toBe(-1)
    expect(compare('2.0_1', '2.0.1')).toBe(0)
    const advisories = [
      advisory('ALAS-1', [{ of: 'Amazon Linux:2/giflib', events: ['0', '!1.0.9-1.amzn2'] }], amazon),
    ]
    expect(answersOf({ packages: [pkg('rpm', 'giflib', '1.0.b08-1.amzn2')], on: al2, advisories })).toEqual([
      'giflib ALAS-1 affected AFFECTED_RANGE 1.0.9-1.amzn2',
    ])
  })

  hardCase(20, 'a release that is not known is not assessed, and never taken for another', () => {
    const advisories = [advisory('ALAS-1', [{ of: 'Amazon Linux:1/curl', events: ['0'] }], amazon)]
    const packages = [pkg('rpm', 'curl', '8.0.0-1.amzn2027')]
    expect(answersOf({ packages, on: os('amzn', '2027'), advisories })).toEqual(['curl unknown NOT_ASSESSED'])
    expect(answersOf({ packages, on: os('amzn', '2018.03'), advisories })).toEqual([
      'curl ALAS-1 affected AFFECTED_RANGE no fix',
    ])
  })

  const core = advisory(
    'ALAS2-2024-1',
    [{ of: 'Amazon Linux:2/kernel', channel: 'core', events: ['0', '!4.14.336-256.557.amzn2'] }],
    { ...amazon, cves: ['CVE-2024-1086'] },
  )
  const extra = advisory(
    'ALAS2KERNEL-5.10-2024-2',
    [
      {
        of: 'Amazon Linux:2/kernel',
        channel: 'extras/kernel-5.10',
        events: ['0', '!5.10.210-201.852.amzn2'],
      },
    ],
    { ...amazon, cves: ['CVE-2024-1086'] },
  )
  const kernel = (version: string) => ({
    packages: [pkg('rpm', 'kernel', version)],
    on: al2,
    kind: 'host' as const,
  })

  hardCase(
    21,
    'a kernel of an extra is judged by its own advisory, and the fix of the core kernel does not clear it',
    () => {
      expect(answersOf({ ...kernel('5.10.205-195.807.amzn2'), advisories: [core, extra] })).toEqual([
        'kernel CVE-2024-1086 affected AFFECTED_RANGE 5.10.210-201.852.amzn2',
      ])
      expect(answersOf({ ...kernel('4.14.330-1.amzn2'), advisories: [core, extra] })).toEqual([
        'kernel CVE-2024-1086 affected AFFECTED_RANGE 4.14.336-256.557.amzn2',
      ])
      expect(answersOf({ ...kernel('5.10.205-195.807.amzn2'), advisories: [core] })).toEqual([
        'kernel unknown LINE_NOT_COVERED',
      ])
    },
  )

  hardCase(22, 'an advisory of the 5.4 line is about 5.4 only', () => {
    const line = advisory(
      'ALASKERNEL-5.4-2023-048',
      [
        {
          of: 'Amazon Linux:2/kernel',
          channel: 'extras/kernel-5.4',
          events: ['0', '!5.4.247-162.350.amzn2'],
        },
      ],
      { ...amazon, cves: ['CVE-2023-3090'] },
    )
    expect(answersOf({ ...kernel('5.4.240-1.amzn2'), advisories: [line] })).toEqual([
      'kernel CVE-2023-3090 affected AFFECTED_RANGE 5.4.247-162.350.amzn2',
    ])
    for (const version of ['4.14.330-1.amzn2', '5.10.100-1.amzn2', '5.15.1-1.amzn2'])
      expect(answersOf({ ...kernel(version), advisories: [line] })).toEqual([
        'kernel unknown LINE_NOT_COVERED',
      ])
  })

  hardCase(23, 'a live patch is not the kernel', () => {
    const livepatch = advisory(
      'ALAS2023LIVEPATCH-2024-1',
      [
        {
          of: 'Amazon Linux:2023/kernel-livepatch-6.1.66-91.160',
          channel: 'livepatch',
          events: ['0', '!1.0-2.amzn2023'],
        },
      ],
      { ...amazon, cves: ['CVE-2023-6817'] },
    )
    const packages = [
      pkg('rpm', 'kernel', '6.1.66-91.160.amzn2023'),
      pkg('rpm', 'kernel-livepatch-6.1.66-91.160', '1.0-1.amzn2023'),
    ]
    expect(answersOf({ packages, on: al2023, kind: 'host', advisories: [livepatch] })).toEqual([
      'kernel-livepatch-6.1.66-91.160 CVE-2023-6817 affected AFFECTED_RANGE 1.0-2.amzn2023',
    ])
  })

  hardCase(24, 'affected without a fix yet is a finding without a fix', () => {
    const { findings } = assessmentOf({
      packages: [pkg('rpm', 'curl', '8.3.0-1.amzn2.0.8')],
      on: al2,
      advisories: [advisory('CVE-2025-0167', [{ of: 'Amazon Linux:2/curl', status: 'unfixed' }], amazon)],
    })
    expect(findings).toMatchObject([{ vulnerabilityId: 'CVE-2025-0167', fixAvailable: 'NO' }])
  })

  const owner = pkg('rpm', 'python3-urllib3', '1.25.10-5.amzn2023.0.2')
  const owned = pkg('pypi', 'urllib3', '1.25.10', { ownedBy: owner.purl })
  const upstream = advisory('GHSA-v845-jxx5-vc9f', [{ of: 'PyPI/urllib3', events: ['0', '!1.26.17'] }], {
    cves: ['CVE-2023-43804'],
  })
  const alas = advisory(
    'ALAS2023-2023-396',
    [{ of: 'Amazon Linux:2023/python3-urllib3', events: ['0', '!1.25.10-5.amzn2023.0.2'] }],
    {
      ...amazon,
      cves: ['CVE-2023-43804'],
    },
  )
  const other = advisory('ALAS2023-2023-1', [{ of: 'Amazon Linux:2023/curl', events: ['0'] }], amazon)

  hardCase(
    25,
    'a Python package of an rpm is judged by the ALAS about it; where the vendor is silent, upstream is kept with less confidence',
    () => {
      const packages = [owner, owned]
      const told = { packages, on: al2023, advisories: [upstream, alas] }
      expect(answersOf(told)).toEqual([
        'python3-urllib3 CVE-2023-43804 not-affected FIXED',
        'urllib3 CVE-2023-43804 not-affected OWNED_BY_OS_PACKAGE',
      ])
      expect(assessmentOf(told).findings).toEqual([])
      const silent = { packages, on: al2023, advisories: [upstream, other] }
      expect(answersOf(silent)).toEqual(['urllib3 CVE-2023-43804 affected VENDOR_SILENT 1.26.17'])
      expect(assessmentOf(silent).findings[0]?.packages[0]).toMatchObject({
        name: 'urllib3',
        confidence: 'upstream',
      })
    },
  )

  hardCase(26, 'a disk image is refused by name, never called clean', async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'hard-case-'))
    try {
      const disk = Buffer.alloc(64 * 1024)
      disk.write('EFI PART', 4096, 'latin1')
      const file = join(scratch, 'disk.img')
      await writeFile(file, disk)
      await expect(inventoryAt(file, scratch)).rejects.toMatchObject({ code: 'TARGET_UNKNOWN' })
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
  })
})
