// What a generation knows of itself, kept inside its LMDB file.

import { hash } from 'node:crypto'
import type { Environment } from './environment.ts'
import { afterAll, digestedTables, separator } from './format.ts'

export interface Meta {
  /** Package keys by `ecosystem` and `release`. */
  readonly coverage: ReadonlyMap<string, number>
  /** Records by part: advisories, signals and release cycles that are kept. */
  readonly records: ReadonlyMap<string, number>
  /** Parts that have packed EPSS scores, sorted. */
  readonly epssParts: readonly string[]
}

const key = 'meta'

/** The generation's own word; empty for one that is just being made. */
export function readMeta(environment: Environment): Meta {
  const bytes = environment.meta.getBinary(key)
  if (bytes === undefined) return { coverage: new Map(), records: new Map(), epssParts: [] }
  const { coverage, records, epssParts } = JSON.parse(bytes.toString('utf8')) as {
    coverage: [string, number][]
    records: [string, number][]
    epssParts: string[]
  }
  return { coverage: new Map(coverage), records: new Map(records), epssParts }
}

/** Replaces it. */
export function writeMeta(environment: Environment, meta: Meta): void {
  const text = JSON.stringify({
    coverage: [...meta.coverage].filter(([, count]) => count > 0),
    records: [...meta.records],
    epssParts: meta.epssParts,
  })
  environment.root.transactionSync(() => environment.meta.putSync(key, Buffer.from(text)))
}

/** The generation's id: one digest over the digests of all buckets of all tables. */
export function contentId(environment: Environment): string {
  const chunks: Uint8Array[] = []
  for (const table of digestedTables) {
    const start = table + separator
    for (const { key: name, value } of environment.digests.getRange({ start, end: start + afterAll })) {
      chunks.push(Buffer.from(`${name}\n`), Buffer.from(value))
    }
  }
  return `sha256:${hash('sha256', Buffer.concat(chunks))}`
}
