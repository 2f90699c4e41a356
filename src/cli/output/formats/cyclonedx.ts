// CycloneDX 1.6 with vulnerabilities.
// https://cyclonedx.org/docs/1.6/json/#vulnerabilities

import type { Enums, Models } from '@cyclonedx/cyclonedx-library'
import type { CvssVersion, Severity } from '../../../model/index.ts'
import { cycloneDxLibrary, cycloneDxModel, serializeCycloneDx } from '../../../sbom/index.ts'
import type { ReportFinding, ReportIgnored } from '../../report/report.ts'
import type { OutputFormat } from './format.ts'
import { fixText, webLinks } from './words.ts'

export const cyclonedx: OutputFormat = {
  name: 'cyclonedx',
  summary: 'CycloneDX 1.6 with vulnerabilities',
  render(report) {
    const { bom, byPurl } = cycloneDxModel(report, {
      toolVersion: report.tool.version,
      created: new Date(report.scannedAt),
    })
    // An end of life is about the system, which is a component of its own.
    const system =
      [...bom.components].find(({ bomRef }) => bomRef.value === `os:${report.distribution?.id ?? ''}`) ??
      bom.metadata.component
    const componentOf = (purl: string): Models.Component | undefined => byPurl.get(purl) ?? system
    for (const finding of report.findings) bom.vulnerabilities.add(vulnerabilityOf(finding, componentOf))
    for (const [index, ignored] of (report.ignored ?? []).entries()) {
      bom.vulnerabilities.add(ignoredOf(ignored, index, componentOf))
    }
    return serializeCycloneDx(bom)
  },
}

type ComponentOf = (purl: string) => Models.Component | undefined

const severityNames = {
  CRITICAL: 'Critical',
  HIGH: 'High',
  MEDIUM: 'Medium',
  LOW: 'Low',
  INFORMATIONAL: 'Info',
  UNTRIAGED: 'Unknown',
} as const satisfies Record<Severity, keyof typeof Enums.Vulnerability.Severity>

const methodNames = {
  '2.0': 'CVSSv2',
  '3.0': 'CVSSv3',
  '3.1': 'CVSSv31',
  '4.0': 'CVSSv4',
} as const satisfies Record<CvssVersion, keyof typeof Enums.Vulnerability.RatingMethod>

function vulnerabilityOf(
  finding: ReportFinding,
  componentOf: ComponentOf,
): Models.Vulnerability.Vulnerability {
  const { Enums, Models } = cycloneDxLibrary()
  const { aliases, cvss, cwes, description, id, kev, packages, references, vulnerabilityId } = finding
  const { Advisory, Rating, Reference, Source, Vulnerability } = Models.Vulnerability
  const made = new Vulnerability({
    bomRef: `finding:${id}`,
    id: vulnerabilityId,
    ...(description === undefined ? {} : { description }),
    recommendation: [...new Set(packages.map(fixText))].join(' '),
    ...dateOf('published', finding.published),
    ...dateOf('updated', finding.modified),
  })
  for (const alias of aliases)
    made.references.add(new Reference(alias, new Source({ name: alias.split('-')[0] ?? alias })))
  made.ratings.add(
    new Rating({
      source: new Source({ name: 'Longwatch' }),
      ...(finding.score === undefined ? {} : { score: finding.score }),
      severity: Enums.Vulnerability.Severity[severityNames[finding.severity]],
      method: Enums.Vulnerability.RatingMethod.Other,
    }),
  )
  for (const { score, source, vector, version } of cvss) {
    const method = Enums.Vulnerability.RatingMethod[methodNames[version]]
    made.ratings.add(new Rating({ source: new Source({ name: source }), score, method, vector }))
  }
  for (const cwe of cwes) {
    const number = Number(/^CWE-([1-9]\d{0,8})$/.exec(cwe)?.[1])
    if (Number.isInteger(number)) made.cwes.add(number)
  }
  for (const url of webLinks(references).slice(0, 100)) made.advisories.add(new Advisory(url))
  for (const { purl, version } of packages) addAffected(made, componentOf(purl), version)
  if (kev !== undefined) made.properties.add(new Models.Property('longwatch:kev', kev.dateAdded))
  return made
}

/** What a VEX document cleared, or a rule accepts until its last day: there, with the reason. */
function ignoredOf(
  { expires, packages, reason, vulnerabilityId }: ReportIgnored,
  index: number,
  componentOf: ComponentOf,
): Models.Vulnerability.Vulnerability {
  const { Enums, Models } = cycloneDxLibrary()
  const { InTriage, NotAffected } = Enums.Vulnerability.AnalysisState
  const analysis =
    expires === undefined
      ? { state: NotAffected, detail: reason }
      : { state: InTriage, detail: `Accepted until ${expires}: ${reason}` }
  const made = new Models.Vulnerability.Vulnerability({
    bomRef: `ignored:${index}`,
    id: vulnerabilityId,
    analysis: new Models.Vulnerability.Analysis(analysis),
  })
  for (const purl of packages) addAffected(made, componentOf(purl))
  return made
}

function addAffected(
  vulnerability: Models.Vulnerability.Vulnerability,
  component: Models.Component | undefined,
  version?: string,
): void {
  const { Enums, Models } = cycloneDxLibrary()
  const { Affect, AffectedSingleVersion, AffectedVersionRepository } = Models.Vulnerability
  if (component === undefined) return
  if ([...vulnerability.affects].some(({ ref }) => ref === component.bomRef)) return
  const status = Enums.Vulnerability.AffectStatus.Affected
  const versions = version === undefined ? [] : [new AffectedSingleVersion(version, { status })]
  vulnerability.affects.add(
    new Affect(component.bomRef, { versions: new AffectedVersionRepository(versions) }),
  )
}

/** The member when it is a date: one that is none has no place in the document. */
function dateOf<Name extends string>(name: Name, text: string | undefined): Partial<Record<Name, Date>> {
  const date = new Date(text ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? {} : ({ [name]: date } as Record<Name, Date>)
}
