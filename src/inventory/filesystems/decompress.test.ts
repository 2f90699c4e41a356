import { randomBytes } from 'node:crypto'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultLimits } from '../../platform/index.ts'
import type { Limits } from '../../platform/index.ts'
import { compressionOf, decompress } from './decompress.ts'

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** What comes out, and the error that ended it. */
async function unpack(stored: AsyncIterable<Uint8Array>, limits: Partial<Limits> = {}) {
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of decompress(stored, { ...defaultLimits, ...limits }, 'layer x'))
      chunks.push(chunk)
  } catch (error) {
    return { bytes: Buffer.concat(chunks), error }
  }
  return { bytes: Buffer.concat(chunks), error: undefined }
}

const text = Buffer.from('a layer '.repeat(50_000))
const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])

describe('the bytes of a layer', () => {
  test.each([
    ['plain', text],
    ['gzip', gzipSync(text)],
    ['gzip in two members', Buffer.concat([gzipSync(text.subarray(0, 999)), gzipSync(text.subarray(999))])],
    ['gzip with zeros after it', Buffer.concat([gzipSync(text), Buffer.alloc(512)])],
    ['zstd', zstdCompressSync(text)],
    [
      'zstd in two frames',
      Buffer.concat([zstdCompressSync(text.subarray(0, 7)), zstdCompressSync(text.subarray(7))]),
    ],
    [
      'zstd with skippable frames',
      Buffer.concat([
        skippable,
        zstdCompressSync(text.subarray(0, 7)),
        skippable,
        zstdCompressSync(text.subarray(7)),
      ]),
    ],
  ])('%s, in pieces of any size', async (_, stored) => {
    for (const size of [1 << 18, 1000, 97]) {
      const { bytes, error } = await unpack(pieces(stored, size))
      expect(error).toBeUndefined()
      expect(bytes.equals(text)).toBe(true)
    }
  })

  test('nothing is nothing', async () => {
    expect(await unpack(pieces(new Uint8Array(0), 1))).toEqual({ bytes: Buffer.alloc(0), error: undefined })
  })

  test.each([
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 1, 2]), 'LAYER_COMPRESSION'],
    ['bzip2', Buffer.from('BZh91AY'), 'LAYER_COMPRESSION'],
    [
      'gzip with garbage after it',
      Buffer.concat([gzipSync('x'), Buffer.from('garbage')]),
      'LAYER_COMPRESSION',
    ],
  ])('%s is refused', async (_, stored, code) => {
    expect((await unpack(pieces(stored, 1000))).error).toMatchObject({ code })
  })

  test('what comes before damage comes out first', async () => {
    const noise = randomBytes(3_000_000)
    for (const stored of [gzipSync(noise), zstdCompressSync(noise)]) {
      const { bytes, error } = await unpack(pieces(stored.subarray(0, stored.length >> 1), 65_536))
      expect(bytes.length).toBeGreaterThan(0)
      expect(bytes.equals(noise.subarray(0, bytes.length))).toBe(true)
      if (compressionOf(stored) === 'gzip') expect(error).toMatchObject({ code: 'LAYER_TRUNCATED' })
    }
  })

  test('the error of what is underneath is the one that counts', async () => {
    const stored = Buffer.from(gzipSync(text))
    stored[stored.length >> 1] = (stored[stored.length >> 1] ?? 0) ^ 0xff
    const broken = (async function* read() {
      yield* pieces(stored, 100)
      throw new Error('the digest is wrong')
    })()
    expect((await unpack(broken)).error).toMatchObject({ message: 'the digest is wrong' })
  })

  test('bombs are stopped by size and by ratio', async () => {
    const zeros = gzipSync(Buffer.alloc(100_000_000))
    expect((await unpack(pieces(zeros, 1 << 18))).error).toMatchObject({ code: 'LAYER_BOMB' })
    expect((await unpack(pieces(gzipSync(text), 1000), { unpackedBytes: 1000 })).error).toMatchObject({
      code: 'LAYER_BOMB',
    })
  })

  test('any bytes end in bytes or a LongwatchError', async () => {
    const head = fc.constantFrom(
      [],
      [0x1f, 0x8b],
      [0x1f, 0x8b, 8, 0],
      [0x28, 0xb5, 0x2f, 0xfd],
      [0x50, 0x2a, 0x4d, 0x18],
    )
    await fc.assert(
      fc.asyncProperty(head, fc.uint8Array({ maxLength: 400 }), async (begin, rest) => {
        const { error } = await unpack(pieces(Buffer.from([...begin, ...rest]), 64))
        if (error !== undefined) expect(error).toMatchObject({ name: 'LongwatchError' })
      }),
    )
  })
})
