// OpenVEX 0.2.0: what was found as statements that others can take in.
// https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md

import { createHash } from 'node:crypto'
import type { ReportFinding, ReportIgnored, ReportUnknown, ScanReport } from '../../report/report.ts'
import type { OutputFormat } from './format.ts'
import { bestLink, fixText } from './words.ts'

export const openvex: OutputFormat = {
  name: 'openvex',
  summary: 'OpenVEX 0.2.0',
  render: (report) => `${JSON.stringify(vexOf(report), null, 2)}\n`,
}

function vexOf(report: ScanReport): object {
  const product = productOf(report)
  const statements = [
    ...report.findings.map((finding) => affected(finding, product)),
    ...(report.ignored ?? []).map((ignored) => cleared(ignored, product)),
    ...report.unknowns.flatMap((unknown) => underInvestigation(unknown, product)),
  ]
  const id = createHash('sha256')
    .update(JSON.stringify([product, statements]))
    .digest('hex')
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `https://openvex.dev/docs/public/vex-${id}`,
    author: 'Longwatch',
    timestamp: report.scannedAt,
    version: 1,
    tooling: `longwatch ${report.tool.version}`,
    statements,
  }
}

/** A purl: of an image by its digest, of anything else by what the user called it. */
function productOf({ artifact }: ScanReport): string {
  if (artifact.kind !== 'image' || artifact.digest === undefined)
    return `pkg:generic/${encodeURIComponent(artifact.target.toWellFormed())}`
  const name =
    artifact.target
      .split('/')
      .at(-1)
      ?.replace(/[:@].*$/, '') ?? 'image'
  return `pkg:oci/${encodeURIComponent(name.toWellFormed().toLowerCase())}@${encodeURIComponent(artifact.digest)}`
}

function affected(finding: ReportFinding, product: string): object {
  const { aliases, packages, title, vulnerabilityId } = finding
  const link = bestLink(finding)
  return {
    vulnerability: {
      name: vulnerabilityId,
      ...(link === undefined ? {} : { '@id': link }),
      description: title,
      ...(aliases.length === 0 ? {} : { aliases }),
    },
    products: [{ '@id': product, subcomponents: packages.map(({ purl }) => ({ '@id': purl })) }],
    status: 'affected',
    action_statement: [...new Set(packages.map(fixText))].join(' '),
  }
}

/** What a VEX document cleared stays cleared; a rule accepts a risk until its last day, which is no statement that there is none. */
function cleared({ expires, packages, reason, vulnerabilityId }: ReportIgnored, product: string): object {
  return {
    vulnerability: { name: vulnerabilityId },
    products: [{ '@id': product, subcomponents: packages.map((purl) => ({ '@id': purl })) }],
    ...(expires === undefined
      ? { status: 'not_affected', impact_statement: reason }
      : { status: 'affected', action_statement: `Accepted until ${expires}: ${reason}` }),
  }
}

function underInvestigation(
  { message, packages, vulnerabilityId }: ReportUnknown,
  product: string,
): readonly object[] {
  if (vulnerabilityId === undefined) return []
  return [
    {
      vulnerability: { name: vulnerabilityId },
      products: [{ '@id': product, subcomponents: packages.map((purl) => ({ '@id': purl })) }],
      status: 'under_investigation',
      status_notes: message,
    },
  ]
}
