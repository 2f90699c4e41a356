// The RPM family.
import { expect } from 'vitest'
import { advisory, answersOf, assessmentOf, built, matchesOf, numbers, os, pkg, section } from './support.ts'

const alma = os('almalinux', '9.4')
const alma8 = os('almalinux', '8.10')
const rhel = (channels: readonly string[] = []) => os('rhel', '9.4', channels)

section('section 2 (RPM family)', numbers(11, 19), (hardCase) => {
  hardCase(11, 'an epoch of 0 may be written or not', () => {
    for (const [installed, fixed] of [
      ['0:1.2-3', '1.2-3'],
      ['1.2-3', '0:1.2-3'],
    ] as const)
      expect(
        answersOf({
          packages: [pkg('rpm', 'pcre2', installed)],
          on: alma,
          advisories: [advisory('CVE-2024-1', [{ of: 'AlmaLinux:9/pcre2', events: ['0', `!${fixed}`] }])],
        }),
      ).toEqual(['pcre2 CVE-2024-1 not-affected FIXED'])
  })

  hardCase(
    11,
    'an epoch weighs more than any version, and one that an SBOM lost is taken from the advisory',
    () => {
      const advisories = [
        advisory('CVE-2024-1', [{ of: 'AlmaLinux:9/bind', events: ['0', '!32:9.16.23-18'] }]),
      ]
      const answer = (version: string, kind: 'image' | 'sbom') =>
        answersOf({ packages: [pkg('rpm', 'bind', version)], on: alma, advisories, kind })
      expect(answer('32:9.16.23-11', 'image')).toEqual([
        'bind CVE-2024-1 affected AFFECTED_RANGE 32:9.16.23-18',
      ])
      expect(answer('9.18.1-1', 'image')).toEqual(['bind CVE-2024-1 affected AFFECTED_RANGE 32:9.16.23-18'])
      expect(answer('9.18.1-1', 'sbom')).toEqual(['bind CVE-2024-1 not-affected FIXED'])
      expect(answer('9.16.23-11', 'sbom')).toEqual(['bind CVE-2024-1 affected AFFECTED_RANGE 32:9.16.23-18'])
    },
  )

  const httpd = (module?: string) => [
    pkg('rpm', 'httpd', '0:2.4.37-10.module_el8.3.0+2167+f1b2e2b6', module === undefined ? {} : { module }),
  ]

  hardCase(12, "a module's stream decides, by the entry's own word", () => {
    const fixed = '!0:2.4.37-30.module_el8.4.0+2300+aaaa'
    const advisories = [
      advisory('CVE-2018-17199', [{ of: 'AlmaLinux:8/httpd', module: 'httpd:2.4', events: ['0', fixed] }]),
    ]
    const answer = (module?: string) => answersOf({ packages: httpd(module), on: alma8, advisories })
    expect(answer('httpd:2.4:8030020210101:f8e95b4e')).toEqual([
      `httpd CVE-2018-17199 affected AFFECTED_RANGE ${fixed.slice(1)}`,
    ])
    expect(answer('httpd:2.6:8030020210101:f8e95b4e')).toEqual([])
    expect(answer()).toEqual(['httpd CVE-2018-17199 unknown MODULE_STREAM_UNKNOWN'])
    expect(answer('(none)')).toEqual(['httpd CVE-2018-17199 unknown MODULE_STREAM_UNKNOWN'])
  })

  hardCase(12, 'where only the title names the stream, the title decides: postgresql 9.6 against 12', () => {
    const record = advisory(
      'ALSA-2020:5620',
      [{ of: 'AlmaLinux:8/postgresql', events: ['0', '!12.5-1.module_el8.3.0+2046+aaaa'] }],
      { cves: ['CVE-2020-25695'], summary: 'Important: postgresql:12 security update' },
    )
    const of = (module: string, version: string) =>
      answersOf({
        packages: [pkg('rpm', 'postgresql', version, { module })],
        on: alma8,
        advisories: [record],
      })
    expect(of('postgresql:9.6:8030:x', '9.6.10-1.module_el8.3.0+2043+bbbb')).toEqual([])
    expect(of('postgresql:12:8030:x', '12.1-1.module_el8.3.0+2045+cccc')).toEqual([
      'postgresql CVE-2020-25695 affected AFFECTED_RANGE 12.5-1.module_el8.3.0+2046+aaaa',
    ])
  })

  hardCase(12, "an ordinary build is not judged by a module's advisory, nor the reverse", () => {
    const modular = advisory('CVE-2024-1', [
      { of: 'AlmaLinux:8/nodejs', events: ['0', '!1:20.5.1-1.module_el8.9.0+1+a'] },
    ])
    const ordinary = advisory('CVE-2024-2', [{ of: 'AlmaLinux:8/nodejs', events: ['0', '!1:20.5.1-1.el8'] }])
    const advisories = [modular, ordinary]
    expect(answersOf({ packages: [pkg('rpm', 'nodejs', '1:16.0.0-1.el8')], on: alma8, advisories })).toEqual([
      'nodejs CVE-2024-2 affected AFFECTED_RANGE 1:20.5.1-1.el8',
    ])
    const module = 'nodejs:20:8090:x'
    expect(
      answersOf({
        packages: [pkg('rpm', 'nodejs', '1:20.1.0-1.module_el8.9.0+1+a', { module })],
        on: alma8,
        advisories,
      }),
    ).toEqual(['nodejs CVE-2024-1 affected AFFECTED_RANGE 1:20.5.1-1.module_el8.9.0+1+a'])
  })

  const main = { of: 'Red Hat:enterprise_linux:9::baseos/openssl', events: ['0', '!1:3.0.7-28.el9_5'] }
  const eus = { of: 'Red Hat:rhel_eus:9.4::baseos/openssl', events: ['0', '!1:3.0.7-27.el9_4.1'] }

  hardCase(13, 'on the extended line its own, lower fix counts; without it the main one', () => {
    const advisories = [
      advisory('RHSA-2024:0001', [main], { cves: ['CVE-2024-1'] }),
      advisory('RHSA-2024:0002', [eus], { cves: ['CVE-2024-1'] }),
    ]
    const packages = [pkg('rpm', 'openssl', '1:3.0.7-27.el9_4.1')]
    expect(answersOf({ packages, on: rhel(), advisories })).toEqual([
      'openssl CVE-2024-1 affected AFFECTED_RANGE 1:3.0.7-28.el9_5',
    ])
    expect(answersOf({ packages, on: rhel(['eus']), advisories })).toEqual([
      'openssl CVE-2024-1 not-affected FIXED',
    ])
    expect(
      answersOf({ packages: [pkg('rpm', 'openssl', '1:3.0.7-27.el9_4')], on: rhel(['eus']), advisories }),
    ).toEqual(['openssl CVE-2024-1 affected AFFECTED_RANGE 1:3.0.7-27.el9_4.1'])
  })

  hardCase(14, 'of several advisories for one CVE, the one of the installed stream counts', () => {
    const entry = (stream: string, fixed: string) =>
      advisory(
        `RHSA-2024:${stream}`,
        [
          {
            of: 'Red Hat:enterprise_linux:9::appstream/php',
            module: `php:${stream}`,
            events: ['0', `!${fixed}`],
          },
        ],
        {
          cves: ['CVE-2024-4577'],
        },
      )
    const advisories = [entry('8.1', '8.1.29-1.module+el9+1+a'), entry('8.2', '8.2.20-1.module+el9+2+b')]
    const packages = [pkg('rpm', 'php', '8.1.29-1.module+el9+1+a', { module: 'php:8.1:9040:x' })]
    expect(answersOf({ packages, on: rhel(), advisories })).toEqual(['php CVE-2024-4577 not-affected FIXED'])
  })

  hardCase(15, 'an entry for one architecture does not touch another', () => {
    const advisories = [
      advisory('RLSA-2024:1', [
        { of: 'Rocky Linux:9/edk2-aarch64', architectures: ['aarch64'], events: ['0', '!2.0-1'] },
      ]),
      advisory('RLSA-2024:2', [
        { of: 'Rocky Linux:9/edk2-aarch64', architectures: ['aarch64', 'noarch'], events: ['0', '!2.0-1'] },
      ]),
    ]
    const on = os('rocky', '9.3')
    const answer = (arch: string) =>
      answersOf({ packages: [pkg('rpm', 'edk2-aarch64', '1.0-1', { arch })], on, advisories })
    expect(answer('x86_64')).toEqual(['edk2-aarch64 RLSA-2024:2 affected AFFECTED_RANGE 2.0-1'])
    expect(answer('aarch64')).toHaveLength(2)
  })

  hardCase(
    16,
    "AlmaLinux is judged by AlmaLinux's advisories, and one that names several CVEs is several findings",
    () => {
      const advisories = [
        advisory('ALSA-2024:1', [{ of: 'AlmaLinux:9/curl', events: ['0', '!7.76.1-29.el9_4.1'] }], {
          cves: ['CVE-2024-1', 'CVE-2024-2'],
        }),
        advisory(
          'RHSA-2024:1',
          [{ of: 'Red Hat:enterprise_linux:9::baseos/curl', events: ['0', '!7.76.1-99.el9'] }],
          { cves: ['CVE-2024-3'] },
        ),
        advisory('ALSA-2024:9', [{ of: 'AlmaLinux:8/curl', events: ['0', '!7.76.1-99.el8'] }], {
          cves: ['CVE-2024-4'],
        }),
      ]
      expect(answersOf({ packages: [pkg('rpm', 'curl', '7.76.1-26.el9')], on: alma, advisories })).toEqual([
        'curl CVE-2024-1 affected AFFECTED_RANGE 7.76.1-29.el9_4.1',
        'curl CVE-2024-2 affected AFFECTED_RANGE 7.76.1-29.el9_4.1',
      ])
    },
  )

  hardCase(
    16,
    'an advisory that lists several builds of a package as fixed has the installed one among them',
    () => {
      const record = advisory('ALBA-2019:0986', [
        { of: 'AlmaLinux:8/koan', events: ['0', '!2.0.7.1-6.module_el8.3.0+2041+d1f204ad'] },
        { of: 'AlmaLinux:8/koan', events: ['0', '!2.0.7.1-6.module_el8.5.0+94+18674043'] },
      ])
      const of = (version: string) =>
        answersOf({
          packages: [pkg('rpm', 'koan', version, { module: 'rhn-tools:1.0:1:1' })],
          on: alma8,
          advisories: [record],
        })
      expect(of('2.0.7.1-6.module_el8.3.0+2041+d1f204ad')).toEqual(['koan ALBA-2019:0986 not-affected FIXED'])
      expect(of('2.0.7.1-5.module_el8.3.0+2041+d1f204ad')).toEqual([
        'koan ALBA-2019:0986 affected AFFECTED_RANGE 2.0.7.1-6.module_el8.5.0+94+18674043',
      ])
    },
  )

  hardCase(17, "Oracle's live-patched builds are compared among themselves", () => {
    const advisories = [
      advisory(
        'ELSA-2024-1',
        [{ of: 'Oracle Linux:7/glibc', events: ['0', '!2:2.17-326.0.9.ksplice1.el7_9.3'] }],
        { cves: ['CVE-2024-2961'] },
      ),
      advisory('ELSA-2024-2', [{ of: 'Oracle Linux:7/glibc', events: ['0', '!2.17-326.0.9.el7_9.3'] }], {
        cves: ['CVE-2024-2961'],
      }),
    ]
    const answer = (version: string) =>
      answersOf({ packages: [pkg('rpm', 'glibc', version)], on: os('ol', '7.9'), advisories })
    expect(answer('0:2.17-326.0.9.el7_9.3')).toEqual(['glibc CVE-2024-2961 not-affected FIXED'])
    expect(answer('0:2.17-326.0.1.el7_9')).toEqual([
      'glibc CVE-2024-2961 affected AFFECTED_RANGE 2.17-326.0.9.el7_9.3',
    ])
    expect(answer('2:2.17-326.0.1.ksplice1.el7_9')).toEqual([
      'glibc CVE-2024-2961 affected AFFECTED_RANGE 2:2.17-326.0.9.ksplice1.el7_9.3',
    ])
  })

  const kernels = [
    pkg('rpm', 'kernel-core', '5.14.0-362.el9'),
    pkg('rpm', 'kernel-core', '5.14.0-427.el9', { notes: ['kernel-running'] }),
    built('rpm', 'kernel-headers', '5.14.0-362.el9', 'kernel'),
    built('rpm', 'bpftool', '7.2.0-362.el9', 'kernel'),
  ]

  hardCase(
    18,
    'of several kernels the running one is marked, headers are exempt, and tools are judged by their own entry',
    () => {
      const advisories = [
        advisory(
          'ALSA-2024:2',
          [
            { of: 'AlmaLinux:9/kernel-core', events: ['0', '!5.14.0-503.el9'] },
            { of: 'AlmaLinux:9/kernel-headers', events: ['0', '!5.14.0-503.el9'] },
            { of: 'AlmaLinux:9/bpftool', events: ['0', '!7.4.0-503.el9'] },
          ],
          { cves: ['CVE-2024-1086'] },
        ),
      ]
      expect(answersOf({ packages: kernels, on: alma, advisories, kind: 'host' })).toEqual([
        'kernel-core CVE-2024-1086 affected KERNEL_NOT_RUNNING 5.14.0-503.el9',
        'kernel-core CVE-2024-1086 affected AFFECTED_RANGE 5.14.0-503.el9',
        'kernel-headers CVE-2024-1086 not-affected KERNEL_HEADERS',
        'bpftool CVE-2024-1086 affected AFFECTED_RANGE 7.4.0-503.el9',
      ])
      expect(answersOf({ packages: kernels, on: alma, advisories, include: 'findings' })).toEqual([
        'bpftool CVE-2024-1086 affected AFFECTED_RANGE 7.4.0-503.el9',
      ])
    },
  )

  hardCase(19, "the vendor's not affected beats a range that another record has", () => {
    const of = 'Red Hat:enterprise_linux:9::baseos/sudo'
    const advisories = [
      advisory('RHSA-2024:7', [{ of, events: ['0', '!1.9.15-1'] }], { cves: ['CVE-2024-7'] }),
      advisory('CVE-2024-7', [{ of, status: 'not-affected' }], { feed: 'redhat-vex' }),
    ]
    const input = { packages: [pkg('rpm', 'sudo', '1.9.5-1')], on: rhel(), advisories }
    expect(answersOf(input)).toEqual(['sudo CVE-2024-7 not-affected VENDOR_NOT_AFFECTED'])
    expect(matchesOf(input)[0]?.evidence.map(({ advisory: id }) => id)).toEqual(['CVE-2024-7', 'RHSA-2024:7'])
    expect(assessmentOf(input).findings).toEqual([])
  })
})
