// CSAF 2.0 with VEX profile. https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html#45-profile-5-vex

import { z } from 'zod'
import type { Diagnostic } from '../../model/index.ts'
import type { VexDocument, VexProduct, VexStatement, VexStatus } from './statement.ts'
import { leftOut } from './statement.ts'

const text = z.string().min(1).max(4096)
const ids = z.array(text).max(1_000_000).optional()
const namedProduct = z.object({
  product_id: text,
  name: z.string().max(4096).optional(),
  product_identification_helper: z.object({ purl: text.optional() }).optional(),
})
const relationship = z.object({
  product_reference: text,
  relates_to_product_reference: text,
  full_product_name: namedProduct,
})
const vulnerability = z.object({
  cve: text.optional(),
  ids: z.array(z.object({ text })).max(1000).optional(),
  product_status: z
    .object({
      known_not_affected: ids,
      fixed: ids,
      first_fixed: ids,
      known_affected: ids,
      under_investigation: ids,
    })
    .optional(),
  flags: z
    .array(z.object({ label: text, product_ids: ids }))
    .max(100_000)
    .optional(),
  threats: z
    .array(z.object({ category: text, details: z.string().max(65_536), product_ids: ids }))
    .max(100_000)
    .optional(),
})
const envelope = z.object({
  document: z.object({
    category: text,
    publisher: z.object({ name: z.string().max(4096) }).optional(),
    tracking: z.object({ current_release_date: text.optional(), status: text.optional() }).optional(),
  }),
  product_tree: z
    .object({
      branches: z.array(z.unknown()).max(1_000_000).optional(),
      full_product_names: z.array(z.unknown()).max(1_000_000).optional(),
      relationships: z.array(z.unknown()).max(1_000_000).optional(),
    })
    .optional(),
  vulnerabilities: z.array(z.unknown()).max(1_000_000).optional(),
})

const deepestBranch = 64

/** True when the document says that it is CSAF. */
export function isCsaf(value: object): boolean {
  const { document } = value as { readonly document?: unknown }
  return typeof document === 'object' && document !== null && 'csaf_version' in document
}

/** What the document says of each product; undefined when it is no such document. */
export function decodeCsaf(value: unknown, origin: string): VexDocument | undefined {
  const read = envelope.safeParse(value)
  if (!read.success) return undefined
  const { document, product_tree: tree, vulnerabilities = [] } = read.data
  const products = productsOf(tree ?? {})
  const diagnostics: Diagnostic[] = []
  const statements: VexStatement[] = []
  for (const [index, raw] of vulnerabilities.entries()) {
    const one = vulnerability.safeParse(raw)
    const place = `vulnerabilities[${index}]`
    if (!one.success) diagnostics.push(leftOut(origin, place, one.error.issues[0]?.message ?? 'malformed'))
    else {
      const [name, ...aliases] = [one.data.cve, ...(one.data.ids ?? []).map((id) => id.text)].filter(
        (id) => id !== undefined,
      )
      if (name === undefined) diagnostics.push(leftOut(origin, place, 'it names no vulnerability'))
      else
        statements.push(
          ...statementsOf(one.data, name, aliases, products, document.tracking?.current_release_date),
        )
    }
  }
  const author = document.publisher?.name
  return { format: 'CSAF', origin, ...(author === undefined ? {} : { author }), statements, diagnostics }
}

type Flaw = z.infer<typeof vulnerability>

const statusFields: readonly (readonly [keyof NonNullable<Flaw['product_status']>, VexStatus])[] = [
  ['known_not_affected', 'not_affected'],
  ['fixed', 'fixed'],
  ['first_fixed', 'fixed'],
  ['known_affected', 'affected'],
  ['under_investigation', 'under_investigation'],
]

function statementsOf(
  flaw: Flaw,
  name: string,
  aliases: readonly string[],
  products: ReadonlyMap<string, VexProduct>,
  timestamp: string | undefined,
): readonly VexStatement[] {
  const flags = byProduct(flaw.flags ?? [], ({ label }) => label)
  const impacts = byProduct(
    (flaw.threats ?? []).filter(({ category }) => category === 'impact'),
    ({ details }) => details,
  )
  return statusFields.flatMap(([field, status]) =>
    (flaw.product_status?.[field] ?? []).map((id): VexStatement => {
      const justification = flags.get(id)
      const detail = impacts.get(id)
      return {
        vulnerability: name,
        aliases,
        status,
        products: [products.get(id) ?? { id }],
        ...(justification === undefined ? {} : { justification }),
        ...(detail === undefined ? {} : { detail }),
        ...(timestamp === undefined ? {} : { timestamp }),
      }
    }),
  )
}

function byProduct<Item extends { readonly product_ids?: readonly string[] | undefined }>(
  items: readonly Item[],
  textOf: (item: Item) => string,
): ReadonlyMap<string, string> {
  return new Map(items.flatMap((item) => (item.product_ids ?? []).map((id) => [id, textOf(item)] as const)))
}

/** Every product id of the tree: a purl or a name; a component as part of its product. */
function productsOf(tree: {
  readonly branches?: readonly unknown[] | undefined
  readonly full_product_names?: readonly unknown[] | undefined
  readonly relationships?: readonly unknown[] | undefined
}): ReadonlyMap<string, VexProduct> {
  const products = new Map<string, VexProduct>()
  const add = (raw: unknown): void => {
    const read = namedProduct.safeParse(raw)
    if (!read.success) return
    const { product_id: id, name, product_identification_helper: helper } = read.data
    products.set(id, { id: helper?.purl ?? name ?? id })
  }
  const walk = (branches: readonly unknown[], depth: number): void => {
    for (const branch of branches) {
      if (typeof branch !== 'object' || branch === null) continue
      if ('product' in branch) add(branch.product)
      if ('branches' in branch && Array.isArray(branch.branches) && depth < deepestBranch)
        walk(branch.branches, depth + 1)
    }
  }
  walk(tree.branches ?? [], 0)
  for (const raw of tree.full_product_names ?? []) add(raw)
  for (const raw of tree.relationships ?? []) {
    const read = relationship.safeParse(raw)
    if (!read.success) continue
    const component = products.get(read.data.product_reference)?.id ?? read.data.product_reference
    const holder =
      products.get(read.data.relates_to_product_reference)?.id ?? read.data.relates_to_product_reference
    products.set(read.data.full_product_name.product_id, { id: holder, component })
  }
  return products
}
