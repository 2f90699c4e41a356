// The OSV records that Longwatch reads: only the fields it uses, and lenient where a field decides nothing.
// https://ossf.github.io/osv-schema/

import { z } from 'zod'

type Nullish<T> = T | null | undefined
type Specific = Nullish<Readonly<Record<string, unknown>>>
type OsvSeverity = Nullish<readonly { readonly type: string; readonly score: string }[]>

export interface OsvEvent {
  readonly introduced?: string | undefined
  readonly fixed?: string | undefined
  readonly last_affected?: string | undefined
  readonly limit?: string | undefined
}

export interface OsvRange {
  readonly type: string
  readonly events: readonly OsvEvent[]
}

export interface OsvAffected {
  readonly package?: Nullish<{ readonly ecosystem: string; readonly name: string }>
  readonly ranges?: Nullish<readonly OsvRange[]>
  readonly versions?: Nullish<readonly string[]>
  readonly severity?: OsvSeverity
  readonly ecosystem_specific?: Specific
  readonly database_specific?: Specific
}

export interface OsvRecord {
  readonly id: string
  readonly modified: string
  readonly published?: Nullish<string>
  readonly withdrawn?: Nullish<string>
  readonly aliases?: Nullish<readonly string[]>
  readonly upstream?: Nullish<readonly string[]>
  readonly related?: Nullish<readonly string[]>
  readonly summary?: Nullish<string>
  readonly details?: Nullish<string>
  readonly references?: Nullish<readonly { readonly type: string; readonly url: string }[]>
  readonly severity?: OsvSeverity
  readonly affected?: Nullish<readonly OsvAffected[]>
  readonly database_specific?: Specific
}

const text = z.string().max(4096)
const texts = z.array(text).max(100_000).nullish()
const specific = z.record(z.string(), z.unknown()).nullish().catch(undefined)
const severity = z
  .array(z.object({ type: text, score: text }))
  .nullish()
  .catch(undefined)

const event = z.object({
  introduced: text.optional(),
  fixed: text.optional(),
  last_affected: text.optional(),
  limit: text.optional(),
})

const affected = z.object({
  package: z.object({ ecosystem: text.min(1), name: text.min(1) }).nullish(),
  ranges: z
    .array(z.object({ type: text, events: z.array(event).max(100_000) }))
    .max(10_000)
    .nullish(),
  versions: texts,
  severity,
  ecosystem_specific: specific,
  database_specific: specific,
})

const record: z.ZodType<OsvRecord> = z.object({
  id: text.min(1),
  modified: text.min(1),
  published: text.nullish(),
  withdrawn: text.nullish(),
  aliases: texts,
  upstream: texts,
  related: texts,
  summary: z.string().nullish().catch(undefined),
  details: z.string().nullish().catch(undefined),
  references: z
    .array(z.object({ type: text, url: text }))
    .nullish()
    .catch(undefined),
  severity,
  affected: z.array(affected).max(100_000).nullish(),
  database_specific: specific,
})

/** The record, or in one sentence why it is none. */
export function readOsvRecord(json: unknown): OsvRecord | string {
  const result = record.safeParse(json)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  return issue === undefined ? 'not an OSV record' : `${issue.path.join('.')}: ${issue.message}`
}
