import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import * as fc from 'fast-check'
import { pack } from 'tar-stream'
import type { Header } from 'tar-stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../../model/index.ts'
import { defaultLimits } from '../../../platform/index.ts'
import type { Limits } from '../../../platform/index.ts'
import type { TreeEntry } from '../tree.ts'
import { walkTar } from './tar.ts'

let scratch = ''
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tar-'))
})
afterAll(async () => {
  await rm(scratch, { recursive: true })
})

type Packed = Partial<Header> & { readonly name: string; readonly content?: string | Uint8Array }

async function tarOf(...entries: readonly Packed[]): Promise<Buffer> {
  const tar = pack()
  for (const { content = '', ...header } of entries) {
    tar.entry({ type: 'file', ...header }, Buffer.from(content))
  }
  tar.finalize()
  return buffer(tar)
}

interface Walked {
  readonly entries: TreeEntry[]
  readonly contents: Map<string, string>
  readonly diagnostics: Diagnostic[]
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

interface WalkOptions {
  readonly size?: number
  readonly limits?: Partial<Limits>
  readonly wish?: (entry: TreeEntry) => 'skip' | 'sniff' | 'keep'
  readonly into?: Walked
}

async function walk(bytes: Uint8Array, options: WalkOptions = {}): Promise<Walked> {
  const walked = options.into ?? { entries: [], contents: new Map<string, string>(), diagnostics: [] }
  await walkTar(
    pieces(bytes, options.size ?? 65_536),
    {
      entry(entry) {
        walked.entries.push(entry)
        return options.wish?.(entry) ?? 'keep'
      },
      sniff: (_, head) => head[0] === 0x7f,
      async file(entry, content) {
        walked.contents.set(entry.path, Buffer.from(await content.read(0, content.size)).toString('latin1'))
      },
      diagnostic: (diagnostic) => void walked.diagnostics.push(diagnostic),
    },
    {
      limits: { ...defaultLimits, ...options.limits },
      scratch,
      place: 'layer x',
      whiteouts: true,
      signal: new AbortController().signal,
    },
  )
  return walked
}

const paths = ({ entries }: Walked): string[] => entries.map(({ kind, path }) => `${kind} ${path}`)

describe('a tar', () => {
  test('gives files, folders and links under clean paths', async () => {
    const long = `${'deep/'.repeat(60)}file`
    const walked = await walk(
      await tarOf(
        { name: './etc/', type: 'directory' },
        { name: '/etc//passwd', content: 'root' },
        { name: 'lib', type: 'symlink', linkname: 'usr/lib' },
        { name: 'hard', type: 'link', linkname: './etc/passwd' },
        { name: 'dev/null', type: 'character-device' },
        { name: 'pipe', type: 'fifo' },
        { name: long, content: 'x' },
        { name: 'größe', content: 'ü' },
      ),
    )
    expect(paths(walked)).toEqual([
      'directory etc',
      'file etc/passwd',
      'symlink lib',
      'hardlink hard',
      'other dev/null',
      'other pipe',
      `file ${long}`,
      'file größe',
    ])
    expect(walked.entries[3]?.linkTarget).toBe('etc/passwd')
    expect(walked.contents.get('etc/passwd')).toBe('root')
    expect(walked.diagnostics).toEqual([])
  })

  test('knows the marks of layers', async () => {
    const walked = await walk(
      await tarOf(
        { name: 'a/.wh.gone' },
        { name: '.wh.top' },
        { name: 'b/.wh..wh..opq' },
        { name: '.wh..wh..opq' },
        { name: 'c/.wh.' },
        { name: 'c/.wh..' },
        { name: 'c/.wh...' },
        { name: '.wh..wh.plnk' },
      ),
    )
    expect(paths(walked)).toEqual(['whiteout a/gone', 'whiteout top', 'opaque b', 'opaque '])
  })

  test('shows the beginning of files that are to be sniffed, and reads those that are wanted after all', async () => {
    const walked = await walk(
      await tarOf(
        { name: 'elf', content: `\u007fELF${'x'.repeat(1000)}` },
        { name: 'text', content: 'hello' },
      ),
      { wish: () => 'sniff' },
    )
    expect([...walked.contents.keys()]).toEqual(['elf'])
    expect(walked.contents.get('elf')).toHaveLength(1004)
  })

  test('puts large files aside and cleans up', async () => {
    const content = Buffer.alloc(40 * 1024 * 1024, 'abc')
    const walked = await walk(await tarOf({ name: 'big', content }, { name: 'next', content: 'n' }))
    expect(walked.contents.get('big')).toHaveLength(content.length)
    expect(walked.contents.get('next')).toBe('n')
    expect(await readdir(scratch)).toEqual([])
  })

  test.each([
    [{ name: '../../etc/passwd' }, 'PATH_OUTSIDE'],
    [{ name: 'a/../../b' }, 'PATH_OUTSIDE'],
    [{ name: 'link', type: 'link', linkname: '../../etc/shadow' }, 'LINK_OUTSIDE'],
    [{ name: 'x'.repeat(5000) }, 'PATH_TOO_LONG'],
    [{ name: 'd/'.repeat(300) }, 'PATH_TOO_DEEP'],
  ] as const)('%j is left out with %s, and the rest is read', async (entry, code) => {
    const walked = await walk(await tarOf(entry, entry, { name: 'good', content: 'g' }))
    expect(walked.diagnostics).toMatchObject([{ level: 'error', code }])
    expect(walked.diagnostics[0]?.message).toContain('and 1 more')
    expect(paths(walked)).toEqual(['file good'])
  })

  test('a file above the limit is passed over and named', async () => {
    const bytes = await tarOf({ name: 'big', content: 'x'.repeat(2000) }, { name: 'small', content: 's' })
    const walked = await walk(bytes, { limits: { spilledFileBytes: 1000 } })
    expect(walked.diagnostics).toMatchObject([{ code: 'FILE_TOO_LARGE', path: 'big' }])
    expect([...walked.contents.keys()]).toEqual(['small'])
  })

  test('too many entries are an error', async () => {
    const bytes = await tarOf({ name: 'a' }, { name: 'b' }, { name: 'c' })
    await expect(walk(bytes, { limits: { entries: 2 } })).rejects.toMatchObject({ code: 'TOO_MANY_ENTRIES' })
  })

  test('what comes before damage is kept, and the damage has a name', async () => {
    const bytes = await tarOf({ name: 'first', content: 'one' }, { name: 'second', content: 'two' })
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [bytes.subarray(0, 1100), 'LAYER_TRUNCATED'],
      [bytes.subarray(0, 1300), 'LAYER_TRUNCATED'],
      [
        Buffer.concat([bytes.subarray(0, 1024), Buffer.alloc(512, 'garbage'), bytes.subarray(1536)]),
        'TAR_MALFORMED',
      ],
    ]
    for (const [damaged, code] of cases) {
      const into: Walked = { entries: [], contents: new Map(), diagnostics: [] }
      await expect(walk(damaged, { into })).rejects.toMatchObject({ code })
      expect(into.contents.get('first')).toBe('one')
    }
    await expect(walk(Buffer.from('<html>not found</html>'))).rejects.toMatchObject({ code: 'NOT_A_TAR' })
    await expect(walk(Buffer.alloc(1024, 'z'))).rejects.toMatchObject({ code: 'NOT_A_TAR' })
    expect(paths(await walk(new Uint8Array(0)))).toEqual([])
  })

  test('the same entries in however small pieces it comes', async () => {
    const name = fc.stringMatching(/^[a-z]{1,8}(?:\/[a-z]{1,8}){0,3}$/)
    const files = fc.uniqueArray(fc.record({ name, content: fc.string({ maxLength: 3000 }) }), {
      selector: (file) => file.name,
      maxLength: 8,
    })
    await fc.assert(
      fc.asyncProperty(files, fc.integer({ min: 1, max: 2000 }), async (list, size) => {
        const walked = await walk(await tarOf(...list), { size })
        const expected = list.map(
          (file) => [file.name, Buffer.from(file.content).toString('latin1')] as const,
        )
        expect([...walked.contents]).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })

  test('any mutation ends in entries or a LongwatchError', async () => {
    const bytes = await tarOf(
      { name: 'x'.repeat(200), content: 'long' },
      { name: 'link', type: 'symlink', linkname: 'y'.repeat(200) },
      { name: 'f', content: 'f'.repeat(900) },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (changes) => {
          const mutated = Buffer.from(bytes)
          for (const [at, value] of changes) mutated[at] = value
          await walk(mutated).catch((error: unknown) => {
            expect(error).toMatchObject({ name: 'LongwatchError' })
          })
        },
      ),
      { numRuns: 150 },
    )
  })
})
