// An inventory as SPDX 2.3 JSON. https://spdx.github.io/spdx-spec/v2.3/

import { createHash } from 'node:crypto'
import type { Inventory, Package } from '../../model/index.ts'
import { artifactProperties, distributionProperties, packageProperties } from '../properties.ts'
import type { Property } from '../properties.ts'

interface SpdxPackage {
  readonly SPDXID: string
  readonly name: string
  readonly versionInfo?: string
  readonly primaryPackagePurpose: string
  readonly downloadLocation: 'NOASSERTION'
  readonly filesAnalyzed: false
  readonly licenseConcluded: 'NOASSERTION'
  readonly licenseDeclared: string
  readonly copyrightText: 'NOASSERTION'
  readonly comment?: string
  readonly externalRefs?: readonly object[]
  readonly annotations?: readonly object[]
}

/** The inventory as an SPDX 2.3 JSON document. The same inventory gives the same bytes but for the time. */
export function encodeSpdx(
  inventory: Inventory,
  options: { readonly toolVersion: string; readonly created: Date },
): string {
  const created = `${options.created.toISOString().slice(0, 19)}Z`
  const tool = `Tool: longwatch-${options.toolVersion}`
  const annotate = (properties: readonly Property[]): object[] =>
    properties.map(([name, value]) => ({
      annotationDate: created,
      annotationType: 'OTHER',
      annotator: tool,
      comment: `${name}=${value}`,
    }))
  const { artifact, distribution } = inventory
  const packages: SpdxPackage[] = [
    spdxPackage(
      'SPDXRef-Artifact',
      artifact.target,
      artifact.digest,
      artifact.kind === 'image' ? 'CONTAINER' : 'OTHER',
      {
        annotations: annotate(artifactProperties(artifact)),
      },
    ),
    ...(distribution === undefined
      ? []
      : [
          spdxPackage(
            'SPDXRef-OperatingSystem',
            distribution.id,
            distribution.versionId,
            'OPERATING-SYSTEM',
            {
              ...(distribution.prettyName === undefined ? {} : { comment: distribution.prettyName }),
              annotations: annotate(distributionProperties(distribution)),
            },
          ),
        ]),
    ...inventory.packages.map((found, index) => packageOf(found, index, annotate(packageProperties(found)))),
  ]
  const licenses = [...extractedLicenses(inventory.packages)]
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: artifact.target,
    documentNamespace: `urn:longwatch:spdx:${namespaceOf(inventory, created)}`,
    creationInfo: { created, creators: [tool] },
    packages,
    ...(licenses.length === 0
      ? {}
      : {
          hasExtractedLicensingInfos: licenses.map(([id, text]) => ({
            licenseId: id,
            name: text,
            extractedText: text,
          })),
        }),
    relationships: [
      {
        spdxElementId: 'SPDXRef-DOCUMENT',
        relationshipType: 'DESCRIBES',
        relatedSpdxElement: 'SPDXRef-Artifact',
      },
      ...packages.slice(1).map((one) => ({
        spdxElementId: 'SPDXRef-Artifact',
        relationshipType: 'CONTAINS',
        relatedSpdxElement: one.SPDXID,
      })),
    ],
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

function packageOf(found: Package, index: number, annotations: readonly object[]): SpdxPackage {
  return spdxPackage(`SPDXRef-Package-${index + 1}`, found.name, found.version, 'LIBRARY', {
    licenseDeclared: (found.licenses ?? []).map(licenseId).join(' AND ') || 'NOASSERTION',
    externalRefs: [
      { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: found.purl },
    ],
    annotations,
  })
}

function spdxPackage(
  id: string,
  name: string,
  version: string | undefined,
  purpose: string,
  more: Partial<SpdxPackage>,
): SpdxPackage {
  return {
    SPDXID: id,
    name,
    ...(version === undefined ? {} : { versionInfo: version }),
    primaryPackagePurpose: purpose,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: 'NOASSERTION',
    copyrightText: 'NOASSERTION',
    ...more,
  }
}

/** Licence texts of package databases are free text: each gets a reference of its own, which is always valid SPDX. */
function licenseId(text: string): string {
  return `LicenseRef-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
}

function extractedLicenses(packages: readonly Package[]): Map<string, string> {
  const texts = new Set(packages.flatMap((found) => found.licenses ?? []))
  return new Map([...texts].sort().map((text) => [licenseId(text), text]))
}

function namespaceOf(inventory: Inventory, created: string): string {
  const hash = createHash('sha256').update(created).update(JSON.stringify(inventory.artifact))
  for (const found of inventory.packages) hash.update(found.purl)
  return hash.digest('hex')
}
