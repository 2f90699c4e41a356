// OpenVEX 0.0.1 to 0.2.0. https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md

import { z } from 'zod'
import type { Diagnostic } from '../../model/index.ts'
import { compareText } from '../../platform/index.ts'
import type { VexDocument, VexProduct, VexStatement } from './statement.ts'
import { leftOut } from './statement.ts'

const text = z.string().min(1).max(4096)
const identified = z.object({
  '@id': text.optional(),
  identifiers: z.object({ purl: text.optional() }).optional(),
})
const product = z.union([
  text,
  identified.extend({
    subcomponents: z
      .array(z.union([text, identified]))
      .max(100_000)
      .optional(),
  }),
])
const statement = z.object({
  vulnerability: z.union([
    text,
    z.object({ '@id': text.optional(), name: text.optional(), aliases: z.array(text).max(100).optional() }),
  ]),
  products: z.array(product).max(100_000).optional(),
  status: z.enum(['not_affected', 'affected', 'fixed', 'under_investigation']),
  justification: text.optional(),
  impact_statement: z.string().max(65_536).optional(),
  timestamp: text.optional(),
})
const envelope = z.object({
  author: z.string().max(4096).optional(),
  timestamp: text.optional(),
  statements: z.array(z.unknown()).max(1_000_000),
})

/** True when the document says that it is OpenVEX. */
export function isOpenVex(value: object): boolean {
  return '@context' in value && String(value['@context']).includes('openvex')
}

/** The statements in force; undefined when it is no such document. A later one about the same thing replaces an earlier one. */
export function decodeOpenVex(value: unknown, origin: string): VexDocument | undefined {
  const read = envelope.safeParse(value)
  if (!read.success) return undefined
  const diagnostics: Diagnostic[] = []
  const dated = read.data.statements.flatMap((raw, index) => {
    const one = statement.safeParse(raw)
    if (one.success) return [{ index, ...statementOf(one.data, read.data.timestamp) }]
    diagnostics.push(leftOut(origin, `statements[${index}]`, one.error.issues[0]?.message ?? 'malformed'))
    return []
  })
  dated.sort((a, b) => compareText(a.timestamp ?? '', b.timestamp ?? '') || a.index - b.index)
  const latest = new Map<string, VexStatement>()
  for (const { index: _, products, ...rest } of dated) {
    if (products.length === 0) diagnostics.push(leftOut(origin, rest.vulnerability, 'it names no product'))
    for (const one of products) {
      const key = JSON.stringify([rest.vulnerability, one.id, one.component ?? ''])
      latest.delete(key)
      latest.set(key, { ...rest, products: [one] })
    }
  }
  const { author } = read.data
  return {
    format: 'OpenVEX',
    origin,
    ...(author === undefined ? {} : { author }),
    statements: [...latest.values()],
    diagnostics,
  }
}

function statementOf(raw: z.infer<typeof statement>, documentTime: string | undefined): VexStatement {
  const { vulnerability: flaw, status, justification, impact_statement: detail } = raw
  const timestamp = raw.timestamp ?? documentTime
  return {
    vulnerability: typeof flaw === 'string' ? flaw : (flaw.name ?? flaw['@id'] ?? ''),
    aliases: typeof flaw === 'string' ? [] : (flaw.aliases ?? []),
    status,
    products: (raw.products ?? []).flatMap(productsOf),
    ...(justification === undefined ? {} : { justification }),
    ...(detail === undefined ? {} : { detail }),
    ...(timestamp === undefined ? {} : { timestamp }),
  }
}

function productsOf(raw: z.infer<typeof product>): readonly VexProduct[] {
  if (typeof raw === 'string') return [{ id: raw }]
  const id = idOf(raw)
  if (id === undefined) return []
  const parts = (raw.subcomponents ?? []).flatMap((part) =>
    typeof part === 'string' ? [part] : (idOf(part) ?? []),
  )
  return parts.length === 0 ? [{ id }] : parts.map((component) => ({ id, component }))
}

const idOf = ({ '@id': id, identifiers }: z.infer<typeof identified>): string | undefined =>
  identifiers?.purl ?? id
