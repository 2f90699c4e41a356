// A ZIP file of this machine as a tree: what Lambda runs.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT

import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { open as openZip } from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'
import type { Diagnostic } from '../../model/index.ts'
import { LongwatchError, messageOf } from '../../platform/index.ts'
import type { Limits } from '../../platform/index.ts'
import { heldInMemory } from './content.ts'
import { normalPath } from './path.ts'
import { createTally } from './tally.ts'
import type { Tree, TreeEntry, TreeVisitor } from './tree.ts'
import { sniffLength } from './tree.ts'

export interface ZipOptions {
  readonly limits: Limits
  /** A folder for `localPath`. */
  readonly scratch: string
  /** Names the archive in errors. */
  readonly place: string
  /** Put before every path: the folder that the archive is unpacked to, with a slash at its end; none by default. */
  readonly prefix?: string
}

/** The ratio is looked at from here on: small files compress as they please. */
const ratioFromBytes = 64 * 1024 * 1024

/** The tree of the archive `file`. A name that occurs twice is visited twice; the later one is what unpacking leaves. */
export function zipTree(file: string, options: ZipOptions): Tree {
  return {
    async walk(visitor, signal) {
      const zip = await openArchive(file, options.place)
      const tally = createTally()
      const budget = { unpacked: 0, packed: (await stat(file)).size }
      try {
        if (zip.entryCount > options.limits.entries) {
          throw new LongwatchError(
            'TOO_MANY_ENTRIES',
            `${options.place} has more than ${options.limits.entries} entries`,
            {
              place: options.place,
              remedy: 'Raise the limit on entries if the artifact is to be trusted.',
            },
          )
        }
        for await (const raw of entriesOf(zip, options.place)) {
          signal.throwIfAborted()
          await visitEntry(zip, raw, visitor, options, budget, (diagnostic) => tally.add(diagnostic))
        }
      } finally {
        zip.close()
        for (const diagnostic of tally.all()) visitor.diagnostic(diagnostic)
      }
    },
  }
}

async function openArchive(file: string, place: string): Promise<ZipFile> {
  const options = { lazyEntries: true, decodeStrings: false, validateEntrySizes: true, autoClose: false }
  try {
    return await promisify<string, typeof options, ZipFile>(openZip)(file, options)
  } catch (error) {
    throw damaged(place, error)
  }
}

function damaged(place: string, error: unknown): LongwatchError {
  return new LongwatchError('ZIP_MALFORMED', `${place} is no sound ZIP archive: ${messageOf(error)}`, {
    place,
    remedy: 'Download or build the archive again.',
    cause: error,
  })
}

async function* entriesOf(zip: ZipFile, place: string): AsyncGenerator<Entry> {
  for (;;) {
    const next = await new Promise<Entry | undefined>((resolve, reject) => {
      const settle = (action: () => void): void => {
        zip.removeAllListeners()
        action()
      }
      zip.on('entry', (entry: Entry) => settle(() => resolve(entry)))
      zip.on('end', () => settle(() => resolve(undefined)))
      zip.on('error', (error: unknown) => settle(() => reject(damaged(place, error))))
      zip.readEntry()
    })
    if (next === undefined) return
    yield next
  }
}

async function visitEntry(
  zip: ZipFile,
  raw: Entry,
  visitor: TreeVisitor,
  options: ZipOptions,
  budget: Budget,
  report: (diagnostic: Diagnostic) => void,
): Promise<void> {
  const { limits, place } = options
  const name = nameOf(raw)
  const normal = normalPath(name, limits)
  if ('problem' in normal || name.startsWith('/')) {
    report({
      level: 'error',
      code: 'PATH_OUTSIDE',
      message: `${place} has an entry that is no path below its root: ${name.slice(0, 200)}`,
      path: name.slice(0, 200),
      remedy: 'The entry was left out. Do not unpack this archive before you know where it comes from.',
    })
    return
  }
  const mode = (raw.externalFileAttributes >>> 16) & 0xffff
  const entry: TreeEntry = {
    path: `${options.prefix ?? ''}${normal.path}`,
    kind: kindOf(name, mode),
    size: raw.uncompressedSize,
    mode: (mode & 0o7777) === 0 ? 0o644 : mode & 0o7777,
  }
  if (normal.path === '') return
  if (entry.kind === 'symlink') {
    const target =
      raw.uncompressedSize > limits.pathBytes
        ? undefined
        : await contentOf(zip, raw, limits.pathBytes, place, report)
    if (target !== undefined)
      visitor.entry({ ...entry, size: 0, linkTarget: Buffer.from(target).toString('utf8') })
    return
  }
  const wish = visitor.entry(entry)
  if (wish === 'skip' || entry.kind !== 'file') return
  if (isBomb(raw, limits, budget)) {
    report({
      level: 'error',
      code: 'ZIP_BOMB',
      message: `${entry.path} unpacks to ${raw.uncompressedSize} bytes, which is over the limits on size or ratio`,
      path: entry.path,
      remedy: 'Raise the limits if the archive is to be trusted.',
    })
    return
  }
  if (wish === 'sniff') {
    const head = await contentOf(zip, raw, sniffLength, place, report, 'head')
    if (head === undefined || !visitor.sniff(entry, head)) return
  }
  budget.unpacked += raw.uncompressedSize
  const bytes = await contentOf(zip, raw, raw.uncompressedSize, place, report)
  if (bytes === undefined) return
  const held = heldInMemory(bytes, options.scratch, limits, entry.path)
  try {
    await visitor.file(entry, held.content)
  } finally {
    await held.release()
  }
}

interface Budget {
  unpacked: number
  /** Bytes of the archive. */
  readonly packed: number
}

/** By what it says it unpacks to, alone and with all that was unpacked before: entries may share their bytes. */
function isBomb(raw: Entry, limits: Limits, { packed, unpacked }: Budget): boolean {
  const { compressedSize, uncompressedSize } = raw
  const total = unpacked + uncompressedSize
  return (
    uncompressedSize > limits.spilledFileBytes / 4 ||
    total > limits.unpackedBytes ||
    (uncompressedSize > ratioFromBytes && uncompressedSize > compressedSize * limits.compressionRatio) ||
    (total > ratioFromBytes && total > packed * limits.compressionRatio)
  )
}

/** UTF-8, whether or not the flag says so: old tools wrote it without. */
function nameOf(raw: Entry): string {
  const bytes = raw.fileName as unknown as Buffer
  return bytes.toString('utf8').replaceAll('\\', '/')
}

function kindOf(name: string, mode: number): TreeEntry['kind'] {
  if (name.endsWith('/')) return 'directory'
  const type = mode & 0o170000
  if (type === 0o120000) return 'symlink'
  if (type === 0o040000) return 'directory'
  return type === 0 || type === 0o100000 ? 'file' : 'other'
}

/** The entry's bytes, or undefined with a diagnostic: one damaged entry costs one entry. */
async function contentOf(
  zip: ZipFile,
  raw: Entry,
  limit: number,
  place: string,
  report: (diagnostic: Diagnostic) => void,
  part: 'whole' | 'head' = 'whole',
): Promise<Uint8Array | undefined> {
  const path = nameOf(raw).slice(0, 200)
  try {
    if (raw.isEncrypted()) throw new Error('it is encrypted')
    const stream = await new Promise<Readable>((resolve, reject) => {
      zip.openReadStream(raw, (error, opened) => {
        if (error === null && opened !== undefined) resolve(opened)
        else reject(error ?? new Error('it cannot be opened'))
      })
    })
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.length
      if (part === 'head' && length >= limit) {
        return Buffer.concat([...chunks, chunk]).subarray(0, limit)
      }
      if (length > limit) throw new Error('it is longer than it says')
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    report({
      level: 'error',
      code: 'ZIP_ENTRY_UNREADABLE',
      message: `${path} in ${place} cannot be read: ${messageOf(error)}`,
      path,
      remedy: 'Download or build the archive again.',
    })
    return undefined
  }
}
