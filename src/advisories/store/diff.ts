// What differs between two generations, found bucket by bucket: where the digests are equal nothing is read.

import type { PackageKey, Signals } from '../../model/index.ts'
import { compareText } from '../../platform/index.ts'
import { openForReading } from './environment.ts'
import type { Environment } from './environment.ts'
import { changedScores, readChunk } from './epss.ts'
import { afterAll, bucketDigits, hashBytes, parsePackageKey, separator } from './format.ts'
import type { DigestedTable } from './format.ts'
import { generationFolder, readHeader } from './generations.ts'
import { takeLease } from './lease.ts'
import { decodeGroup } from './grouped.ts'

/** A record of a feed. */
export interface RecordName {
  readonly feed: string
  readonly id: string
}

const signalKinds = ['kev', 'epss', 'exploitDb', 'metasploit', 'nvd'] as const
export type SignalKind = (typeof signalKinds)[number]

/** Everything sorted; two generations with equal ids give empty lists. */
export interface GenerationDiff {
  readonly before: string
  readonly after: string
  /** Package keys for which some answer may be another one. New texts and dates alone do not count. */
  readonly packages: readonly PackageKey[]
  /** Canonical ids whose advisories, aliases or ratings changed. */
  readonly vulnerabilities: readonly string[]
  /** CVEs by the kind of signal that changed. */
  readonly signals: Readonly<Record<SignalKind, readonly string[]>>
  /** Scores by CVE, undefined where there is none. */
  readonly scores: readonly {
    readonly cve: string
    readonly before: number | undefined
    readonly after: number | undefined
  }[]
  /** Products whose release cycles changed. */
  readonly lifecycles: readonly string[]
  /** Records that are withdrawn or gone now. */
  readonly withdrawn: readonly RecordName[]
  /** Records that were withdrawn and count again. */
  readonly restored: readonly RecordName[]
  /** Records that are new, and those whose words changed. */
  readonly added: readonly RecordName[]
  readonly modified: readonly RecordName[]
}

/** The numbers of a diff. */
export interface DiffSummary {
  readonly packages: number
  readonly vulnerabilities: number
  readonly signals: Readonly<Record<SignalKind, number>>
  readonly lifecycles: number
  readonly withdrawn: number
  readonly restored: number
  readonly added: number
  readonly modified: number
}

/** Compares two kept generations by name. Throws as opening them does. */
export async function diffGenerations(dbDir: string, before: string, after: string): Promise<GenerationDiff> {
  const closers: (() => Promise<void>)[] = []
  const open = (name: string): { readonly id: string; readonly environment: Environment } => {
    const folder = generationFolder(dbDir, name)
    const { bytes, id } = readHeader(folder)
    const endLease = takeLease(dbDir, name)
    closers.push(async () => endLease())
    const environment = openForReading(folder, bytes)
    closers.push(() => environment.root.close())
    return { id, environment }
  }
  try {
    const a = open(before)
    const b = after === before ? a : open(after)
    return { before: a.id, after: b.id, ...diffEnvironments(a.environment, b.environment) }
  } finally {
    for (const close of closers.toReversed()) await close()
  }
}

/** The numbers of a diff. */
export function summarizeDiff(diff: GenerationDiff): DiffSummary {
  const { signals } = diff
  return {
    packages: diff.packages.length,
    vulnerabilities: diff.vulnerabilities.length,
    signals: {
      kev: signals.kev.length,
      epss: signals.epss.length,
      exploitDb: signals.exploitDb.length,
      metasploit: signals.metasploit.length,
      nvd: signals.nvd.length,
    },
    lifecycles: diff.lifecycles.length,
    withdrawn: diff.withdrawn.length,
    restored: diff.restored.length,
    added: diff.added.length,
    modified: diff.modified.length,
  }
}

function diffEnvironments(a: Environment, b: Environment): Omit<GenerationDiff, 'before' | 'after'> {
  const keysOf = (table: 'packages' | 'vulnerabilities' | 'lifecycles'): string[] =>
    [...changedValues(a, b, table)].map(({ key }) => key.slice(bucketDigits)).sort(compareText)
  const scores = diffScores(a, b)
  return {
    packages: keysOf('packages').map(parsePackageKey),
    vulnerabilities: keysOf('vulnerabilities'),
    signals: diffSignals(
      a,
      b,
      scores.map(({ cve }) => cve),
    ),
    scores,
    lifecycles: keysOf('lifecycles'),
    ...diffRecords(a, b),
  }
}

interface Digest {
  readonly name: string
  readonly value: Buffer
}

function* digestsOf(environment: Environment, table: DigestedTable): Generator<Digest> {
  const start = table + separator
  for (const { key, value } of environment.digests.getRange({ start, end: start + afterAll })) {
    yield { name: key.slice(start.length), value: Buffer.from(value) }
  }
}

/** `part` and `bucket` of every digest that differs, in order. */
function changedDigests(
  a: Environment,
  b: Environment,
  table: DigestedTable,
): readonly (readonly [string, string])[] {
  const before = new Map([...digestsOf(a, table)].map(({ name, value }) => [name, value]))
  const changed: string[] = []
  for (const { name, value } of digestsOf(b, table)) {
    if (before.get(name)?.equals(value) !== true) changed.push(name)
    before.delete(name)
  }
  return [...changed, ...before.keys()].sort(compareText).map((name) => {
    const [part = '', bucket = ''] = name.split(separator)
    return [part, bucket] as const
  })
}

interface ChangedValue {
  readonly key: string
  readonly before: Buffer | undefined
  readonly after: Buffer | undefined
}

/** Values whose hash differs, with both. */
function* changedValues(
  a: Environment,
  b: Environment,
  table: Exclude<DigestedTable, 'epss'>,
): Generator<ChangedValue> {
  for (const [part, bucket] of changedDigests(a, b, table)) {
    const prefix = table === 'records' ? part + separator + bucket : bucket
    const range = { start: prefix, end: prefix + afterAll }
    const before = new Map<string, Buffer>()
    for (const { key, value } of a[table].getRange(range)) before.set(key, Buffer.from(value))
    for (const { key, value } of b[table].getRange(range)) {
      const old = before.get(key)
      before.delete(key)
      const same = old?.subarray(0, hashBytes).equals(value.subarray(0, hashBytes)) === true
      if (!same) yield { key, before: old, after: Buffer.from(value) }
    }
    for (const [key, old] of before) yield { key, before: old, after: undefined }
  }
}

function diffRecords(
  a: Environment,
  b: Environment,
): Pick<GenerationDiff, 'withdrawn' | 'restored' | 'added' | 'modified'> {
  const lists = {
    withdrawn: [] as RecordName[],
    restored: [] as RecordName[],
    added: [] as RecordName[],
    modified: [] as RecordName[],
  }
  for (const { key, before, after } of changedValues(a, b, 'records')) {
    const at = key.indexOf(separator)
    if (key.charAt(at + 1) !== 'a') continue
    const name = { feed: key.slice(0, at), id: key.slice(at + 2 + bucketDigits) }
    const counted = before !== undefined && before[hashBytes] === 0
    const counts = after !== undefined && after[hashBytes] === 0
    if (counted && !counts) lists.withdrawn.push(name)
    else if (before === undefined && counts) lists.added.push(name)
    else if (!counted && counts) lists.restored.push(name)
    else if (before !== undefined && after !== undefined) lists.modified.push(name)
  }
  for (const list of Object.values(lists))
    list.sort((x, y) => compareText(x.feed, y.feed) || compareText(x.id, y.id))
  return lists
}

function diffSignals(
  a: Environment,
  b: Environment,
  packedScores: readonly string[],
): Readonly<Record<SignalKind, readonly string[]>> {
  const changed: Record<SignalKind, string[]> = {
    kev: [],
    epss: [...packedScores],
    exploitDb: [],
    metasploit: [],
    nvd: [],
  }
  const saidIn = (value: Buffer | undefined, kind: SignalKind): string =>
    JSON.stringify(
      value === undefined
        ? []
        : decodeGroup(value).map(({ material }) => (material as Signals)[kind] ?? null),
    )
  const nothing = (said: string): boolean => /^\[(?:null,?)*\]$/.test(said)
  for (const { key, before, after } of changedValues(a, b, 'signals')) {
    for (const kind of signalKinds) {
      const old = saidIn(before, kind)
      const now = saidIn(after, kind)
      if (old !== now && !(nothing(old) && nothing(now))) changed[kind].push(key.slice(bucketDigits))
    }
  }
  const sorted = (cves: readonly string[]): readonly string[] => [...new Set(cves)].sort(compareText)
  return {
    kev: sorted(changed.kev),
    epss: sorted(changed.epss),
    exploitDb: sorted(changed.exploitDb),
    metasploit: sorted(changed.metasploit),
    nvd: sorted(changed.nvd),
  }
}

function diffScores(a: Environment, b: Environment): GenerationDiff['scores'] {
  const scores = changedDigests(a, b, 'epss').flatMap(([part, year]) => [
    ...changedScores(readChunk(a.epss, part, year), readChunk(b.epss, part, year)),
  ])
  return scores.sort((x, y) => compareText(x.cve, y.cve))
}
