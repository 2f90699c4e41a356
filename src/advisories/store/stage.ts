// Reads one update of a feed to its end before anything of it counts: what differs from the live generation waits in a spill,
// the rest is only noted as seen. So an update that turns out broken at its last byte leaves nothing behind, and one that
// changes little costs little.

import type { Diagnostic } from '../../model/index.ts'
import type { FeedPartState, FeedRecord, FeedUpdate } from '../feeds/feed.ts'
import { encode } from './encode.ts'
import type { Environment } from './environment.ts'
import { epssColumns, planEpss, readChunk, yearsOf } from './epss.ts'
import type { EpssColumns, EpssUpdate } from './epss.ts'
import {
  afterAll,
  bucketDigits,
  bucketOf,
  fitsKey,
  hashBytes,
  hashOf,
  isCve,
  recordKey,
  separator,
} from './format.ts'
import type { RecordKind } from './format.ts'
import {
  advisoryRecord,
  cycleRecord,
  nameOfRecord,
  normalizeAdvisory,
  signalsRecord,
  splitSignals,
} from './record.ts'
import type { StagedRecord } from './record.ts'
import { createSpill } from './spill.ts'
import type { Spill, SpillBudget } from './spill.ts'

type ChangedUpdate = Extract<FeedUpdate, { outcome: 'changed' }>

/** A part whose update was read to its end. */
export interface StagedPart {
  readonly part: string
  readonly state: FeedPartState
  readonly diagnostics: readonly Diagnostic[]
  /** Frames of `encode([kind, id, bytes or null, withdrawn])`, null for a record that is gone. */
  readonly spill: Spill
  readonly epss: EpssUpdate | undefined
  /** True when something differs from the base. */
  readonly differs: boolean
  /** Records after the update and before it, packed scores among them. */
  readonly count: number
  readonly countBefore: number
}

/** Partitions of a part's spill: records of neighbouring buckets lie together. */
export const stagePartitions = 32
const bucketsPerPartition = 16 ** bucketDigits / stagePartitions
const partitionOf = (id: string): number =>
  Math.floor(Number.parseInt(bucketOf(id), 16) / bucketsPerPartition)

const kinds: readonly RecordKind[] = ['a', 's', 'l']

/** Most refused records that are listed one by one; the rest is counted. */
const mostDiagnostics = 1000

/** Records read between two looks at the signal. */
const batch = 256

export interface StageOptions {
  readonly base: Environment | undefined
  /** How many records of the part the base has, packed scores apart. */
  readonly recordsBefore: number
  readonly scratch: string
  /** Makes the names of temporary files differ. */
  readonly number: number
  readonly budget: SpillBudget
  readonly pause: () => Promise<void>
}

/** Reads the update. Throws what its records throw; nothing is kept then. */
export async function stagePart(update: ChangedUpdate, options: StageOptions): Promise<StagedPart> {
  const { base, budget, recordsBefore, scratch, number, pause } = options
  const { part, mode } = update
  const spill = createSpill(scratch, `stage-${number}`, stagePartitions, budget)
  try {
    const stager = createStager(part, mode, base, spill)
    let read = 0
    for await (const record of update.records) {
      stager.add(record)
      read += 1
      if (read % batch === 0) await pause()
    }
    const { state, diagnostics } = update.finish()
    if (mode === 'full') stager.removeUnseen()
    const epss = stager.planEpss()
    const scoresBefore = countScores(base, part)
    const scores = epss?.count ?? scoresBefore
    const { refused } = stager
    const count = stager.recordsAfter(recordsBefore) + scores
    return {
      part,
      // A feed that told only what changed does not know how many there are.
      state: { ...state, records: count, refused: state.refused + refused.count },
      diagnostics: [...diagnostics, ...refused.diagnostics],
      spill,
      epss,
      differs: stager.differs() || (epss !== undefined && epss.years.size > 0),
      count,
      countBefore: recordsBefore + scoresBefore,
    }
  } catch (error) {
    spill.close()
    throw error
  }
}

interface Stager {
  readonly refused: { readonly count: number; readonly diagnostics: readonly Diagnostic[] }
  add(record: FeedRecord): void
  removeUnseen(): void
  planEpss(): EpssUpdate | undefined
  differs(): boolean
  recordsAfter(before: number): number
}

function createStager(
  part: string,
  mode: 'full' | 'delta',
  base: Environment | undefined,
  spill: Spill,
): Stager {
  /** Kind and id of every record that was named, and whether it is there after the update. */
  const seen = new Map<string, boolean>()
  const columns: EpssColumns = epssColumns()
  const refused = { count: 0, diagnostics: [] as Diagnostic[] }
  const hasScores = base !== undefined && yearsOf(base.epss, part).length > 0
  let staged = 0

  function baseHash(kind: RecordKind, id: string): Buffer | undefined {
    return base?.records.getBinary(recordKey(part, kind, id))?.subarray(0, hashBytes)
  }

  function put(record: StagedRecord): void {
    const name = record.kind + record.id
    const again = seen.has(name)
    seen.set(name, true)
    const known = baseHash(record.kind, record.id)
    // A record that comes twice counts as it came last, so once named it is written whatever it says.
    if (!again && known?.equals(hashOf(record.bytes)) === true) return
    staged += 1
    spill.add(partitionOf(record.id), encode([record.kind, record.id, record.bytes, record.withdrawn]))
  }

  function remove(kind: RecordKind, id: string): void {
    const name = kind + id
    if (!seen.has(name) && baseHash(kind, id) === undefined) return
    seen.set(name, false)
    staged += 1
    spill.add(partitionOf(id), encode([kind, id, null, false]))
  }

  function refuse(record: FeedRecord, why: string): void {
    refused.count += 1
    if (refused.diagnostics.length >= mostDiagnostics) return
    refused.diagnostics.push({
      level: 'error',
      code: 'RECORD_UNFIT',
      message: `a record was left out: ${why}`,
      path: part,
      place: `record ${nameOfRecord(record).slice(0, 80)}`,
    })
  }

  return {
    refused,
    add(record) {
      switch (record.kind) {
        case 'advisory': {
          const normalized = normalizeAdvisory(part, record.advisory)
          if ('refused' in normalized) refuse(record, normalized.refused)
          else put(advisoryRecord(normalized.advisory))
          return
        }
        case 'signals': {
          const { cve, signals } = record
          if (!isCve(cve)) {
            refuse(record, 'its CVE id cannot be one')
            return
          }
          const { rest, packed } = splitSignals(cve, signals)
          if (packed !== undefined) columns.set(cve, packed)
          else if (hasScores || columns.count > 0) columns.remove(cve)
          const made = signalsRecord(cve, rest)
          if (made === undefined) remove('s', cve)
          else put(made)
          return
        }
        case 'lifecycle': {
          const { product, cycle } = record.lifecycle
          if (fitsKey(product) && fitsKey(cycle) && product.length + cycle.length < 400)
            put(cycleRecord(record.lifecycle))
          else refuse(record, 'its product or cycle cannot be one')
          return
        }
        case 'removed': {
          if (!fitsKey(record.id)) return // what could not be kept is not there
          for (const kind of kinds) remove(kind, record.id)
          if (hasScores || columns.count > 0) columns.remove(record.id)
          return
        }
        default:
          record satisfies never
      }
    },
    removeUnseen() {
      if (base === undefined) return
      for (const kind of kinds) {
        const start = part + separator + kind
        for (const key of base.records.getKeys({ start, end: start + afterAll })) {
          const id = key.slice(start.length + bucketDigits)
          if (!seen.has(kind + id)) remove(kind, id)
        }
      }
    },
    planEpss() {
      return columns.count === 0 && !hasScores ? undefined : planEpss(base?.epss, part, columns, mode)
    },
    differs: () => staged > 0,
    recordsAfter(before) {
      let after = before
      for (const [name, present] of seen) {
        const was = baseHash(name.charAt(0) as RecordKind, name.slice(1)) !== undefined
        after += Number(present) - Number(was)
      }
      return after
    },
  }
}

function countScores(base: Environment | undefined, part: string): number {
  if (base === undefined) return 0
  return yearsOf(base.epss, part).reduce(
    (sum, year) => sum + (readChunk(base.epss, part, year)?.numbers.length ?? 0),
    0,
  )
}
