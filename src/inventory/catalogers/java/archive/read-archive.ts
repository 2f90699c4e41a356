// One archive and those inside it: which coordinates each carries.

import type { Diagnostic } from '../../../../model/index.ts'
import type { Limits } from '../../../../platform/index.ts'
import type { FileContent } from '../../../filesystems/tree.ts'
import { doubtful, unread } from '../../diagnostics.ts'
import { derive, parseManifest, parsePomProperties, parsePomXml } from './coordinates.ts'
import type { Coordinate } from './coordinates.ts'
import { listZip, readEntry } from './zip.ts'
import type { ZipEntry } from './zip.ts'

export interface JavaFact {
  /** The archive it is in: `app.jar`, `app.jar!/BOOT-INF/lib/x.jar`. */
  readonly archive: string
  readonly coordinate: Coordinate
  readonly certainty: 'exact' | 'derived'
  readonly notes: readonly string[]
}

/** File names of archives, at the top and inside of others. */
export const archiveSuffixes: readonly string[] = ['.jar', '.war', '.ear', '.hpi', '.jpi', '.par', '.sar']

export interface ArchiveBudget {
  readonly limits: Limits
  readonly signal: AbortSignal
  /** Bytes that may still be unpacked, over all archives of one file. */
  unpacked: number
  /** Archives that may still be opened. */
  archives: number
}

/** Applications have hundreds; more than these in one file are there to keep a reader busy. */
const maximumArchives = 3000
/** Below this the ratio is not looked at: small files compress as they please. */
const ratioFromBytes = 64 * 1024 * 1024

/** What may be spent on a file of `size` bytes. */
export function budgetOf(size: number, limits: Limits, signal: AbortSignal): ArchiveBudget {
  const byRatio = Math.max(ratioFromBytes, size * limits.compressionRatio)
  return {
    limits,
    signal,
    unpacked: Math.min(limits.spilledFileBytes, limits.unpackedBytes, byRatio),
    archives: maximumArchives,
  }
}

type Content = Pick<FileContent, 'size' | 'read'>
type Report = (diagnostic: Diagnostic) => void

const pomProperties = /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/
const pomXml = /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.xml$/
const maximumMetadataBytes = 4 * 1024 * 1024

/** Yields the facts of the archive at `path` and of those in it; `depth` archives are around it. */
export async function* readArchive(
  content: Content,
  path: string,
  depth: number,
  budget: ArchiveBudget,
  report: Report,
): AsyncGenerator<JavaFact> {
  budget.signal.throwIfAborted()
  const entries = await listZip(content, budget.limits.entries, budget.limits.fileBytes)
  if ('problem' in entries) {
    report(unread('JAVA_ARCHIVE_DAMAGED', path, entries.problem))
    return
  }
  const read = async (entry: ZipEntry, maximum: number): Promise<Buffer | undefined> => {
    const bytes = await readEntry(content, entry, Math.min(maximum, budget.unpacked))
    if (!('problem' in bytes)) {
      budget.unpacked -= bytes.length
      return bytes
    }
    report(
      unread(
        'JAVA_ARCHIVE_DAMAGED',
        path,
        `${entry.name.slice(0, 300)}: ${bytes.problem}`,
        entry.name.slice(0, 300),
      ),
    )
    return undefined
  }
  yield* coordinatesOf(path, entries, async (entry) => read(entry, maximumMetadataBytes))
  for (const entry of entries) {
    if (!isArchive(entry.name)) continue
    if (budget.archives === 0) {
      // Once, and not for every archive around this one.
      budget.archives = -1
      report(
        unread(
          'JAVA_ARCHIVE_TOO_MANY',
          path,
          `of more than ${maximumArchives} archives in one file the rest are not read`,
        ),
      )
    }
    if (budget.archives < 0) return
    if (depth >= budget.limits.nesting) {
      report(
        unread(
          'JAVA_ARCHIVE_TOO_DEEP',
          path,
          `archives in more than ${depth} archives are not read`,
          entry.name.slice(0, 300),
        ),
      )
      return
    }
    budget.archives -= 1
    const bytes = await read(entry, budget.limits.fileBytes)
    if (bytes !== undefined) {
      yield* readArchive(inMemory(bytes), `${path}!/${entry.name}`, depth + 1, budget, report)
    }
  }
}

const isArchive = (name: string): boolean =>
  archiveSuffixes.some((suffix) => name.toLowerCase().endsWith(suffix)) && !name.includes('\0')

const inMemory = (bytes: Buffer): Content => ({
  size: bytes.length,
  read: async (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
})

async function* coordinatesOf(
  path: string,
  entries: readonly ZipEntry[],
  read: (entry: ZipEntry) => Promise<Buffer | undefined>,
): AsyncGenerator<JavaFact> {
  const stated: Coordinate[] = []
  const folders = new Set<string>()
  for (const entry of entries.filter(({ name }) => pomProperties.test(name))) {
    const found = parsePomProperties((await read(entry))?.toString('utf8') ?? '')
    if (found === undefined) continue
    stated.push(found)
    folders.add(entry.name.slice(0, -'properties'.length))
  }
  for (const entry of entries.filter(({ name }) => pomXml.test(name))) {
    if (folders.has(entry.name.slice(0, -'xml'.length))) continue
    const found = parsePomXml((await read(entry))?.toString('utf8') ?? '')
    if (found !== undefined) stated.push(found)
  }
  const unique = [
    ...new Map(stated.map((one) => [`${one.group ?? ''}:${one.artifact}:${one.version}`, one])).values(),
  ]
  const own = unique.length > 1 ? unique.filter((one) => isOwn(path, one)) : unique
  for (const coordinate of unique) {
    const shaded = unique.length > 1 && !own.includes(coordinate)
    yield { archive: path, coordinate, certainty: 'exact', notes: shaded ? ['shaded into the archive'] : [] }
  }
  if (unique.length > 0) return
  const manifest = entries.find(({ name }) => name === 'META-INF/MANIFEST.MF')
  const text = manifest === undefined ? undefined : await read(manifest)
  const coordinate = derive(path, parseManifest(text?.toString('utf8') ?? ''))
  if (coordinate !== undefined) yield { archive: path, coordinate, certainty: 'derived', notes: [] }
}

/** True for the coordinate that the archive's file is named after. */
function isOwn(path: string, { artifact }: Coordinate): boolean {
  const file = path.slice(path.lastIndexOf('/') + 1)
  return file.startsWith(artifact) && /^(?:[-_]v?\d|\.[a-z]+$)/.test(file.slice(artifact.length))
}

/** The diagnostic of an archive whose name and version nothing tells. */
export function unnamed(path: string): Diagnostic {
  return { ...doubtful('JAVA_ARCHIVE_UNNAMED', path, 'nothing tells its name and version'), level: 'info' }
}
