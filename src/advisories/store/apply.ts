// Writes staged parts into the file of a generation that is being built, so that the result is the same whether it was built
// at once or by many small steps: records first, then who is who, then what is said under each key.

import type { Advisory } from '../../model/index.ts'
import { decode, decodeAdvisory } from './encode.ts'
import type { Environment } from './environment.ts'
import { writeChunk, yearsOf } from './epss.ts'
import {
  advisoryKey,
  bucketDigits,
  bucketOf,
  digestKey,
  hashBytes,
  hashOf,
  parsePackageKey,
  recordKey,
  separator,
} from './format.ts'
import type { RecordKind } from './format.ts'
import { createContributions } from './contributions.ts'
import type { Contributions } from './contributions.ts'
import { digestOfBucket, groupEvents } from './grouped.ts'
import type { Group, GroupEvents } from './grouped.ts'
import { updateIdentities } from './identities.ts'
import { readMeta, writeMeta } from './meta.ts'
import type { SpillBudget } from './spill.ts'
import type { StagedPart } from './stage.ts'
import { stagePartitions } from './stage.ts'

/** Records and bytes written in one transaction. */
const batchSize = 4000
const batchBytes = 16 * 1024 * 1024

export interface ApplyOptions {
  readonly scratch: string
  readonly budget: SpillBudget
  readonly pause: () => Promise<void>
}

/** Applies all parts. The environment is open for building. Gives the canonical ids of suspiciously large groups of aliases. */
export async function applyParts(
  environment: Environment,
  parts: readonly StagedPart[],
  options: ApplyOptions,
): Promise<readonly string[]> {
  const { scratch, budget, pause } = options
  const meta = readMeta(environment)
  const coverage = new Map(meta.coverage)
  const records = new Map(meta.records)
  const tables = {
    ids: groupEvents(environment, 'ids', scratch, budget),
    packages: groupEvents(environment, 'packages', scratch, budget),
    vulnerabilities: groupEvents(environment, 'vulnerabilities', scratch, budget),
    signals: groupEvents(environment, 'signals', scratch, budget),
    lifecycles: groupEvents(environment, 'lifecycles', scratch, budget),
  }
  let large: readonly string[]
  try {
    const contributions = createContributions(environment, tables)
    for (const part of parts) {
      const change = await applyRecords(environment, part, contributions, tables, pause)
      records.set(part.part, (records.get(part.part) ?? 0) + change)
      applyEpss(environment, part)
    }
    const touched: string[] = []
    await tables.ids.apply((key) => touched.push(key), pause)
    large = await updateIdentities(environment, touched, contributions, pause)
    await contributions.settle(pause)
    await tables.packages.apply(countCoverage(coverage), pause)
    for (const table of [tables.vulnerabilities, tables.signals, tables.lifecycles]) {
      await table.apply(() => undefined, pause)
    }
  } finally {
    for (const table of Object.values(tables)) table.close()
  }
  const epssParts = [...new Set([...meta.epssParts, ...parts.map(({ part }) => part)])]
    .filter((part) => yearsOf(environment.epss, part).length > 0)
    .sort()
  writeMeta(environment, { coverage, records, epssParts })
  return large
}

function countCoverage(coverage: Map<string, number>): (key: string, before: Group, after: Group) => void {
  return (key, before, after) => {
    const change = Number(after.length > 0) - Number(before.length > 0)
    if (change === 0) return
    const { ecosystem, release } = parsePackageKey(key)
    const name = ecosystem + separator + release
    coverage.set(name, (coverage.get(name) ?? 0) + change)
  }
}

type Frame = readonly [kind: RecordKind, id: string, bytes: Buffer | null, withdrawn: boolean]

interface SignalTables {
  readonly signals: GroupEvents
  readonly lifecycles: GroupEvents
}

/** Writes the records of a part and notes what each contributes elsewhere. Gives by how many their number changed. */
async function applyRecords(
  environment: Environment,
  staged: StagedPart,
  contributions: Contributions,
  tables: SignalTables,
  pause: () => Promise<void>,
): Promise<number> {
  const { part } = staged
  let change = 0
  for (let partition = 0; partition < stagePartitions; partition += 1) {
    const frames = new Map<string, Frame>()
    for (const bytes of staged.spill.take(partition)) {
      const frame = decode(bytes) as Frame
      frames.set(frame[0] + bucketOf(frame[1]) + frame[1], frame)
    }
    if (frames.size === 0) continue
    const names = [...frames.keys()].sort()
    for (let next = 0; next < names.length;) {
      environment.root.transactionSync(() => {
        const end = Math.min(names.length, next + batchSize)
        for (let written = 0; next < end && written < batchBytes; next += 1) {
          const frame = frames.get(names[next] ?? '')
          if (frame === undefined) continue
          change += applyFrame(environment, part, frame, contributions, tables)
          written += frame[2]?.length ?? 0
        }
      })
      await pause()
    }
    digestRecords(environment, part, new Set(names.map((name) => name.slice(0, 1 + bucketDigits))))
  }
  return change
}

function applyFrame(
  environment: Environment,
  part: string,
  frame: Frame,
  contributions: Contributions,
  tables: SignalTables,
): number {
  const [kind, id, bytes, withdrawn] = frame
  const key = recordKey(part, kind, id)
  const was = environment.records.doesExist(key)
  if (kind === 'a') {
    const before = was ? readAdvisory(environment, part, id) : undefined
    const after = bytes === null ? undefined : decodeAdvisory(part, id, bytes)
    contributions.replace(part, id, before, after)
    if (bytes !== null) environment.advisories.putSync(advisoryKey(part, id), Buffer.from(bytes))
    else if (was) environment.advisories.removeSync(advisoryKey(part, id))
  } else if (kind === 's') {
    tables.signals.set(id, part, '', bytes === null ? [] : [[decode(bytes), null]])
  } else {
    const [product = '', cycle = ''] = id.split(separator)
    tables.lifecycles.set(product, part, cycle, bytes === null ? [] : [[decode(bytes), null]])
  }
  if (bytes !== null)
    environment.records.putSync(key, Buffer.concat([hashOf(bytes), Buffer.from([withdrawn ? 1 : 0])]))
  else if (was) environment.records.removeSync(key)
  return Number(bytes !== null) - Number(was)
}

/** A record out of the file that is being built. */
export function readAdvisory(environment: Environment, part: string, id: string): Advisory | undefined {
  const bytes = environment.advisories.getBinary(advisoryKey(part, id))
  return bytes === undefined ? undefined : decodeAdvisory(part, id, bytes)
}

/** `buckets` are kind and bucket together. */
function digestRecords(environment: Environment, part: string, buckets: ReadonlySet<string>): void {
  environment.root.transactionSync(() => {
    for (const bucket of buckets) {
      const name = digestKey('records', part, bucket)
      const digest = digestOfBucket(environment.records, part + separator + bucket)
      if (digest === undefined) environment.digests.removeSync(name)
      else environment.digests.putSync(name, digest)
    }
  })
}

function applyEpss(environment: Environment, { part, epss }: StagedPart): void {
  if (epss === undefined) return
  environment.root.transactionSync(() => {
    for (const [year, value] of epss.years) {
      writeChunk(environment.epss, part, year, value)
      const name = digestKey('epss', part, year)
      if (value === undefined) environment.digests.removeSync(name)
      else environment.digests.putSync(name, value.subarray(0, hashBytes))
    }
  })
}
