// CycloneDX 1.6 with vulnerabilities.
// https://cyclonedx.org/docs/1.6/json/#vulnerabilities

import type { Severity } from '../../../model/index.ts'
import { compareText } from '../../../platform/index.ts'
import { encodeCycloneDx } from '../../../sbom/index.ts'
import type { ReportFinding, ScanReport } from '../../report/report.ts'
import type { OutputFormat } from './format.ts'
import { fixText, webLinks } from './words.ts'

export const cyclonedx: OutputFormat = {
  name: 'cyclonedx',
  summary: 'CycloneDX 1.6 with vulnerabilities',
  render(report) {
    const document = JSON.parse(
      encodeCycloneDx(report, { toolVersion: report.tool.version, created: new Date(report.scannedAt) }),
    ) as object
    const known = new Set(report.packages.map(({ purl }) => purl))
    // An end of life is about the system, which is a component of its own.
    const system = report.distribution === undefined ? 'artifact' : `os:${report.distribution.id}`
    const refs = (purl: string): string => (known.has(purl) ? purl : system)
    const vulnerabilities = report.findings.map((finding) => vulnerabilityOf(finding, refs))
    return `${JSON.stringify({ ...document, vulnerabilities: [...vulnerabilities, ...ignoredOf(report)] }, null, 2)}\n`
  },
}

const severityWords: Readonly<Record<Severity, string>> = {
  CRITICAL: 'critical',
  HIGH: 'high',
  MEDIUM: 'medium',
  LOW: 'low',
  INFORMATIONAL: 'info',
  UNTRIAGED: 'unknown',
}

const methods: Readonly<Record<string, string>> = {
  '2.0': 'CVSSv2',
  '3.0': 'CVSSv3',
  '3.1': 'CVSSv31',
  '4.0': 'CVSSv4',
}

function vulnerabilityOf(finding: ReportFinding, refs: (purl: string) => string): object {
  const { aliases, cvss, cwes, description, id, packages, published, modified, references, vulnerabilityId } =
    finding
  const links = webLinks(references).slice(0, 100)
  return {
    'bom-ref': `finding:${id}`,
    id: vulnerabilityId,
    ...(aliases.length === 0
      ? {}
      : {
          references: aliases.map((alias) => ({ id: alias, source: { name: alias.split('-')[0] ?? alias } })),
        }),
    ratings: [
      {
        source: { name: 'Longwatch' },
        ...(finding.score === undefined ? {} : { score: finding.score }),
        severity: severityWords[finding.severity],
        method: 'other',
      },
      ...cvss.map(({ score, source, vector, version }) => ({
        source: { name: source },
        score,
        method: methods[version] ?? 'other',
        vector,
      })),
    ],
    cwes: cwes
      .flatMap((cwe) => Number(/^CWE-([1-9]\d*)$/.exec(cwe)?.[1] ?? Number.NaN))
      .filter(Number.isInteger),
    ...(description === undefined ? {} : { description }),
    recommendation: [...new Set(packages.map(fixText))].join(' '),
    advisories: links.map((url) => ({ url })),
    ...(published === undefined ? {} : { published }),
    ...(modified === undefined ? {} : { updated: modified }),
    affects: [...new Set(packages.map(({ purl }) => purl))].sort(compareText).map((purl) => ({
      ref: refs(purl),
      versions: [{ version: packages.find((one) => one.purl === purl)?.version ?? '', status: 'affected' }],
    })),
    ...(finding.kev === undefined
      ? {}
      : { properties: [{ name: 'longwatch:kev', value: finding.kev.dateAdded }] }),
  }
}

/** What a VEX document cleared, or a rule accepts until its last day: there, with the reason. */
function ignoredOf({ ignored = [] }: ScanReport): readonly object[] {
  return ignored.map(({ expires, packages, reason, vulnerabilityId }, index) => ({
    'bom-ref': `ignored:${index}`,
    id: vulnerabilityId,
    analysis:
      expires === undefined
        ? { state: 'not_affected', detail: reason }
        : { state: 'in_triage', detail: `Accepted until ${expires}: ${reason}` },
    affects: packages.map((ref) => ({ ref })),
  }))
}
