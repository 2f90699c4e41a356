// A feed's record as the store keeps it: checked, in one fixed form, as bytes with a hash.

import type { Advisory, Signals } from '../../model/index.ts'
import { compareText } from '../../platform/index.ts'
import type { FeedRecord, ProductCycle } from '../feeds/feed.ts'
import { encode, encodeAdvisory } from './encode.ts'
import { packs } from './epss.ts'
import { fitsKey, fitsPackage, isCve, separator } from './format.ts'
import type { RecordKind } from './format.ts'

/** One record, ready to be compared with what the store has. */
export interface StagedRecord {
  readonly kind: RecordKind
  readonly id: string
  readonly bytes: Buffer
  readonly withdrawn: boolean
}

/** Most packages that one advisory may name: the largest real ones name a few thousand. */
const mostAffected = 50_000

/** The advisory with sorted ids, all its CVEs in `cves`, under the part's name. Undefined with a reason when it cannot be a record. */
export function normalizeAdvisory(
  part: string,
  advisory: Advisory,
): { readonly advisory: Advisory } | { readonly refused: string } {
  const cves = sorted([
    ...advisory.cves,
    ...advisory.aliases.filter(isCve),
    ...(isCve(advisory.id) ? [advisory.id] : []),
  ])
  const aliases = sorted(advisory.aliases).filter((alias) => alias !== advisory.id)
  const unfit = [advisory.id, ...aliases].find((id) => !fitsKey(id)) ?? cves.find((cve) => !isCve(cve))
  if (unfit !== undefined) return { refused: `its id ${JSON.stringify(unfit.slice(0, 80))} cannot be one` }
  if (advisory.affected.length > mostAffected)
    return { refused: `it names more than ${mostAffected} packages` }
  const odd = advisory.affected.find((affected) => !fitsPackage(affected))
  if (odd !== undefined)
    return { refused: `its package ${JSON.stringify(odd.name.slice(0, 80))} cannot be one` }
  return { advisory: { ...advisory, feed: part, cves, aliases } }
}

const sorted = (ids: readonly string[]): readonly string[] => [...new Set(ids)].sort(compareText)

/** The record of an advisory that was normalised. */
export function advisoryRecord(advisory: Advisory): StagedRecord {
  return {
    kind: 'a',
    id: advisory.id,
    bytes: encodeAdvisory(advisory),
    withdrawn: advisory.withdrawn !== undefined,
  }
}

/** What of the signals is kept as a record, and the score when it can be kept packed. */
export function splitSignals(
  cve: string,
  signals: Signals,
): { readonly rest: Signals; readonly packed: Signals['epss'] } {
  const { epss, ...others } = signals
  if (epss === undefined) return { rest: others, packed: undefined }
  return packs(cve, epss) ? { rest: others, packed: epss } : { rest: signals, packed: undefined }
}

/** The record of what a part says about a CVE, undefined when it says nothing. */
export function signalsRecord(cve: string, signals: Signals): StagedRecord | undefined {
  if (Object.keys(signals).length === 0) return undefined
  return { kind: 's', id: cve, bytes: encode(signals), withdrawn: false }
}

/** Id of a release cycle's record. */
export function cycleId(cycle: ProductCycle): string {
  return cycle.product + separator + cycle.cycle
}

/** The record of a release cycle. */
export function cycleRecord(cycle: ProductCycle): StagedRecord {
  return { kind: 'l', id: cycleId(cycle), bytes: encode(cycle), withdrawn: false }
}

/** The id by which a diagnostic names a record. */
export function nameOfRecord(record: FeedRecord): string {
  if (record.kind === 'advisory') return record.advisory.id
  if (record.kind === 'signals') return record.cve
  return record.kind === 'removed' ? record.id : `${record.lifecycle.product} ${record.lifecycle.cycle}`
}
