// Exploits by CVE, as records in an order that does not depend on the source's.

import type { ExploitReference, Signals } from '../../model/index.ts'
import { compareText } from '../../platform/index.ts'
import type { FeedRecord } from './feed.ts'

/** One record per CVE, sorted; the references of each sorted by id, each id once. */
export function* groupedSignals(
  byCve: ReadonlyMap<string, readonly ExploitReference[]>,
  wrap: (references: readonly ExploitReference[]) => Signals,
): Generator<FeedRecord> {
  for (const cve of [...byCve.keys()].sort(compareText)) {
    const unique = new Map((byCve.get(cve) ?? []).map((one) => [one.id, one]))
    const references = [...unique.values()].sort((a, b) => compareText(a.id, b.id))
    yield { kind: 'signals', cve, signals: wrap(references) }
  }
}
