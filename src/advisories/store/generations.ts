// Generations on disk:
//
//   current                      the name of the live generation, replaced by renaming
//   generations/000007-3fa94b…/  data.mdb, generation.json, states.json, diagnostics.json
//   building/…                   what a builder is making; whatever lies here when nobody holds the lock is rubbish
//   leases/000007-3fa94b…/       one file for each process that reads the generation
//   lock.000012                  the builder's lock (lock.ts)

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnostic } from '../../model/index.ts'
import { compareText, LongwatchError, messageOf } from '../../platform/index.ts'
import { corrupt, dataFile } from './environment.ts'
import { schemaVersion } from './format.ts'
import { entriesOf, readIfThere, syncPath, writeDurably } from './files.ts'
import { isLeased } from './lease.ts'
import type { FeedPartStatus, GenerationInfo } from './reader.ts'

/** `generation.json`: what has to be known before the LMDB file may be opened. */
export interface GenerationHeader {
  readonly schemaVersion: number
  readonly id: string
  readonly createdAt: string
  readonly origin: 'synced' | 'starter'
  /** Size and CRC-32 of the LMDB file when it was published. */
  readonly bytes: number
  readonly crc32: number
}

/** A generation that is kept. */
export interface GenerationSummary {
  readonly name: string
  readonly id: string
  readonly createdAt: string
  readonly origin: 'synced' | 'starter'
  readonly schemaVersion: number
  readonly bytes: number
  readonly live: boolean
}

const headerFile = 'generation.json'
const statesFile = 'states.json'
const diagnosticsFile = 'diagnostics.json'

/** The files of a generation, and nothing else is in its folder but LMDB's lock. */
export const generationFiles: readonly string[] = [dataFile, headerFile, statesFile, diagnosticsFile]

const namePattern = /^(\d{6,12})-[0-9a-f]{12}$/

/** The store's folder inside Longwatch's data folder. */
export function advisoriesDir(dataDir: string): string {
  return join(dataDir, 'advisories')
}

/** The folder of a generation. */
export function generationFolder(dbDir: string, name: string): string {
  return join(dbDir, 'generations', name)
}

/** Where builders work. */
export function buildingFolder(dbDir: string): string {
  return join(dbDir, 'building')
}

/** Name of the live generation, undefined when there is none. */
export function currentName(dbDir: string): string | undefined {
  const text = readIfThere(join(dbDir, 'current'))?.trim()
  return text !== undefined && namePattern.test(text) ? text : undefined
}

/** Names of all published generations, oldest first. */
export function generationNames(dbDir: string): string[] {
  return entriesOf(join(dbDir, 'generations'))
    .filter((name) => namePattern.test(name))
    .sort((a, b) => numberOf(a) - numberOf(b) || compareText(a, b))
}

const numberOf = (name: string): number => Number(namePattern.exec(name)?.[1] ?? 0)

/** The name of the next generation. */
export function nextName(dbDir: string, id: string): string {
  const highest = Math.max(0, ...generationNames(dbDir).map(numberOf))
  return `${String(highest + 1).padStart(6, '0')}-${id.replace(/^sha256:/, '').slice(0, 12)}`
}

/** All kept generations whose header can be read, oldest first. */
export function listGenerations(dbDir: string): readonly GenerationSummary[] {
  const live = currentName(dbDir)
  return generationNames(dbDir).flatMap((name) => {
    try {
      const {
        id,
        createdAt,
        origin,
        schemaVersion: version,
        bytes,
      } = readHeader(generationFolder(dbDir, name), true)
      return [{ name, id, createdAt, origin, schemaVersion: version, bytes, live: name === live }]
    } catch (error) {
      if (error instanceof LongwatchError) return []
      throw error
    }
  })
}

/** The name of the kept generation that a user means: its name, its number, or the beginning of its id. */
export function findGeneration(dbDir: string, wanted: string): string {
  const all = listGenerations(dbDir)
  const matching = all.filter(
    ({ name, id }) =>
      name === wanted ||
      (/^\d+$/.test(wanted) && numberOf(name) === Number(wanted)) ||
      (wanted.length >= 6 && (id.startsWith(wanted) || id.startsWith(`sha256:${wanted}`))),
  )
  const [found] = matching
  if (found === undefined || new Set(matching.map(({ id }) => id)).size > 1) {
    throw new LongwatchError('NO_GENERATION', `no single advisory generation is named ${wanted}`, {
      place: dbDir,
      remedy: `Kept are: ${all.map(({ name }) => name).join(', ') || 'none'}.`,
      exitCode: 2,
    })
  }
  return found.name
}

/** Reads a generation's header. Throws `STORE_VERSION` unless `anyVersion`, and `STORE_CORRUPT` when it cannot be read. */
export function readHeader(folder: string, anyVersion = false): GenerationHeader {
  const path = join(folder, headerFile)
  let header: Partial<GenerationHeader>
  try {
    header = JSON.parse(readFileSync(path, 'utf8')) as Partial<GenerationHeader>
  } catch (error) {
    throw corrupt(path, messageOf(error), error)
  }
  const { schemaVersion: version, id, createdAt, origin, bytes, crc32 } = header
  if (typeof version !== 'number') throw corrupt(path, 'its schema version is missing')
  if (version !== schemaVersion && !anyVersion) {
    throw new LongwatchError(
      'STORE_VERSION',
      `the advisory store has format ${version}, and this Longwatch reads format ${schemaVersion}`,
      { place: folder, remedy: 'Run `longwatch db update`: it builds the store anew.', exitCode: 4 },
    )
  }
  if (
    typeof id !== 'string' ||
    typeof createdAt !== 'string' ||
    (origin !== 'synced' && origin !== 'starter') ||
    typeof bytes !== 'number' ||
    typeof crc32 !== 'number'
  ) {
    throw corrupt(path, 'a field of it is missing')
  }
  return { schemaVersion: version, id, createdAt, origin, bytes, crc32 }
}

/** Writes a generation's header; the last step of a build. */
export function writeHeader(folder: string, header: GenerationHeader): void {
  writeDurably(join(folder, headerFile), JSON.stringify(header, undefined, 1))
}

/** The states of all parts, sorted by name. */
export function readStates(folder: string): readonly FeedPartStatus[] {
  const path = join(folder, statesFile)
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as FeedPartStatus[]
  } catch (error) {
    throw corrupt(path, messageOf(error), error)
  }
}

/** Replaces the states of all parts, at once. The only thing, with the diagnostics, that changes in a published generation. */
export function writeStates(folder: string, states: readonly FeedPartStatus[]): void {
  const sorted = [...states].sort((a, b) => compareText(a.part, b.part))
  writeDurably(join(folder, statesFile), JSON.stringify(sorted, undefined, 1))
}

/** What was refused, by part. */
export function readDiagnostics(folder: string): ReadonlyMap<string, readonly Diagnostic[]> {
  const text = readIfThere(join(folder, diagnosticsFile))
  return new Map(text === undefined ? [] : (JSON.parse(text) as [string, Diagnostic[]][]))
}

/** Replaces what was refused, at once. */
export function writeDiagnostics(
  folder: string,
  diagnostics: ReadonlyMap<string, readonly Diagnostic[]>,
): void {
  const sorted = [...diagnostics].filter(([, list]) => list.length > 0).sort(([a], [b]) => compareText(a, b))
  writeDurably(join(folder, diagnosticsFile), JSON.stringify(sorted))
}

/** The texts that lie beside the LMDB file. */
export function sidecarOf(folder: string): { readonly states: string; readonly diagnostics: string } {
  return {
    states: readIfThere(join(folder, statesFile)) ?? '[]',
    diagnostics: readIfThere(join(folder, diagnosticsFile)) ?? '[]',
  }
}

/** Writes them. */
export function writeSidecar(
  folder: string,
  sidecar: { readonly states: string; readonly diagnostics: string },
): void {
  writeDurably(join(folder, statesFile), sidecar.states)
  writeDurably(join(folder, diagnosticsFile), sidecar.diagnostics)
}

/** What readers are told about a generation. */
export function readInfo(folder: string): GenerationInfo {
  const { id, createdAt, origin, schemaVersion: version } = readHeader(folder)
  return { id, createdAt, schemaVersion: version, parts: readStates(folder), origin }
}

/** Moves a finished build into place and makes it the live generation. Up to the last rename the old one stays live. */
export function publish(dbDir: string, build: string, id: string): string {
  for (const file of generationFiles) syncPath(join(build, file))
  rmSync(join(build, `${dataFile}-lock`), { force: true })
  syncPath(build)
  const name = nextName(dbDir, id)
  const generations = join(dbDir, 'generations')
  mkdirSync(generations, { recursive: true })
  renameSync(build, join(generations, name))
  syncPath(generations)
  setCurrent(dbDir, name)
  return name
}

/** Makes a published generation the live one. */
export function setCurrent(dbDir: string, name: string): void {
  writeDurably(join(dbDir, 'current'), `${name}\n`)
}

/**
 * Removes what nobody needs: unfinished builds, and generations that are not live, not among the newest `keep`, not in
 * `protect` and read by no living process. Called by the holder of the lock. Gives the names that went.
 */
export function collectGarbage(dbDir: string, keep: number, protect: readonly string[]): readonly string[] {
  for (const name of entriesOf(buildingFolder(dbDir))) {
    rmSync(join(buildingFolder(dbDir), name), { recursive: true, force: true })
  }
  const live = currentName(dbDir)
  const names = generationNames(dbDir)
  const kept = new Set([
    ...names.slice(-Math.max(1, keep)),
    ...protect,
    ...(live === undefined ? [] : [live]),
  ])
  const removed = names.filter((name) => !kept.has(name) && !isLeased(dbDir, name))
  for (const name of removed) {
    rmSync(generationFolder(dbDir, name), { recursive: true, force: true })
    rmSync(join(dbDir, 'leases', name), { recursive: true, force: true })
  }
  return removed
}

/** True when the folder is there. */
export function generationExists(dbDir: string, name: string): boolean {
  return existsSync(join(generationFolder(dbDir, name), headerFile))
}
