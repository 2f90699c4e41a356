// GitLab's container-scanning report.
// https://gitlab.com/gitlab-org/security-products/security-report-schemas

import { createHash } from 'node:crypto'
import type { Severity } from '../../../model/index.ts'
import type { ReportAffectedPackage, ReportFinding, ScanReport } from '../../report/report.ts'
import type { OutputFormat } from './format.ts'
import { fixText, webLinks } from './words.ts'

export const gitlab: OutputFormat = {
  name: 'gitlab',
  summary: 'GitLab container-scanning report, schema 15',
  render: (report) => `${JSON.stringify(gitlabOf(report), null, 2)}\n`,
}

const severityWords: Readonly<Record<Severity, string>> = {
  CRITICAL: 'Critical',
  HIGH: 'High',
  MEDIUM: 'Medium',
  LOW: 'Low',
  INFORMATIONAL: 'Info',
  UNTRIAGED: 'Unknown',
}

function gitlabOf(report: ScanReport): object {
  const time = report.scannedAt.slice(0, 19)
  const self = {
    id: 'longwatch',
    name: 'Longwatch',
    vendor: { name: 'Longwatch' },
    version: report.tool.version,
  }
  return {
    version: '15.2.1',
    scan: {
      type: 'container_scanning',
      status: report.summary.complete ? 'success' : 'failure',
      start_time: time,
      end_time: time,
      analyzer: self,
      scanner: self,
      messages: [
        ...report.diagnostics
          .filter(({ level }) => level !== 'info')
          .map(({ code, level, message }) => ({
            level: level === 'error' ? 'fatal' : 'warn',
            value: `${message} [${code}]`,
          })),
        ...report.unknowns.map(({ code, message }) => ({
          level: 'warn',
          value: `could not be told: ${message} [${code}]`,
        })),
      ],
    },
    vulnerabilities: report.findings.flatMap((finding) =>
      finding.packages.map((one) => vulnerabilityOf(finding, one, report)),
    ),
    remediations: [],
  }
}

function vulnerabilityOf(finding: ReportFinding, one: ReportAffectedPackage, report: ScanReport): object {
  const { description, references, severity, title, vulnerabilityId } = finding
  const links = webLinks(references).slice(0, 50)
  return {
    id: uuidOf(`${finding.id} ${one.purl}`),
    name: title.slice(0, 255),
    description: (description ?? title).slice(0, 1_048_576),
    severity: severityWords[severity],
    solution: fixText(one).slice(0, 7000),
    identifiers: [vulnerabilityId, ...finding.aliases].slice(0, 20).map(identifierOf),
    links: links.map((url) => ({ url })),
    location: {
      dependency: { package: { name: one.name }, version: one.version },
      operating_system: report.distribution?.prettyName ?? report.distribution?.id ?? 'unknown',
      image: report.artifact.target,
    },
  }
}

function identifierOf(id: string): object {
  const known = ['cve', 'ghsa'].find((prefix) => id.toLowerCase().startsWith(`${prefix}-`))
  return { type: known ?? 'advisory', name: id, value: id }
}

/** A UUID that depends on nothing but the text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
