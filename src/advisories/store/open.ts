// An open generation: look-ups in a file that never changes.

import type { Advisory, PackageKey, Signals, Vulnerability } from '../../model/index.ts'
import { compareText, hasCode, LongwatchError, messageOf } from '../../platform/index.ts'
import type { ProductCycle } from '../feeds/feed.ts'
import { boundedCache } from './cache.ts'
import { decode, decodeAdvisory, decodeEntry } from './encode.ts'
import type { EncodedEntry } from './encode.ts'
import type { Environment } from './environment.ts'
import { corrupt, openForReading } from './environment.ts'
import type { EpssChunk } from './epss.ts'
import { findInChunk, readChunk, yearOf } from './epss.ts'
import {
  advisoryKey,
  bucketDigits,
  bucketOf,
  fitsKey,
  fitsPackage,
  isCve,
  packageKeyText,
  parsePackageKey,
  separator,
} from './format.ts'
import { currentName, generationExists, generationFolder, readHeader, readInfo } from './generations.ts'
import { takeLease } from './lease.ts'
import { readGroup } from './grouped.ts'
import type { IdRecord } from './identity.ts'
import { readMeta } from './meta.ts'
import type { AdvisoryReader, AffectedEntry, GenerationInfo } from './reader.ts'
import { assembleVulnerability } from './vulnerability.ts'

/** How much is kept decoded: entries with their listed versions, and vulnerabilities. */
const cachedEntries = 400_000
const cachedVulnerabilities = 20_000

/**
 * Opens the live generation of a store folder. Throws `NO_ADVISORIES` when nothing was ever synced, `STORE_VERSION` when it was
 * made by another version, `STORE_CORRUPT` when it is damaged. The caller closes it.
 */
export function openAdvisories(dbDir: string): AdvisoryReader {
  for (let attempt = 0; ; attempt += 1) {
    const name = currentName(dbDir)
    if (name === undefined) throw noAdvisories(dbDir)
    try {
      return openGeneration(dbDir, name)
    } catch (error) {
      // Between reading the name and taking the lease a newer generation may have replaced this one.
      const replaced = currentName(dbDir) !== name
      if (attempt < 3 && replaced && hasCode(error, 'STORE_CORRUPT')) continue
      throw error
    }
  }
}

function noAdvisories(dbDir: string): LongwatchError {
  return new LongwatchError('NO_ADVISORIES', 'there is no advisory data yet', {
    place: dbDir,
    remedy: 'Run `longwatch db update`, or `longwatch db import FILE` without a network.',
    exitCode: 4,
  })
}

/** Opens a kept generation by name. The caller closes it. */
export function openGeneration(dbDir: string, name: string): AdvisoryReader {
  const endLease = generationExists(dbDir, name) ? takeLease(dbDir, name) : () => undefined
  try {
    const folder = generationFolder(dbDir, name)
    const { bytes } = readHeader(folder)
    const info = readInfo(folder)
    const environment = openForReading(folder, bytes)
    return guardReader(createReader(environment, info, endLease), folder)
  } catch (error) {
    endLease()
    throw error
  }
}

/** What a damaged value makes a look-up throw, said as what it is. */
function guardReader(reader: AdvisoryReader, folder: string): AdvisoryReader {
  const guarded = <Result>(ask: () => Result): Result => {
    try {
      return ask()
    } catch (error) {
      if (error instanceof LongwatchError) throw error
      throw corrupt(folder, `a value cannot be read: ${messageOf(error)}`, error)
    }
  }
  return {
    info: reader.info,
    lookup: (key) => guarded(() => reader.lookup(key)),
    covers: (ecosystem, release) => reader.covers(ecosystem, release),
    vulnerability: (id) => guarded(() => reader.vulnerability(id)),
    signals: (cve) => guarded(() => reader.signals(cve)),
    resolve: (id) => guarded(() => reader.resolve(id)),
    advisory: (feed, id) => guarded(() => reader.advisory(feed, id)),
    searchPackages: (text, limit) => guarded(() => reader.searchPackages(text, limit)),
    lifecycle: (product) => guarded(() => reader.lifecycle(product)),
    close: async () => reader.close(),
  }
}

/**
 * A reader over an open environment; `onClose` runs once, after the environment was closed. Names and ids come from what is scanned:
 * one that cannot be a key is one that nobody speaks of.
 */
function createReader(environment: Environment, info: GenerationInfo, onClose: () => void): AdvisoryReader {
  const { coverage } = readMeta(environment)
  const entries = boundedCache<readonly AffectedEntry[]>(cachedEntries)
  const vulnerabilities = boundedCache<Vulnerability>(cachedVulnerabilities)
  const readSignals = signalsReader(environment)
  let open = true

  function advisory(feed: string, id: string): Advisory | undefined {
    if (!fitsKey(feed) || !fitsKey(id)) return undefined
    const bytes = environment.advisories.getBinary(advisoryKey(feed, id))
    return bytes === undefined ? undefined : decodeAdvisory(feed, id, bytes)
  }

  return {
    info,
    lookup(key) {
      if (!fitsPackage(key)) return []
      const text = packageKeyText(key)
      const known = entries.get(text)
      if (known !== undefined) return known
      const found = readGroup(environment.packages, text).map((item) =>
        decodeEntry(key, item.feed, item.id, item.material as EncodedEntry, item.loose as string),
      )
      entries.set(text, found, weightOf(found))
      return found
    },
    covers: (ecosystem, release) => coverage.has(ecosystem + separator + release),
    vulnerability(id) {
      if (!fitsKey(id)) return undefined
      const known = vulnerabilities.get(id)
      if (known !== undefined) return known
      const references = readGroup(environment.vulnerabilities, id)
      if (references.length === 0) return undefined
      const records = references.flatMap((reference) => advisory(reference.feed, reference.id) ?? [])
      const made = assembleVulnerability(id, references, records, readSignals(id))
      vulnerabilities.set(id, made, 1)
      return made
    },
    signals: (cve) => (fitsKey(cve) ? readSignals(cve) : {}),
    resolve: (idOrAlias) => (fitsKey(idOrAlias) ? resolve(environment, idOrAlias) : []),
    advisory,
    searchPackages: (text, limit) => searchPackages(environment, text, limit),
    lifecycle: (product) =>
      fitsKey(product)
        ? readGroup(environment.lifecycles, product).map(({ material }) => material as ProductCycle)
        : [],
    async close() {
      if (!open) return
      open = false
      await environment.root.close()
      onClose()
    },
  }
}

const weightOf = (entries: readonly AffectedEntry[]): number =>
  entries.reduce((sum, entry) => sum + 1 + entry.versions.length / 8, 1)

/** Reads signals of CVEs: what each part says put together (the last part by name wins), and the packed scores. */
function signalsReader(environment: Environment): (cve: string) => Signals {
  const chunks = new Map<string, readonly EpssChunk[]>()
  const epssParts = readMeta(environment).epssParts
  const chunksOf = (year: string): readonly EpssChunk[] => {
    const known = chunks.get(year)
    if (known !== undefined) return known
    const read = epssParts.flatMap((part) => readChunk(environment.epss, part, year) ?? [])
    chunks.set(year, read)
    return read
  }
  return (cve) => {
    const said = readGroup(environment.signals, cve).map(({ material }) => material as Signals)
    const year = yearOf(cve)
    const scores = year === undefined ? [] : chunksOf(year).map((chunk) => findInChunk(chunk, cve))
    const epss = scores.findLast((score) => score !== undefined)
    return Object.assign({}, epss === undefined ? {} : { epss }, ...said) as Signals
  }
}

/** The canonical ids behind an id, sorted; none when nobody speaks of it. */
function resolve(environment: Environment, id: string): readonly string[] {
  if (isCve(id)) return environment.vulnerabilities.doesExist(bucketedKey(id)) ? [id] : []
  const node = readGroup(environment.ids, id).map((item) => idRecordOf(item.feed, item.id, item.material))
  const own = node.filter(({ record }) => record === id)
  const speaking = own.length > 0 ? own : node
  const found = speaking.flatMap(({ record, cves }) =>
    cves.length > 0 ? cves : canonicalOf(environment, record),
  )
  if (found.length > 0) return [...new Set(found)].sort(compareText)
  return readGroup(environment.vulnerabilities, id).length > 0 ? [id] : []
}

const bucketedKey = (key: string): string => bucketOf(key) + key

/** The canonical ids of a record without CVE. */
export function canonicalOf(environment: Environment, record: string): readonly string[] {
  const value = environment.canonical.getBinary(record)
  return value === undefined ? [record] : (decode(value) as string[])
}

/** What the table of ids keeps of a record with each id it names. */
export type EncodedIdRecord = [cves: readonly string[], aliases: readonly string[]]

/** The record's word on an id. */
export function idRecordOf(feed: string, record: string, material: unknown): IdRecord {
  const [cves, aliases] = material as EncodedIdRecord
  return { feed, record, cves, aliases }
}

function searchPackages(environment: Environment, text: string, limit: number): readonly PackageKey[] {
  const wanted = text.toLowerCase()
  const found: PackageKey[] = []
  for (const bucketed of environment.packages.getKeys({})) {
    const key = parsePackageKey(bucketed.slice(bucketDigits))
    if (key.name.toLowerCase().includes(wanted)) found.push(key)
  }
  const distance = ({ name }: PackageKey): number => {
    const lower = name.toLowerCase()
    if (lower === wanted) return 0
    return lower.startsWith(wanted) ? 1 : 2
  }
  return found
    .sort(
      (a, b) =>
        distance(a) - distance(b) ||
        compareText(a.name, b.name) ||
        compareText(a.ecosystem, b.ecosystem) ||
        compareText(a.release, b.release),
    )
    .slice(0, Math.max(0, limit))
}
