// Damaged archives and streams of every framing: entries or one of our own errors, nothing written, nothing left, memory bounded.
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cutCopies, damagedCopies, fuzzInputs, fuzzSeed } from '../../../test/support/fuzz.ts'
import { defaultLimits, LongwatchError } from '../../platform/index.ts'
import { decompress } from './decompress.ts'
import { walkTar } from './tar/tar.ts'
import type { TreeVisitor } from './tree.ts'
import { zipTree } from './zip.ts'

let scratch = ''
const lines: string[] = []
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'fuzz-'))
})
afterAll(async () => {
  await rm(scratch, { recursive: true })
  console.log(['', `archives under damage, seed ${fuzzSeed}:`, ...lines].join('\n'))
})

const limits = {
  ...defaultLimits,
  unpackedBytes: 8 * 1024 * 1024,
  spilledFileBytes: 1024 * 1024,
  entries: 5000,
}
const { signal } = new AbortController()

function visitor(seen: string[]): TreeVisitor {
  return {
    entry(entry) {
      seen.push(entry.path)
      return entry.path.length % 2 === 0 ? 'keep' : 'sniff'
    },
    sniff: (_, head) => head.length > 0,
    async file(_, content) {
      await content.read(0, Math.min(content.size, 4096))
    },
    diagnostic: () => undefined,
  }
}

const tar = async (): Promise<Uint8Array> => {
  const made = pack()
  made.entry({ name: 'etc/', type: 'directory' })
  made.entry({ name: 'etc/os-release' }, 'ID=debian\n')
  made.entry({ name: `deep/${'x'.repeat(150)}/${'y'.repeat(90)}` }, 'long name')
  made.entry({ name: 'lib', type: 'symlink', linkname: 'usr/lib' })
  made.entry({ name: 'hard', type: 'link', linkname: 'etc/os-release' })
  made.entry({ name: 'a/.wh.b' }, '')
  made.entry({ name: 'usr/bin/tool' }, Buffer.from(`\u007fELF${'t'.repeat(1500)}`))
  made.finalize()
  return buffer(made)
}

async function zip(): Promise<Uint8Array> {
  const file = join(scratch, 'sound.zip')
  const script =
    'import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:\n  z.writestr("a/package.json", "{}"); z.writestr("b.txt", "text" * 200); z.writestr("c/", "")\n'
  execFileSync('python3', ['-c', script, file])
  const { readFile } = await import('node:fs/promises')
  const bytes = await readFile(file)
  await rm(file)
  return bytes
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700)
}

const readTar = async (stream: AsyncIterable<Uint8Array>, seen: string[]): Promise<void> =>
  walkTar(stream, visitor(seen), { limits, scratch, place: 'layer x', whiteouts: true, signal })
const readPacked = async (bytes: Uint8Array, seen: string[]): Promise<void> =>
  readTar(decompress(pieces(bytes), limits, 'layer x'), seen)

async function readZip(bytes: Uint8Array, seen: string[]): Promise<void> {
  const file = join(scratch, 'damaged.zip')
  await writeFile(file, bytes)
  try {
    await zipTree(file, { limits, scratch, place: 'x.zip' }).walk(visitor(seen), signal)
  } finally {
    await rm(file)
  }
}

test.each<readonly [string, () => Promise<Uint8Array>, (bytes: Uint8Array, seen: string[]) => Promise<void>]>(
  [
    ['tar', tar, async (bytes, seen) => readTar(pieces(bytes), seen)],
    ['gzip', async () => gzipSync(await tar()), readPacked],
    ['zstd', async () => zstdCompressSync(await tar()), readPacked],
    ['zip', zip, readZip],
  ],
)(
  '%s',
  async (name, make, read) => {
    const sound = await make()
    const entries: string[] = []
    await read(sound, entries)
    expect(entries.length).toBeGreaterThan(2)
    let refused = 0
    let inputs = 0
    const cuts = Math.ceil(fuzzInputs / 4)
    for (const { bytes, what } of [
      ...cutCopies(sound, cuts),
      ...damagedCopies(sound, fuzzSeed, fuzzInputs),
    ]) {
      const seen: string[] = []
      inputs += 1
      try {
        await read(bytes, seen)
      } catch (error) {
        refused += 1
        expect(error, what).toBeInstanceOf(LongwatchError)
      }
      for (const path of seen) expect(path.split('/'), `${what}: ${path}`).not.toContain('..')
    }
    expect(await readdir(scratch)).toEqual([])
    expect(process.memoryUsage().rss).toBeLessThan(2 ** 30)
    lines.push(`${name.padEnd(5)} ${inputs} inputs, ${refused} refused, no crash`)
  },
  600_000,
)
