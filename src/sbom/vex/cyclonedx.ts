// CycloneDX documents with analysed vulnerabilities. https://cyclonedx.org/capabilities/vex/

import { z } from 'zod'
import type { Diagnostic } from '../../model/index.ts'
import type { VexDocument, VexStatement, VexStatus } from './statement.ts'
import { leftOut } from './statement.ts'

const text = z.string().min(1).max(4096)
const vulnerability = z.object({
  id: text,
  references: z
    .array(z.object({ id: text }))
    .max(1000)
    .optional(),
  analysis: z
    .object({
      state: text.optional(),
      justification: text.optional(),
      detail: z.string().max(65_536).optional(),
    })
    .optional(),
  affects: z
    .array(z.object({ ref: text }))
    .max(1_000_000)
    .optional(),
  updated: text.optional(),
})
const envelope = z.object({
  metadata: z
    .object({
      timestamp: text.optional(),
      component: z.unknown().optional(),
      supplier: z.object({ name: z.string().max(4096).optional() }).optional(),
    })
    .optional(),
  components: z.array(z.unknown()).max(1_000_000).optional(),
  vulnerabilities: z.array(z.unknown()).max(1_000_000),
})

const states: ReadonlyMap<string, VexStatus> = new Map([
  ['not_affected', 'not_affected'],
  ['false_positive', 'not_affected'],
  ['resolved', 'fixed'],
  ['resolved_with_pedigree', 'fixed'],
  ['exploitable', 'affected'],
  ['in_triage', 'under_investigation'],
])

const deepestComponent = 64

/** True when the document says that it is CycloneDX. */
export function isCycloneDx(value: object): boolean {
  return 'bomFormat' in value && value.bomFormat === 'CycloneDX'
}

/** What the document's analyses say; undefined when it has no vulnerabilities. Those without analysis say nothing. */
export function decodeCycloneDxVex(value: unknown, origin: string): VexDocument | undefined {
  const read = envelope.safeParse(value)
  if (!read.success) return undefined
  const { metadata, components = [], vulnerabilities } = read.data
  const purls = purlsByRef([metadata?.component, ...components])
  const diagnostics: Diagnostic[] = []
  const statements = vulnerabilities.flatMap((raw, index): readonly VexStatement[] => {
    const place = `vulnerabilities[${index}]`
    const one = vulnerability.safeParse(raw)
    if (!one.success) {
      diagnostics.push(leftOut(origin, place, one.error.issues[0]?.message ?? 'malformed'))
      return []
    }
    const { id, references, analysis, affects = [], updated } = one.data
    const status = states.get(analysis?.state ?? '')
    if (status === undefined) return []
    const products = affects.flatMap(({ ref }) => {
      const purl = purls.get(ref) ?? purlInLink(ref, purls)
      if (purl === undefined)
        diagnostics.push(leftOut(origin, place, `${ref} is no component of the document`))
      return purl === undefined ? [] : [{ id: purl }]
    })
    const timestamp = updated ?? metadata?.timestamp
    return [
      {
        vulnerability: id,
        aliases: (references ?? []).map((reference) => reference.id),
        status,
        products,
        ...(analysis?.justification === undefined ? {} : { justification: analysis.justification }),
        ...(analysis?.detail === undefined ? {} : { detail: analysis.detail }),
        ...(timestamp === undefined ? {} : { timestamp }),
      },
    ]
  })
  const author = metadata?.supplier?.name
  return { format: 'CycloneDX', origin, ...(author === undefined ? {} : { author }), statements, diagnostics }
}

function purlsByRef(components: readonly unknown[]): ReadonlyMap<string, string> {
  const purls = new Map<string, string>()
  const walk = (items: readonly unknown[], depth: number): void => {
    for (const item of items) {
      if (typeof item !== 'object' || item === null) continue
      const one = item as {
        readonly 'bom-ref'?: unknown
        readonly purl?: unknown
        readonly components?: unknown
      }
      if (typeof one.purl === 'string') {
        purls.set(one.purl, one.purl)
        if (typeof one['bom-ref'] === 'string') purls.set(one['bom-ref'], one.purl)
      }
      if (Array.isArray(one.components) && depth < deepestComponent) walk(one.components, depth + 1)
    }
  }
  walk(components, 0)
  return purls
}

/** `urn:cdx:serial/version#ref` names a component of another document, often by its purl. */
function purlInLink(ref: string, purls: ReadonlyMap<string, string>): string | undefined {
  if (ref.startsWith('pkg:')) return ref
  const hash = ref.startsWith('urn:cdx:') ? ref.indexOf('#') : -1
  if (hash < 0) return undefined
  const fragment = decode(ref.slice(hash + 1))
  return fragment.startsWith('pkg:') ? fragment : purls.get(fragment)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a lone % is meant as it stands
  }
}
