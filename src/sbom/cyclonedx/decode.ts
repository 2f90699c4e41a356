// CycloneDX 1.2 to 1.7, JSON or XML brought into the same shape, to what an inventory is made of.
// https://cyclonedx.org/docs/1.6/json/ https://cyclonedx.org/docs/1.6/xml/

import { z } from 'zod'
import type { Diagnostic } from '../../model/index.ts'
import { LongwatchError } from '../../platform/index.ts'
import { propertyMap } from '../raw.ts'
import type { RawComponent, RawDocument } from '../raw.ts'

/** Components in components. */
const deepestNesting = 32
const supported = /^1\.[2-7]$/

const text = z.string().max(65_536)

const licenseSchema = z.object({
  license: z.object({ id: text.optional(), name: text.optional() }).optional(),
  expression: text.optional(),
})

const propertySchema = z.object({ name: text, value: text.optional() })

interface CycloneComponent {
  readonly type?: string | undefined
  readonly group?: string | undefined
  readonly name: string
  readonly version?: string | undefined
  readonly purl?: string | undefined
  readonly cpe?: string | undefined
  readonly licenses?: readonly z.infer<typeof licenseSchema>[] | undefined
  readonly properties?: readonly z.infer<typeof propertySchema>[] | undefined
  readonly components?: readonly unknown[] | undefined
}

/** One component; nested ones are checked one by one, so that a bad one costs itself only. */
const componentSchema: z.ZodType<CycloneComponent> = z.object({
  type: text.optional(),
  group: text.optional(),
  name: text,
  version: text.optional(),
  purl: text.optional(),
  cpe: text.optional(),
  licenses: z.array(licenseSchema).optional().catch(undefined),
  properties: z.array(propertySchema).optional().catch(undefined),
  components: z.array(z.unknown()).optional(),
})

/** The document around the components. */
const documentSchema = z.object({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  metadata: z
    .object({
      timestamp: text.optional(),
      component: z.unknown().optional(),
      properties: z.array(propertySchema).optional().catch(undefined),
    })
    .optional(),
  components: z.array(z.unknown()).optional(),
})

/** Reads a parsed document (JSON, or XML brought into JSON's shape). Throws `SBOM_MALFORMED` or `SBOM_VERSION`. */
export function decodeCycloneDx(value: unknown, place: string): RawDocument {
  const parsed = documentSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new LongwatchError(
      'SBOM_MALFORMED',
      `not a CycloneDX document: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
      {
        place,
      },
    )
  }
  const document = parsed.data
  if (!supported.test(document.specVersion)) {
    throw new LongwatchError(
      'SBOM_VERSION',
      `CycloneDX ${document.specVersion.slice(0, 20)} is not supported`,
      {
        place,
        remedy: 'Convert the SBOM to CycloneDX 1.4, 1.5 or 1.6.',
      },
    )
  }
  const diagnostics: Diagnostic[] = []
  const components: RawComponent[] = []
  collect(document.components ?? [], 'components', 0, components, diagnostics)
  const subject = componentSchema.safeParse(document.metadata?.component)
  const subjectComponent = subject.success ? rawComponent(subject.data, 'metadata.component') : undefined
  if (subject.success) {
    collect(subject.data.components ?? [], 'metadata.component.components', 0, components, diagnostics)
  }
  return {
    format: `CycloneDX ${document.specVersion}`,
    ...(subjectComponent === undefined ? {} : { subject: subjectComponent }),
    ...(document.metadata?.timestamp === undefined ? {} : { created: document.metadata.timestamp }),
    components,
    diagnostics,
  }
}

function collect(
  values: readonly unknown[],
  place: string,
  depth: number,
  into: RawComponent[],
  diagnostics: Diagnostic[],
): void {
  if (depth > deepestNesting) {
    diagnostics.push({
      level: 'error',
      code: 'SBOM_TOO_DEEP',
      message: `components are nested more than ${deepestNesting} deep; the deeper ones were not read`,
      place,
    })
    return
  }
  for (const [index, value] of values.entries()) {
    const here = `${place}[${index}]`
    const parsed = componentSchema.safeParse(value)
    if (parsed.success) {
      into.push(rawComponent(parsed.data, here))
      collect(parsed.data.components ?? [], `${here}.components`, depth + 1, into, diagnostics)
    } else {
      const issue = parsed.error.issues[0]
      diagnostics.push({
        level: 'error',
        code: 'SBOM_BAD_COMPONENT',
        message: `a component is malformed and was not read: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
        place: here,
      })
    }
  }
}

function rawComponent(component: CycloneComponent, place: string): RawComponent {
  const licenses = (component.licenses ?? []).flatMap(
    (choice) => choice.expression ?? choice.license?.id ?? choice.license?.name ?? [],
  )
  return {
    place,
    kind: component.type ?? 'library',
    name:
      component.group === undefined || component.group === ''
        ? component.name
        : `${component.group}/${component.name}`,
    ...(component.version === undefined ? {} : { version: component.version }),
    ...(component.purl === undefined ? {} : { purl: component.purl }),
    ...(component.cpe === undefined ? {} : { cpe: component.cpe }),
    licenses,
    properties: propertyMap(
      (component.properties ?? []).map(({ name, value }) => [name, value ?? ''] as const),
    ),
  }
}
