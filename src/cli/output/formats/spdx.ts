// SPDX 2.3: the packages, with what is known of each as references of category SECURITY.
// https://spdx.github.io/spdx-spec/v2.3/external-repository-identifiers/#security

import { encodeSpdx } from '../../../sbom/index.ts'
import type { ReportFinding, ScanReport } from '../../report/report.ts'
import type { OutputFormat } from './format.ts'
import { bestLink, fixText } from './words.ts'

export const spdx: OutputFormat = {
  name: 'spdx',
  summary: 'SPDX 2.3 with security references',
  render,
}

interface ExternalReference {
  readonly referenceCategory: string
  readonly referenceType: string
  readonly referenceLocator: string
  readonly comment?: string
}

interface SpdxDocument {
  readonly packages: readonly {
    readonly SPDXID: string
    readonly externalRefs?: readonly ExternalReference[]
  }[]
}

function render(report: ScanReport): string {
  const options = { toolVersion: report.tool.version, created: new Date(report.scannedAt) }
  const document = JSON.parse(encodeSpdx(report, options)) as SpdxDocument
  const byPurl = referencesByPurl(report)
  // An end of life is about the system, which is no package of the inventory.
  const known = new Set(report.packages.map(({ purl }) => purl))
  const system = [...byPurl].filter(([purl]) => !known.has(purl)).flatMap(([, references]) => references)
  const systemId = report.distribution === undefined ? 'SPDXRef-Artifact' : 'SPDXRef-OperatingSystem'
  const packages = document.packages.map((one) => {
    const purl = one.externalRefs?.find(({ referenceType }) => referenceType === 'purl')?.referenceLocator
    const found = purl === undefined ? undefined : byPurl.get(purl)
    const more = one.SPDXID === systemId && system.length > 0 ? system : found
    return more === undefined ? one : { ...one, externalRefs: [...(one.externalRefs ?? []), ...more] }
  })
  return `${JSON.stringify({ ...document, packages }, null, 2)}\n`
}

function referencesByPurl({ findings }: ScanReport): ReadonlyMap<string, readonly ExternalReference[]> {
  const byPurl = new Map<string, ExternalReference[]>()
  for (const finding of findings) {
    for (const one of finding.packages) {
      const known = byPurl.get(one.purl) ?? []
      byPurl.set(one.purl, known)
      known.push({
        referenceCategory: 'SECURITY',
        referenceType: 'advisory',
        referenceLocator: locatorOf(finding),
        comment: `${finding.vulnerabilityId}, ${finding.severity.toLowerCase()}. ${fixText(one)}`,
      })
    }
  }
  return byPurl
}

/** An address without blanks: what the specification asks of a locator. */
function locatorOf(finding: ReportFinding): string {
  const link = bestLink(finding)
  return link ?? `https://osv.dev/vulnerability/${encodeURIComponent(finding.vulnerabilityId.toWellFormed())}`
}
