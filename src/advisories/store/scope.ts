// Which ecosystems a store is kept for: what was asked for once is asked for again by the next update.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compareText } from '../../platform/index.ts'
import type { FeedScope } from '../feeds/feed.ts'
import { generationCoverage } from './coverage.ts'
import { writeDurably } from './files.ts'

type Ecosystems = FeedScope['ecosystems']

const pathOf = (dbDir: string): string => join(dbDir, 'scope.json')

/**
 * The ecosystems that were asked for so far; of an imported store those it has. Undefined for a store that is new.
 */
export async function readScope(dbDir: string): Promise<Ecosystems | undefined> {
  const kept = keptScope(dbDir)
  if (kept !== undefined) return kept
  const coverage = await generationCoverage(dbDir)
  return coverage === undefined
    ? undefined
    : [...new Set(coverage.map(({ ecosystem }) => ecosystem))].sort(compareText)
}

function keptScope(dbDir: string): Ecosystems | undefined {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(pathOf(dbDir), 'utf8'))
  } catch {
    return undefined // never written, or torn: then it is as if nothing had been asked for
  }
  if (value === 'all') return 'all'
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined
}

/** Adds to what is asked for. */
export function rememberScope(dbDir: string, asked: Ecosystems): void {
  const kept = keptScope(dbDir)
  const both =
    asked === 'all' || kept === 'all' ? 'all' : [...new Set([...(kept ?? []), ...asked])].sort(compareText)
  if (JSON.stringify(both) === JSON.stringify(kept)) return
  writeDurably(pathOf(dbDir), `${JSON.stringify(both)}\n`)
}
