// SARIF 2.1.0, for code-scanning views.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

import type { ReportAffectedPackage, ReportFinding, ScanReport } from '../../report/report.ts'
import type { OutputFormat } from './format.ts'
import { bestLink, fixText, webLinks } from './words.ts'

export const sarif: OutputFormat = {
  name: 'sarif',
  summary: 'SARIF 2.1.0, for code scanning in GitHub and others',
  render: (report) => `${JSON.stringify(sarifOf(report), null, 2)}\n`,
}

function sarifOf(report: ScanReport): object {
  const { artifact, diagnostics, findings, scannedAt, summary, tool, unknowns } = report
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Longwatch',
            version: tool.version,
            rules: findings.map(ruleOf),
          },
        },
        automationDetails: { id: `longwatch/${artifact.target}/` },
        invocations: [
          {
            executionSuccessful: summary.complete,
            endTimeUtc: scannedAt,
            toolExecutionNotifications: [
              ...diagnostics
                .filter(({ level }) => level !== 'info')
                .map(({ code, level, message, path }) => ({
                  descriptor: { id: code },
                  level,
                  message: { text: plain(message) },
                  ...(path === undefined ? {} : { locations: [locationOf(path)] }),
                })),
              ...unknowns.map(({ code, message }) => ({
                descriptor: { id: code },
                level: 'warning',
                message: { text: plain(`Could not be told: ${message}`) },
              })),
            ],
          },
        ],
        results: findings.flatMap((finding, ruleIndex) =>
          finding.packages.map((one) => resultOf(finding, one, ruleIndex)),
        ),
        columnKind: 'utf16CodeUnits',
      },
    ],
  }
}

function ruleOf(finding: ReportFinding): object {
  const { cwes, description, id, references, score, severity, title, vulnerabilityId } = finding
  const links = webLinks(references)
  const link = bestLink(finding)
  const help = [description ?? title, ...links.slice(0, 10)].join('\n\n')
  const markdown = [
    // Descriptions are Markdown already; what is not to be in them is HTML.
    (description ?? title).replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
    ...links.slice(0, 10).map((url) => `<${url}>`),
  ].join('\n\n')
  return {
    id: vulnerabilityId,
    guid: guidOf(id),
    name: finding.type === 'END_OF_LIFE' ? 'EndOfLife' : 'VulnerablePackage',
    shortDescription: { text: title.slice(0, 1000) },
    fullDescription: { text: (description ?? title).slice(0, 1000) },
    help: { text: help, markdown },
    ...(link === undefined ? {} : { helpUri: link }),
    defaultConfiguration: { level: levelOf(finding) },
    properties: {
      ...(score === undefined ? {} : { 'security-severity': score.toFixed(1) }),
      precision: 'very-high',
      tags: [
        'security',
        'vulnerability',
        severity,
        ...cwes.map((cwe) => `external/cwe/${cwe.toLowerCase()}`),
      ],
    },
  }
}

/** SARIF wants a version 4 shape; the finding's id gives the digits. */
function guidOf(id: string): string {
  const hex = id
    .replace(/^[a-z0-9]+:/i, '')
    .replaceAll(/[^0-9a-f]/gi, '')
    .padEnd(32, '0')
    .toLowerCase()
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function levelOf({ severity }: ReportFinding): 'error' | 'warning' | 'note' {
  if (severity === 'CRITICAL' || severity === 'HIGH') return 'error'
  return severity === 'MEDIUM' ? 'warning' : 'note'
}

function resultOf(finding: ReportFinding, one: ReportAffectedPackage, ruleIndex: number): object {
  const paths = one.locations.map(({ path }) => path)
  return {
    ruleId: finding.vulnerabilityId,
    ruleIndex,
    level: levelOf(finding),
    message: {
      text: plain(
        `${one.name} ${one.version}: ${finding.vulnerabilityId} (${finding.severity.toLowerCase()}). ${fixText(one)}`,
      ),
    },
    locations: [locationOf(paths[0] ?? one.name, one.purl)],
    ...(paths.length > 1
      ? {
          relatedLocations: paths.slice(1, 50).map((path, index) => ({ id: index + 1, ...locationOf(path) })),
        }
      : {}),
    partialFingerprints: { 'longwatchFinding/v1': `${finding.id}/${one.type}/${one.name}` },
    properties: {
      purl: one.purl,
      ...(one.fixedVersion === undefined ? {} : { fixedVersion: one.fixedVersion }),
    },
  }
}

/** In messages brackets make links. https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html#_Toc34317467 */
function plain(text: string): string {
  return text.replaceAll(/[[\]\\]/g, String.raw`\$&`)
}

/** Artifact paths are no addresses: every character that an address cannot have is encoded. */
function locationOf(path: string, name?: string): object {
  const uri = path.toWellFormed().split('/').map(encodeURIComponent).join('/')
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
    ...(name === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: name, kind: 'module' }] }),
  }
}
