// A report with something of everything, for tests of formats.

import type { ReportFinding, ScanReport } from '../../report/report.ts'

const layer = `sha256:${'b'.repeat(64)}` as const

/** Texts that mean something to Markdown, XML, HTML or a terminal. */
export const odd = 'a|b `c` <script>alert(1)</script> & "q" \u0007 \u001b[31m ]]> *x* @team #1'

const finding = (more: Partial<ReportFinding>): ReportFinding => ({
  id: `f${'0'.repeat(39)}`,
  type: 'PACKAGE_VULNERABILITY',
  vulnerabilityId: 'CVE-2021-23337',
  aliases: ['GHSA-35jh-r3h4-6jhm'],
  title: 'Command injection in lodash',
  severity: 'HIGH',
  score: 7.2,
  cvss: [
    { version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H', score: 7.2, source: 'GITHUB' },
  ],
  fixAvailable: 'YES',
  exploitAvailable: 'NO',
  packages: [
    {
      purl: 'pkg:npm/lodash@4.17.15',
      type: 'npm',
      name: 'lodash',
      version: '4.17.15',
      fixedVersion: '4.17.21',
      locations: [
        { path: 'app/node_modules/lodash/package.json', layer },
        { path: 'srv/a b/ü/node_modules/lodash/package.json', layer },
      ],
      foundBy: 'javascript/node-modules',
      confidence: 'vendor',
      evidence: [
        {
          feed: 'osv/npm',
          advisory: 'GHSA-35jh-r3h4-6jhm',
          source: 'GITHUB',
          key: 'npm/lodash',
          comparedVersion: '4.17.15',
          scheme: 'semver',
          status: 'affected',
          range: '>= 0, < 4.17.21',
          fixedVersion: '4.17.21',
          modified: '2024-01-01T00:00:00Z',
        },
      ],
    },
  ],
  cwes: ['CWE-77', 'CWE-94'],
  references: ['https://nvd.nist.gov/vuln/detail/CVE-2021-23337', 'javascript:alert(1)', 'no address'],
  published: '2021-02-15T13:15:00.000Z',
  modified: '2024-01-01T00:00:00.000Z',
  ...more,
})

/** An image with an exploited vulnerability, one without a fix, an end of life, something hidden, an unknown and a gap. */
export function sampleReport(): ScanReport {
  const findings = [
    finding({
      id: `a${'1'.repeat(39)}`,
      vulnerabilityId: 'CVE-2021-44228',
      severity: 'CRITICAL',
      score: 10,
      title: odd,
      description: odd,
      kev: { dateAdded: '2021-12-10', ransomware: true },
      packages: [
        {
          purl: 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1',
          type: 'maven',
          name: odd,
          version: '2.14.1',
          fixedVersion: '2.17.1',
          locations: [{ path: `opt/${odd}/app.jar!/log4j-core.jar`, layer }],
          foundBy: 'java/archive',
          confidence: 'vendor',
          evidence: [],
        },
      ],
    }),
    finding({}),
    finding({
      id: `c${'2'.repeat(39)}`,
      vulnerabilityId: 'EOL-debian-10',
      type: 'END_OF_LIFE',
      aliases: [],
      severity: 'UNTRIAGED',
      title: 'Debian 10 is past its end of life',
      cvss: [],
      cwes: [],
      references: [],
      fixAvailable: 'NO',
      packages: [
        {
          purl: 'pkg:generic/debian@10',
          type: 'generic',
          name: 'debian',
          version: '10',
          locations: [{ path: 'usr/lib/os-release' }],
          foundBy: 'os/os-release',
          confidence: 'vendor',
          evidence: [],
        },
      ],
    }),
  ]
  const { score: _, ...unrated } = findings[2] ?? finding({})
  const all = [...findings.slice(0, 2), unrated]
  return {
    schemaVersion: 1,
    tool: { name: 'longwatch', version: '0.1.0' },
    scannedAt: '2026-11-23T12:00:00.000Z',
    artifact: {
      kind: 'image',
      target: 'registry.example:5000/team/app:1.0',
      digest: layer,
      platform: 'linux/amd64',
      layers: [{ digest: layer, size: 1000, read: true }],
    },
    distribution: {
      id: 'debian',
      idLike: [],
      name: 'Debian GNU/Linux',
      versionId: '10',
      prettyName: 'Debian GNU/Linux 10 (buster)',
      channels: [],
      paths: ['usr/lib/os-release'],
    },
    advisories: {
      generation: `sha256:${'c'.repeat(64)}`,
      origin: 'synced',
      parts: [
        {
          part: 'osv/npm',
          dataDate: '2026-08-20T06:18:00Z',
          checkedAt: '2026-11-23T11:00:00Z',
          records: 930,
          refused: 0,
        },
      ],
    },
    summary: {
      packages: all.length,
      findings: all.length,
      bySeverity: { CRITICAL: 1, HIGH: 1, MEDIUM: 0, LOW: 0, INFORMATIONAL: 0, UNTRIAGED: 1 },
      fixable: 2,
      exploited: 1,
      unknowns: 2,
      complete: false,
    },
    findings: all,
    unknowns: [
      { code: 'NOT_ASSESSED', message: 'no advisories for generic', packages: ['pkg:generic/x@1'] },
      { code: 'VERSION_UNPARSABLE', message: odd, vulnerabilityId: 'CVE-2020-1', packages: ['pkg:npm/y@z'] },
    ],
    packages: all.flatMap(({ packages }) =>
      packages.map(({ foundBy, locations, name, purl, type, version }) => ({
        purl,
        type,
        name,
        version,
        state: 'installed' as const,
        locations,
        foundBy,
        certainty: 'exact' as const,
      })),
    ),
    diagnostics: [
      { level: 'error', code: 'LAYER_TRUNCATED', message: odd, layer, path: 'x/y' },
      { level: 'warning', code: 'FEED_STALE', message: 'old' },
    ],
    ignored: [
      {
        id: `d${'3'.repeat(39)}`,
        vulnerabilityId: 'CVE-2020-28500',
        severity: 'MEDIUM',
        packages: ['pkg:npm/lodash@4.17.15'],
        reason: 'not reachable, SEC-1',
        expires: '2027-01-01',
        origin: 'ignore.yaml',
      },
    ],
    gate: { rules: ['severity critical'], failed: true, findings: [`a${'1'.repeat(39)}`] },
  }
}
