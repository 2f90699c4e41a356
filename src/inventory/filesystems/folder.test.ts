import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../model/index.ts'
import { defaultLimits } from '../../platform/index.ts'
import { folderTree } from './folder.ts'
import type { FolderOptions } from './folder.ts'
import { linkDestination, normalPath } from './path.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'folder-'))
  await mkdir(join(root, 'b/deep'), { recursive: true })
  await writeFile(join(root, 'b/deep/file'), 'content')
  await writeFile(join(root, 'a'), 'first')
  await symlink('/etc/passwd', join(root, 'link'))
  await symlink('..', join(root, 'b/loop'))
  execFileSync('mkfifo', [join(root, 'pipe')])
})
afterAll(async () => {
  await rm(root, { recursive: true })
})

async function walk(options: Partial<FolderOptions> = {}) {
  const seen: string[] = []
  const contents: string[] = []
  const diagnostics: Diagnostic[] = []
  const tree = folderTree(root, { limits: defaultLimits, oneFilesystem: false, ...options })
  await tree.walk(
    {
      entry(entry) {
        seen.push(
          `${entry.kind} ${entry.path}${entry.linkTarget === undefined ? '' : ` -> ${entry.linkTarget}`}`,
        )
        return entry.path.startsWith('b') ? 'sniff' : 'keep'
      },
      sniff: (_, head) => Buffer.from(head).toString() === 'content',
      async file(entry, content) {
        contents.push(`${entry.path}: ${Buffer.from(await content.bytes()).toString()}`)
      },
      diagnostic: (diagnostic) => void diagnostics.push(diagnostic),
    },
    new AbortController().signal,
  )
  return { seen, contents, diagnostics }
}

describe('a folder', () => {
  test('is walked in order, links are told and not followed, pipes are not opened', async () => {
    const { contents, diagnostics, seen } = await walk()
    expect(seen).toEqual([
      'file a',
      'directory b',
      'directory b/deep',
      'file b/deep/file',
      'symlink b/loop -> ..',
      'symlink link -> /etc/passwd',
      'other pipe',
    ])
    expect(contents).toEqual(['a: first', 'b/deep/file: content'])
    expect(diagnostics).toEqual([])
  })

  test('leaves out what it is told to', async () => {
    expect((await walk({ except: ['b'] })).seen).not.toContain('directory b')
  })

  test('has a limit on entries', async () => {
    await expect(walk({ limits: { ...defaultLimits, entries: 3 } })).rejects.toMatchObject({
      code: 'TOO_MANY_ENTRIES',
    })
  })
})

describe('paths', () => {
  test.each([
    ['a/b', 'a/b'],
    ['/a//./b/', 'a/b'],
    ['./', ''],
    ['..a/b..', '..a/b..'],
    ['a\u0000b', 'a'],
  ])('%j is %j', (name, path) => {
    expect(normalPath(name, defaultLimits)).toEqual({ path })
  })

  test.each(['..', 'a/..', '../a', '/../a', 'a/../b'])('%j leaves the root', (name) => {
    expect(normalPath(name, defaultLimits)).toEqual({ problem: 'outside' })
  })

  test.each([
    ['etc/os-release', '../usr/lib/os-release', 'usr/lib/os-release', false],
    ['a/b/c', '/x/./y', 'x/y', false],
    ['a/link', '../../../etc/passwd', 'etc/passwd', true],
    ['link', '..', '', true],
    ['a/b', '.', 'a', false],
  ])('a link at %s to %s leads to %s', (path, target, destination, climbs) => {
    expect(linkDestination(path, target)).toEqual({ path: destination, climbs })
  })
})
