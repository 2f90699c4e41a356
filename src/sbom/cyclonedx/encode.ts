// An inventory as CycloneDX 1.6 JSON, through the CycloneDX project's own library.
// https://cyclonedx.org/docs/1.6/json/

import { createRequire } from 'node:module'
import type * as Library from '@cyclonedx/cyclonedx-library'
import type { Models } from '@cyclonedx/cyclonedx-library'
import type { Inventory, Package } from '../../model/index.ts'
import { artifactProperties, distributionProperties, packageProperties } from '../properties.ts'
import type { Property } from '../properties.ts'

const require = createRequire(import.meta.url)

/** CycloneDX's library, loaded when the first document is written: most commands write none, and it is large. */
export const cycloneDxLibrary = (): typeof Library =>
  require('@cyclonedx/cyclonedx-library') as typeof Library

export interface EncodeOptions {
  readonly toolVersion: string
  /** The document's time; the only thing in it that differs between two runs. */
  readonly created: Date
}

/** The document as a model, for those who add to it (vulnerabilities) before it is written. */
export function cycloneDxModel(
  inventory: Inventory,
  options: EncodeOptions,
): { bom: Models.Bom; byPurl: Map<string, Models.Component> } {
  const { Enums, Models } = cycloneDxLibrary()
  const bom = new Models.Bom()
  bom.metadata.timestamp = options.created
  bom.metadata.tools.components.add(
    new Models.Component(Enums.ComponentType.Application, 'longwatch', { version: options.toolVersion }),
  )
  bom.metadata.component = subjectOf(inventory)
  const { distribution } = inventory
  if (distribution !== undefined) {
    bom.components.add(
      withProperties(
        new Models.Component(Enums.ComponentType.OperatingSystem, distribution.id, {
          bomRef: `os:${distribution.id}`,
          ...(distribution.versionId === undefined ? {} : { version: distribution.versionId }),
          ...(distribution.prettyName === undefined ? {} : { description: distribution.prettyName }),
        }),
        distributionProperties(distribution),
      ),
    )
  }
  const byPurl = new Map<string, Models.Component>()
  for (const [index, found] of inventory.packages.entries()) {
    const component = componentOf(found, byPurl.has(found.purl) ? `${found.purl}#${index}` : found.purl)
    bom.components.add(component)
    if (!byPurl.has(found.purl)) byPurl.set(found.purl, component)
  }
  return { bom, byPurl }
}

/** Writes a model; lists are sorted, so the same inventory gives the same bytes but for the time. */
export function serializeCycloneDx(bom: Models.Bom): string {
  const { Serialize, Spec } = cycloneDxLibrary()
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6))
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`
}

/** The inventory as a CycloneDX 1.6 JSON document. */
export function encodeCycloneDx(inventory: Inventory, options: EncodeOptions): string {
  return serializeCycloneDx(cycloneDxModel(inventory, options).bom)
}

function subjectOf({ artifact }: Inventory): Models.Component {
  const { Enums, Models } = cycloneDxLibrary()
  const type =
    artifact.kind === 'image'
      ? Enums.ComponentType.Container
      : artifact.kind === 'project' || artifact.kind === 'zip'
        ? Enums.ComponentType.Application
        : Enums.ComponentType.Platform
  return withProperties(
    new Models.Component(type, artifact.target, {
      bomRef: 'artifact',
      ...(artifact.digest === undefined ? {} : { version: artifact.digest }),
    }),
    artifactProperties(artifact),
  )
}

function componentOf(found: Package, bomRef: string): Models.Component {
  const { Enums, Models } = cycloneDxLibrary()
  const component = new Models.Component(Enums.ComponentType.Library, found.name, {
    bomRef,
    version: found.version,
    purl: found.purl,
  })
  for (const license of found.licenses ?? []) component.licenses.add(new Models.NamedLicense(license))
  return withProperties(component, packageProperties(found))
}

function withProperties(component: Models.Component, properties: readonly Property[]): Models.Component {
  const { Models } = cycloneDxLibrary()
  for (const [name, value] of properties) component.properties.add(new Models.Property(name, value))
  return component
}
