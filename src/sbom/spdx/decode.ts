// SPDX 2.2 and 2.3, JSON and tag-value, to what an inventory is made of. https://spdx.github.io/spdx-spec/v2.3/

import { z } from 'zod'
import type { Diagnostic } from '../../model/index.ts'
import { LongwatchError } from '../../platform/index.ts'
import { propertyMap } from '../raw.ts'
import type { RawComponent, RawDocument } from '../raw.ts'

const text = z.string().max(65_536)

const packageSchema = z.object({
  SPDXID: text,
  name: text,
  versionInfo: text.optional(),
  primaryPackagePurpose: text.optional(),
  licenseDeclared: text.optional(),
  externalRefs: z.array(z.object({ referenceType: text, referenceLocator: text })).optional(),
  annotations: z.array(z.object({ comment: text })).optional(),
})

const documentSchema = z.object({
  spdxVersion: text,
  creationInfo: z.object({ created: text.optional() }).optional(),
  packages: z.array(z.unknown()).optional(),
  hasExtractedLicensingInfos: z
    .array(z.object({ licenseId: text, extractedText: z.string().optional() }))
    .optional()
    .catch(undefined),
})

/** Reads a parsed document. Throws `SBOM_MALFORMED` or `SBOM_VERSION`. */
export function decodeSpdx(value: unknown, place: string): RawDocument {
  const parsed = documentSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new LongwatchError(
      'SBOM_MALFORMED',
      `not an SPDX document: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
      {
        place,
      },
    )
  }
  const document = parsed.data
  if (!/^SPDX-2\.[23]$/.test(document.spdxVersion)) {
    throw new LongwatchError('SBOM_VERSION', `${document.spdxVersion.slice(0, 20)} is not supported`, {
      place,
      remedy: 'Convert the SBOM to SPDX 2.3 or CycloneDX 1.6.',
    })
  }
  const extracted = new Map(
    (document.hasExtractedLicensingInfos ?? []).map((info) => [
      info.licenseId,
      info.extractedText ?? info.licenseId,
    ]),
  )
  const diagnostics: Diagnostic[] = []
  const components: RawComponent[] = []
  let subject: RawComponent | undefined
  for (const [index, one] of (document.packages ?? []).entries()) {
    const checked = packageSchema.safeParse(one)
    if (!checked.success) {
      const issue = checked.error.issues[0]
      diagnostics.push({
        level: 'error',
        code: 'SBOM_BAD_COMPONENT',
        message: `a package is malformed and was not read: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
        place: `packages[${index}]`,
      })
      continue
    }
    const component = componentOf(checked.data, extracted)
    if (checked.data.SPDXID === 'SPDXRef-Artifact') subject = component
    else components.push(component)
  }
  return {
    format: document.spdxVersion,
    ...(subject === undefined ? {} : { subject }),
    ...(document.creationInfo?.created === undefined ? {} : { created: document.creationInfo.created }),
    components,
    diagnostics,
  }
}

function componentOf(
  one: z.infer<typeof packageSchema>,
  extracted: ReadonlyMap<string, string>,
): RawComponent {
  const locator = (type: RegExp): string | undefined =>
    one.externalRefs?.find((reference) => type.test(reference.referenceType))?.referenceLocator
  const purl = locator(/purl$/)
  const cpe = locator(/cpe2[23]Type$/)
  const annotations = (one.annotations ?? []).flatMap(({ comment }): (readonly [string, string])[] => {
    const equals = comment.indexOf('=')
    return equals > 0 ? [[comment.slice(0, equals), comment.slice(equals + 1)]] : []
  })
  return {
    place: one.SPDXID,
    kind: one.primaryPackagePurpose ?? 'LIBRARY',
    name: one.name,
    ...(one.versionInfo === undefined ? {} : { version: one.versionInfo }),
    ...(purl === undefined ? {} : { purl }),
    ...(cpe === undefined ? {} : { cpe }),
    licenses: licensesOf(one.licenseDeclared, extracted),
    properties: propertyMap(annotations),
  }
}

function licensesOf(declared: string | undefined, extracted: ReadonlyMap<string, string>): readonly string[] {
  if (declared === undefined || declared === 'NOASSERTION' || declared === 'NONE') return []
  // Ours are references joined by AND; anything else is an expression and stays whole.
  const parts = declared.split(' AND ')
  return parts.every((part) => extracted.has(part))
    ? parts.map((part) => extracted.get(part) ?? part)
    : [declared]
}

/**
 * SPDX tag-value into the shape of SPDX JSON: `Tag: value` lines, values over several lines between `<text>` and `</text>`.
 * https://spdx.github.io/spdx-spec/v2.3/conformance/
 */
export function spdxFromTagValue(source: string): unknown {
  const packages: Record<string, unknown>[] = []
  const licenses: { licenseId: string; extractedText?: string }[] = []
  const annotations = new Map<string, { comment: string }[]>()
  let spdxVersion = ''
  let created: string | undefined
  let current: Record<string, unknown> | undefined
  let pendingComment: string | undefined
  for (const [tag, value] of tagsOf(source)) {
    switch (tag) {
      case 'SPDXVersion':
        spdxVersion = value
        break
      case 'Created':
        created = value
        break
      case 'PackageName':
        current = { name: value, externalRefs: [], annotations: [] }
        packages.push(current)
        break
      case 'SPDXID':
        if (current !== undefined && current['SPDXID'] === undefined) current['SPDXID'] = value
        break
      case 'PackageVersion':
        if (current !== undefined) current['versionInfo'] = value
        break
      case 'PrimaryPackagePurpose':
        if (current !== undefined) current['primaryPackagePurpose'] = value
        break
      case 'PackageLicenseDeclared':
        if (current !== undefined) current['licenseDeclared'] = value
        break
      case 'ExternalRef': {
        const [, type, locator] = /^\S+\s+(\S+)\s+(\S+)$/.exec(value) ?? []
        if (type !== undefined && locator !== undefined) {
          ;(current?.['externalRefs'] as object[] | undefined)?.push({
            referenceType: type,
            referenceLocator: locator,
          })
        }
        break
      }
      case 'FileName':
      case 'SnippetSPDXID':
        // Files and snippets follow their package; their tags are not the package's.
        current = undefined
        break
      case 'LicenseID':
        licenses.push({ licenseId: value })
        break
      case 'ExtractedText': {
        const last = licenses.at(-1)
        if (last !== undefined) last.extractedText = value
        break
      }
      case 'AnnotationComment':
        pendingComment = value
        break
      case 'SPDXREF': {
        const known = annotations.get(value) ?? []
        if (pendingComment !== undefined) known.push({ comment: pendingComment })
        annotations.set(value, known)
        pendingComment = undefined
        break
      }
      default:
        break
    }
  }
  for (const one of packages) {
    const id = one['SPDXID']
    if (typeof id === 'string') one['annotations'] = annotations.get(id) ?? []
  }
  return { spdxVersion, creationInfo: { created }, packages, hasExtractedLicensingInfos: licenses }
}

function* tagsOf(source: string): Generator<readonly [string, string]> {
  const lines = source.split(/\r?\n/)
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    const colon = line.indexOf(':')
    if (line.startsWith('#') || colon <= 0) continue
    const tag = line.slice(0, colon).trim()
    let value = line.slice(colon + 1).trim()
    if (value.startsWith('<text>')) {
      const parts = [value.slice('<text>'.length)]
      while (!(parts.at(-1) ?? '').includes('</text>') && index + 1 < lines.length) {
        index += 1
        parts.push(lines[index] ?? '')
      }
      value = parts.join('\n').split('</text>')[0] ?? ''
    }
    yield [tag, value]
  }
}
