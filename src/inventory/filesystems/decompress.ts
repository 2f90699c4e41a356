// From the stored bytes of a layer to its tar, whatever the media type claims: the bytes tell.
// gzip: RFC 1952 (several members are one stream). zstd: RFC 8878 (several frames, skippable frames).

import { constants, createGunzip, createZstdDecompress } from 'node:zlib'
import type { Gunzip, ZstdDecompress } from 'node:zlib'
import { LongwatchError, messageOf } from '../../platform/index.ts'
import type { Limits } from '../../platform/index.ts'

type Compression = 'gzip' | 'zstd' | 'none' | 'xz' | 'bzip2'

/** Recognises by the first bytes; fewer than six may say `none` wrongly. */
export function compressionOf(head: Uint8Array): Compression {
  const begins = (...bytes: number[]): boolean => bytes.every((byte, index) => head[index] === byte)
  if (begins(0x1f, 0x8b)) return 'gzip'
  if (begins(0x28, 0xb5, 0x2f, 0xfd)) return 'zstd'
  // A skippable frame may come first.
  if (
    head.length >= 4 &&
    (head[0] ?? 0) >> 4 === 5 &&
    head[1] === 0x2a &&
    head[2] === 0x4d &&
    head[3] === 0x18
  )
    return 'zstd'
  if (begins(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)) return 'xz'
  if (begins(0x42, 0x5a, 0x68)) return 'bzip2'
  return 'none'
}

const chunkSize = 1024 * 1024
/** 128 MiB: what zstd itself accepts without being told otherwise. */
const windowLog = 27
/** The ratio is looked at from here on: small files compress as they please. */
const ratioFromBytes = 64 * 1024 * 1024

/**
 * The unpacked bytes of `stored`. Throws `LAYER_COMPRESSION` for a damaged or unknown compression, `LAYER_TRUNCATED` where it ends early,
 * `LAYER_BOMB` above the limits on unpacked bytes or ratio, and the errors of `stored` as they are; always after all that was good
 * before. `onBytes` is told how much of `stored` was read.
 */
export async function* decompress(
  stored: AsyncIterable<Uint8Array>,
  limits: Limits,
  place: string,
  onBytes: (done: number) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  const input = pushable(stored, onBytes)
  let unpacked = 0
  try {
    for await (const chunk of unpackedBytes(input, place)) {
      unpacked += chunk.length
      refuseBomb(unpacked, input.consumed(), limits, place)
      yield chunk
    }
  } finally {
    await input.close()
  }
}

/** An input to which bytes can be given back. */
interface Input {
  next(): Promise<Uint8Array | undefined>
  unshift(chunk: Uint8Array): void
  consumed(): number
  close(): Promise<void>
}

function pushable(stored: AsyncIterable<Uint8Array>, onBytes: (done: number) => void): Input {
  const source = stored[Symbol.asyncIterator]()
  const returned: Uint8Array[] = []
  let consumed = 0
  return {
    async next() {
      const known = returned.pop()
      if (known !== undefined) return known
      const next = await source.next()
      if (next.done === true) return undefined
      consumed += next.value.length
      onBytes(consumed)
      return next.value
    },
    unshift(chunk) {
      if (chunk.length > 0) returned.push(chunk)
    },
    consumed: () => consumed,
    async close() {
      await source.return?.()
    },
  }
}

async function* unpackedBytes(input: Input, place: string): AsyncGenerator<Uint8Array> {
  const head = await firstBytes(input)
  const compression = compressionOf(head)
  switch (compression) {
    case 'xz':
    case 'bzip2':
      throw new LongwatchError(
        'LAYER_COMPRESSION',
        `${place} is compressed with ${compression}, which is no layer format`,
        { place, remedy: 'Build the image with gzip, zstd or uncompressed layers.' },
      )
    case 'none':
      for (let chunk = await input.next(); chunk !== undefined; chunk = await input.next()) yield chunk
      return
    case 'gzip':
      yield* inflated(createGunzip({ chunkSize }), input, place)
      // Whatever follows the last member is nobody's, but the digest covers it.
      while ((await input.next()) !== undefined);
      return
    case 'zstd':
      // Node's decompressor ends with a frame; a stream may have many.
      for (let rest = true; rest; rest = (await firstBytes(input)).length > 0) {
        yield* inflated(
          createZstdDecompress({ chunkSize, params: { [constants.ZSTD_d_windowLogMax]: windowLog } }),
          input,
          place,
        )
      }
  }
}

/** At least six bytes where there are as many, given back. */
async function firstBytes(input: Input): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0)
  while (head.length < 6) {
    const next = await input.next()
    if (next === undefined) break
    head = head.length === 0 ? next : Buffer.concat([head, next])
  }
  input.unshift(head)
  return head
}

/** Unpacked bytes that wait to be taken before the decompressor is held. */
const queueBytes = 8 * 1024 * 1024

/**
 * Drives one decompressor to the end of its data and gives back the input it did not want. An error of the input or of the data comes
 * after everything unpacked before it: a pipeline would drop what is in its buffers.
 */
async function* inflated(
  decoder: Gunzip | ZstdDecompress,
  input: Input,
  place: string,
): AsyncGenerator<Uint8Array> {
  const state: DecoderState = { queue: [], queued: 0, finished: false, wake: () => undefined }
  follow(decoder, state, place)
  let written = 0
  try {
    for (let ended = false; isRunning(state);) {
      const chunk = ended ? undefined : await input.next()
      const step = { taken: false }
      if (chunk === undefined) {
        if (!ended) decoder.end()
        ended = true
      } else {
        written += chunk.length
        decoder.write(chunk, () => {
          step.taken = true
          state.wake()
        })
      }
      while (!step.taken && isRunning(state)) {
        if (state.queue.length === 0) {
          await new Promise<void>((resolve) => {
            state.wake = resolve
          })
        }
        yield* takeQueue(state)
        if (decoder.isPaused()) decoder.resume()
      }
      if (state.finished && chunk !== undefined) {
        input.unshift(chunk.subarray(chunk.length - (written - decoder.bytesWritten)))
      }
    }
    yield* takeQueue(state)
    if (state.failure === undefined) return
    // Where the stored bytes are wrong as well, that is the cause: reading on lets their digest speak.
    while ((await input.next()) !== undefined);
    throw state.failure
  } finally {
    decoder.destroy()
  }
}

interface DecoderState {
  queue: Uint8Array[]
  queued: number
  finished: boolean
  failure?: Error
  wake: () => void
}

const isRunning = (state: DecoderState): boolean => !state.finished && state.failure === undefined

function takeQueue(state: DecoderState): readonly Uint8Array[] {
  const ready = state.queue
  state.queue = []
  state.queued = 0
  return ready
}

function follow(decoder: Gunzip | ZstdDecompress, state: DecoderState, place: string): void {
  decoder.on('data', (chunk: Uint8Array) => {
    state.queue.push(chunk)
    state.queued += chunk.length
    if (state.queued > queueBytes) decoder.pause()
    state.wake()
  })
  decoder.on('end', () => {
    state.finished = true
    state.wake()
  })
  decoder.on('error', (error) => {
    state.failure = damaged(error, place)
    state.wake()
  })
}

function refuseBomb(unpacked: number, packed: number, limits: Limits, place: string): void {
  const total = unpacked > limits.unpackedBytes
  if (!total && (unpacked <= ratioFromBytes || unpacked <= packed * limits.compressionRatio)) return
  const what = total
    ? `unpacks to more than ${limits.unpackedBytes} bytes`
    : `unpacks to more than ${limits.compressionRatio} times its size`
  throw new LongwatchError('LAYER_BOMB', `${place} ${what}`, {
    place,
    remedy: 'Raise the limit if the artifact is to be trusted; what was read before is kept.',
  })
}

function damaged(error: Error, place: string): LongwatchError {
  const ended = 'code' in error && error.code === 'Z_BUF_ERROR'
  return new LongwatchError(
    ended ? 'LAYER_TRUNCATED' : 'LAYER_COMPRESSION',
    ended ? `${place} ends early` : `${place} is damaged: ${messageOf(error)}`,
    { place, remedy: 'Pull or build the image again.', cause: error },
  )
}
