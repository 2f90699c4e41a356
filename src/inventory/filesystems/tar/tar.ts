// A tar as a tree: one pass over the stream, nothing is held but the file that is being looked at.

import type { Diagnostic } from '../../../model/index.ts'
import { hasCode, LongwatchError } from '../../../platform/index.ts'
import type { Limits } from '../../../platform/index.ts'
import { chunksOf } from '../chunks.ts'
import type { Chunks } from '../chunks.ts'
import { createTally } from '../tally.ts'
import type { TreeEntry, TreeVisitor } from '../tree.ts'
import { sniffLength } from '../tree.ts'
import { entryOf } from './entry.ts'
import { noExtension, readExtension } from './extension.ts'
import type { Extension } from './extension.ts'
import { hold } from './hold.ts'
import { blockSize, hasContent, parseHeader } from './header.ts'
import type { TarHeader } from './header.ts'

export interface TarOptions {
  readonly limits: Limits
  /** A folder for files too large for memory. */
  readonly scratch: string
  /** Names the tar in errors. */
  readonly place: string
  /** True for image layers: `.wh.` names are marks. https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
  readonly whiteouts: boolean
  readonly signal: AbortSignal
}

const damage = ['TAR_MALFORMED', 'NOT_A_TAR', 'LAYER_TRUNCATED'] as const

/**
 * Walks a tar to the end of its stream. Damage is thrown as `LAYER_TRUNCATED`, `TAR_MALFORMED` or `TOO_MANY_ENTRIES` after everything before it
 * was visited; a single entry that cannot be told is a diagnostic.
 */
export async function walkTar(
  stream: AsyncIterable<Uint8Array>,
  visitor: TreeVisitor,
  options: TarOptions,
): Promise<void> {
  const chunks = chunksOf(stream)
  const tally = createTally()
  try {
    await walkEntries(chunks, visitor, options, (diagnostic) => tally.add(diagnostic))
    // What follows the end mark is not looked at, but it has to be read: the digest covers it.
    await chunks.skip(Number.MAX_SAFE_INTEGER)
  } catch (error) {
    // Where the stored bytes are wrong as well, that is the cause: reading on lets their digest speak.
    if (damage.some((code) => hasCode(error, code))) await chunks.skip(Number.MAX_SAFE_INTEGER)
    throw error
  } finally {
    for (const diagnostic of tally.all()) visitor.diagnostic(diagnostic)
    await chunks.close()
  }
}

async function walkEntries(
  chunks: Chunks,
  visitor: TreeVisitor,
  options: TarOptions,
  report: (diagnostic: Diagnostic) => void,
): Promise<void> {
  const { limits, place, signal } = options
  let extension: Extension = noExtension
  for (let entries = 0; ;) {
    const header = await nextHeader(chunks, place, entries)
    if (header === undefined) return
    const extended = await readExtension(chunks, header, extension, place)
    if (extended !== undefined) {
      extension = extended
      continue
    }
    entries += 1
    if (entries % 1024 === 0) signal.throwIfAborted()
    if (entries > limits.entries) {
      throw new LongwatchError('TOO_MANY_ENTRIES', `${place} has more than ${limits.entries} entries`, {
        place,
        remedy: 'Raise the limit on entries if the artifact is to be trusted.',
      })
    }
    const stored = hasContent(header.type) ? (extension.size ?? header.size) : 0
    const entry = entryOf(header, extension, stored, options, report)
    extension = noExtension
    const seen = entry === undefined ? 0 : await visit(chunks, entry, visitor, options)
    const missing = chunks.drop(stored - seen + padding(stored))
    if (missing > 0 && (await chunks.skip(missing)) > 0) throw truncated(place, chunks)
  }
}

/** The next header, undefined at the end mark or the end of the stream. */
export async function nextHeader(
  chunks: Chunks,
  place: string,
  entries: number,
): Promise<TarHeader | undefined> {
  const block = chunks.take(blockSize) ?? (await chunks.read(blockSize))
  if (block.length === 0) return undefined
  // Random bytes are no tar, however short.
  if (block.length < blockSize) {
    throw entries > 0 ? truncated(place, chunks) : notTar(place, 'it is shorter than one header')
  }
  const parsed = parseHeader(block)
  if (parsed.kind === 'zeros') return undefined
  if (parsed.kind === 'header') return parsed.header
  if (entries === 0) throw notTar(place, `of the first header ${parsed.reason}`)
  throw new LongwatchError(
    'TAR_MALFORMED',
    `${place} is damaged at offset ${chunks.position - blockSize}: of the header there ${parsed.reason}`,
    { place, remedy: 'Pull or build the image again; what was read before is kept.' },
  )
}

const padding = (size: number): number => (blockSize - (size % blockSize)) % blockSize

/** Shows an entry to the visitor, with its content when it is wanted. Gives how many bytes of it were taken from the stream. */
async function visit(
  chunks: Chunks,
  entry: TreeEntry,
  visitor: TreeVisitor,
  options: TarOptions,
): Promise<number> {
  const wish = visitor.entry(entry)
  if (wish === 'skip' || entry.kind !== 'file') return 0
  let head: Uint8Array = new Uint8Array(0)
  if (wish === 'sniff') {
    const length = Math.min(sniffLength, entry.size)
    head = chunks.take(length) ?? (await chunks.read(length))
    if (head.length < length) throw truncated(options.place, chunks)
    if (!visitor.sniff(entry, head)) return head.length
  }
  const { limits } = options
  if (entry.size > limits.spilledFileBytes) {
    visitor.diagnostic({
      level: 'error',
      code: 'FILE_TOO_LARGE',
      message: `${entry.path} has ${entry.size} bytes, and files above ${limits.spilledFileBytes} are not read`,
      path: entry.path,
      remedy: 'Raise the limit on file sizes if the artifact is to be trusted.',
    })
    return head.length
  }
  const held = await hold(chunks, head, entry, options)
  if (held === undefined) throw truncated(options.place, chunks)
  try {
    await visitor.file(entry, held.content)
  } finally {
    await held.release()
  }
  return entry.size
}

function truncated(place: string, chunks: Chunks): LongwatchError {
  return new LongwatchError(
    'LAYER_TRUNCATED',
    `${place} ends early, at offset ${chunks.position} of its tar`,
    {
      place,
      remedy: 'Pull or build the image again; what was read before is kept.',
    },
  )
}

function notTar(place: string, reason: string): LongwatchError {
  return new LongwatchError('NOT_A_TAR', `${place} is no tar archive: ${reason}`, {
    place,
    remedy: 'Check that this is a container image and not another kind of artifact.',
  })
}
