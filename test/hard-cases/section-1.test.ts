// Debian and Ubuntu.
import { expect } from 'vitest'
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

const bookworm = os('debian', '12')
const bullseye = os('debian', '11')

section('section 1 (Debian, Ubuntu)', numbers(1, 10), (hardCase) => {
  hardCase(1, 'libssl3 is judged as openssl, and the finding names both', () => {
    const { findings } = assessmentOf({
      packages: [built('deb', 'libssl3', '3.0.11-1~deb12u1', 'openssl')],
      on: bookworm,
      advisories: [
        advisory('DSA-5532-1', [{ of: 'Debian:12/openssl', events: ['0', '!3.0.11-1~deb12u2'] }], {
          cves: ['CVE-2023-5363'],
        }),
        advisory('CVE-2000-0001', [{ of: 'Debian:12/libssl3', events: ['0'] }]),
      ],
    })
    expect(findings.map(({ vulnerabilityId }) => vulnerabilityId)).toEqual(['CVE-2023-5363'])
    expect(findings[0]?.packages[0]).toMatchObject({
      name: 'libssl3',
      source: 'openssl',
      fixedVersion: '3.0.11-1~deb12u2',
    })
    expect(findings[0]?.packages[0]?.evidence[0]?.key).toBe('Debian:12/openssl')
  })

  hardCase(2, 'what is compared is the version of the source, never of the binary', () => {
    const packages = [
      built('deb', 'postgresql-client', '13+225', 'postgresql-common', '225'),
      built('deb', 'libldb2', '2:2.2.3-2~deb11u2', 'samba', '2:4.13.13+dfsg-1~deb11u5'),
    ]
    const advisories = [
      advisory('CVE-2019-3466', [{ of: 'Debian:11/postgresql-common', events: ['0', '!225'] }]),
      advisory('CVE-2024-10978', [{ of: 'Debian:11/postgresql-common', events: ['0', '!225+deb11u1'] }]),
      advisory('CVE-2022-38023', [{ of: 'Debian:11/samba', events: ['0', '!2:4.13.13+dfsg-1~deb11u6'] }]),
    ]
    expect(answersOf({ packages, on: bullseye, advisories })).toEqual([
      'postgresql-client CVE-2019-3466 not-affected FIXED',
      'postgresql-client CVE-2024-10978 affected AFFECTED_RANGE 225+deb11u1',
      'libldb2 CVE-2022-38023 affected AFFECTED_RANGE 2:4.13.13+dfsg-1~deb11u6',
    ])
  })

  hardCase(3, 'a rebuild of the source that has the fix has the fix', () => {
    const advisories = [advisory('CVE-2016-6321', [{ of: 'Debian:8/tar', events: ['0', '!1.27.1-2'] }])]
    for (const item of [
      built('deb', 'tar', '1.27.1-2+b1', 'tar', '1.27.1-2'),
      pkg('deb', 'tar', '1.27.1-2+b1'),
    ])
      expect(answersOf({ packages: [item], on: os('debian', '8'), advisories })).toEqual([
        'tar CVE-2016-6321 not-affected FIXED',
      ])
    // the mark is not part of the order: with a fix in -3 the rebuild of -2 is affected
    expect(
      answersOf({
        packages: [pkg('deb', 'tar', '1.27.1-2+b1')],
        on: os('debian', '8'),
        advisories: [advisory('CVE-2018-20482', [{ of: 'Debian:8/tar', events: ['0', '!1.27.1-3'] }])],
      }),
    ).toEqual(['tar CVE-2018-20482 affected AFFECTED_RANGE 1.27.1-3'])
  })

  hardCase(4, "the tracker's states are answers of their own, and unimportant is no medium", () => {
    const of = 'Debian:12/glibc'
    const advisories = [
      advisory('CVE-2024-0001', [{ of, status: 'unfixed', urgency: 'low' }]),
      advisory('CVE-2024-0002', [{ of, status: 'wont-fix' }]),
      advisory('CVE-2024-0003', [{ of, status: 'deferred' }]),
      advisory('CVE-2024-0004', [{ of, status: 'end-of-life' }]),
      advisory('CVE-2024-0005', [{ of, status: 'investigating' }]),
      advisory('CVE-2024-0006', [{ of, status: 'not-affected' }]),
      advisory('CVE-2010-4756', [{ of, status: 'unfixed', urgency: 'unimportant' }]),
    ]
    const packages = [built('deb', 'libc6', '2.36-9+deb12u4', 'glibc')]
    expect(answersOf({ packages, on: bookworm, advisories })).toEqual([
      'libc6 CVE-2010-4756 affected VENDOR_UNFIXED no fix',
      'libc6 CVE-2024-0001 affected VENDOR_UNFIXED no fix',
      'libc6 CVE-2024-0002 affected VENDOR_WONT_FIX no fix',
      'libc6 CVE-2024-0003 affected VENDOR_DEFERRED no fix',
      'libc6 CVE-2024-0004 affected VENDOR_END_OF_LIFE no fix',
      'libc6 CVE-2024-0005 unknown VENDOR_INVESTIGATING',
      'libc6 CVE-2024-0006 not-affected VENDOR_NOT_AFFECTED',
    ])
    const cvss = [
      { version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', score: 7.5, source: 'NVD' },
    ] as const
    const rated = (id: string) => ({
      id,
      aliases: [],
      advisories: [],
      cvss,
      cwes: [],
      references: [],
      signals: {},
      withdrawn: false,
    })
    const { findings } = assessmentOf({
      packages,
      on: bookworm,
      advisories,
      reader: { vulnerabilities: [rated('CVE-2010-4756'), rated('CVE-2024-0001')] },
    })
    const severityOf = (id: string): string | undefined =>
      findings.find((one) => one.vulnerabilityId === id)?.severity
    expect(severityOf('CVE-2010-4756')).toBe('INFORMATIONAL')
    expect(severityOf('CVE-2024-0001')).toBe('HIGH')
    expect(findings.some(({ vulnerabilityId }) => vulnerabilityId === 'CVE-2024-0005')).toBe(false)
  })

  hardCase(5, "the tracker's own word beats a stale conversion of it", () => {
    const packages = [built('deb', 'libssl3', '3.0.11-1~deb12u1', 'openssl')]
    const stale = advisory('CVE-2023-5363', [{ of: 'Debian:12/openssl', events: ['0', '!3.0.12-1'] }])
    const tracker = advisory(
      'CVE-2023-5363',
      [{ of: 'Debian:12/openssl', events: ['0', '!3.0.11-1~deb12u1'] }],
      {
        feed: 'debian',
      },
    )
    expect(answersOf({ packages, on: bookworm, advisories: [stale] })).toEqual([
      'libssl3 CVE-2023-5363 affected AFFECTED_RANGE 3.0.12-1',
    ])
    expect(answersOf({ packages, on: bookworm, advisories: [stale, tracker] })).toEqual([
      'libssl3 CVE-2023-5363 not-affected FIXED',
    ])
  })

  const esm = [
    advisory(
      'UBUNTU-CVE-2023-38408',
      [
        { of: 'Ubuntu:20.04:LTS/openssh', events: ['0'] },
        { of: 'Ubuntu:Pro:20.04:LTS/openssh', events: ['0', '!1:8.2p1-4ubuntu0.20+esm1'] },
      ],
      { cves: ['CVE-2023-38408'] },
    ),
  ]
  const openssh = (version: string) => [built('deb', 'openssh-client', version, 'openssh')]

  hardCase(6, 'a fix that needs Ubuntu Pro is a partial one, unless the system has it', () => {
    const affected = { packages: openssh('1:8.2p1-4ubuntu0.20'), advisories: esm }
    expect(answersOf({ ...affected, on: os('ubuntu', '20.04') })).toEqual([
      'openssh-client CVE-2023-38408 affected FIX_NEEDS_SUBSCRIPTION 1:8.2p1-4ubuntu0.20+esm1 partial',
    ])
    expect(assessmentOf({ ...affected, on: os('ubuntu', '20.04') }).findings[0]?.fixAvailable).toBe('PARTIAL')
    expect(answersOf({ ...affected, on: os('ubuntu', '20.04', ['esm-infra']) })).toEqual([
      'openssh-client CVE-2023-38408 affected AFFECTED_RANGE 1:8.2p1-4ubuntu0.20+esm1',
    ])
  })

  hardCase(6, 'with the esm build installed it is fixed, subscribed or not', () => {
    for (const channels of [[], ['esm-infra']])
      expect(
        answersOf({
          packages: openssh('1:8.2p1-4ubuntu0.20+esm1'),
          advisories: esm,
          on: os('ubuntu', '20.04', channels),
        }),
      ).toEqual(['openssh-client CVE-2023-38408 not-affected FIXED'])
  })

  hardCase(7, 'an Ubuntu Pro system is Ubuntu, with its channels', async () => {
    const inventory = await inventoryOfFiles({
      'etc/os-release':
        'NAME="Ubuntu"\nVERSION_ID="20.04"\nID=ubuntu\nID_LIKE=debian\nPRETTY_NAME="Ubuntu Pro 20.04.6 LTS"\n',
      'etc/apt/sources.list.d/ubuntu-esm-infra.list':
        'deb https://esm.ubuntu.com/infra/ubuntu focal-infra-security main\n',
      'var/lib/dpkg/status':
        'Package: openssh-client\nStatus: install ok installed\nArchitecture: amd64\nSource: openssh\nVersion: 1:8.2p1-4ubuntu0.20\nDescription: x\n',
    })
    expect(inventory.distribution).toMatchObject({
      id: 'ubuntu',
      versionId: '20.04',
      channels: ['esm-infra'],
    })
    expect(answersOf({ packages: inventory.packages, on: inventory.distribution!, advisories: esm })).toEqual(
      ['openssh-client CVE-2023-38408 affected AFFECTED_RANGE 1:8.2p1-4ubuntu0.20+esm1'],
    )
  })

  hardCase(8, 'distroless: stanzas without status beside md5sums files are packages', async () => {
    const { packages, distribution } = await inventoryOfFiles({
      'etc/os-release': 'PRETTY_NAME="Distroless"\nNAME="Debian GNU/Linux"\nID="debian"\nVERSION_ID="12"\n',
      'var/lib/dpkg/status.d/libssl3':
        'Package: libssl3\nSource: openssl\nVersion: 3.0.11-1~deb12u1\nArchitecture: amd64\nDescription: x\n',
      'var/lib/dpkg/status.d/libssl3.md5sums':
        'd41d8cd98f00b204e9800998ecf8427e  usr/lib/x86_64-linux-gnu/libssl.so.3\n',
      'nodejs/bin/node': '#!/bin/false\n',
    })
    expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual(['libssl3 3.0.11-1~deb12u1'])
    expect(
      answersOf({
        packages,
        on: distribution!,
        advisories: [
          advisory('CVE-2023-5363', [{ of: 'Debian:12/openssl', events: ['0', '!3.0.11-1~deb12u2'] }]),
        ],
      }),
    ).toEqual(['libssl3 CVE-2023-5363 affected AFFECTED_RANGE 3.0.11-1~deb12u2'])
  })

  hardCase(9, 'a release without advisories is not assessed, which is not clean', () => {
    const advisories = [advisory('CVE-2023-5363', [{ of: 'Debian:12/openssl', events: ['0'] }])]
    const packages = [
      built('deb', 'libssl1.0.0', '1.0.1t-1+deb8u12', 'openssl'),
      pkg('deb', 'bash', '4.3-11'),
    ]
    for (const on of [os('debian', '8'), { ...os('debian'), codename: 'sid' }]) {
      const { findings, unknowns } = assessmentOf({ packages, on, advisories })
      expect(findings).toEqual([])
      expect(unknowns).toMatchObject([
        { code: 'NOT_ASSESSED', packages: [packages[1]?.purl, packages[0]?.purl] },
      ])
    }
  })

  hardCase(9, 'an end of life is a finding of its own', () => {
    const { findings } = assessmentOf({
      packages: [],
      on: os('debian', '8'),
      advisories: [],
      reader: {
        cycles: [{ product: 'debian', cycle: '8', endOfLife: '2018-06-17', extendedSupport: '2020-06-30' }],
      },
    })
    expect(findings).toMatchObject([
      { type: 'END_OF_LIFE', vulnerabilityId: 'EOL-debian-8', severity: 'HIGH' },
    ])
  })

  hardCase(10, 'kernel headers in an image have no vulnerabilities of the kernel', () => {
    const advisories = [advisory('CVE-2024-1086', [{ of: 'Debian:12/linux', events: ['0', '!6.1.76-1'] }])]
    const packages = [
      built('deb', 'linux-libc-dev', '6.1.69-1', 'linux'),
      built('deb', 'linux-image-6.1.0-17-amd64', '6.1.69-1', 'linux-signed-amd64', '6.1.69+1'),
    ]
    expect(answersOf({ packages, on: bookworm, advisories })).toEqual([
      'linux-libc-dev CVE-2024-1086 not-affected KERNEL_HEADERS',
      'linux-image-6.1.0-17-amd64 CVE-2024-1086 not-affected KERNEL_NOT_USED',
    ])
    expect(answersOf({ packages, on: bookworm, advisories, kind: 'disk' })).toEqual([
      'linux-libc-dev CVE-2024-1086 not-affected KERNEL_HEADERS',
      'linux-image-6.1.0-17-amd64 CVE-2024-1086 affected AFFECTED_RANGE 6.1.76-1',
    ])
  })

  hardCase(
    10,
    'neither have programs that are built along with the kernel, and what only sounds like it is judged',
    () => {
      const advisories = [
        advisory('CVE-2024-1086', [{ of: 'Debian:12/linux', events: ['0', '!6.1.76-1'] }]),
        advisory('CVE-2024-2', [{ of: 'Debian:12/linux-atm', events: ['0'] }]),
      ]
      const packages = [
        built('deb', 'linux-perf', '6.1.69-1', 'linux'),
        built('deb', 'bpftool', '7.1.0+6.1.69-1', 'linux', '6.1.69-1'),
        built('deb', 'libatm1', '1:2.5.1-4', 'linux-atm'),
      ]
      expect(answersOf({ packages, on: bookworm, advisories })).toEqual([
        'linux-perf CVE-2024-1086 not-affected KERNEL_TOOLS',
        'bpftool CVE-2024-1086 not-affected KERNEL_TOOLS',
        'libatm1 CVE-2024-2 affected AFFECTED_RANGE no fix',
      ])
    },
  )
})
