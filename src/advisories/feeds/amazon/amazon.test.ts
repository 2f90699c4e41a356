import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReadPart } from '../testing.ts'
import {
  advisoriesIn,
  clientFor,
  collect,
  contextFor,
  readFeed,
  statesOf,
  temporaryFolder,
  testTally,
} from '../testing.ts'
import { amazonFeed } from './index.ts'
import { parseUpdateinfo } from './parse.ts'
import { parseRepomd } from './repository.ts'

const builds = (name: string, version: string, release: string): string =>
  ['src', 'x86_64', 'aarch64', 'i686']
    .map(
      (arch) =>
        `<package arch="${arch}" epoch="${name === 'bind' ? '32' : ''}" name="${name}" release="${release}" version="${version}"><filename>Packages/x.rpm</filename></package>`,
    )
    .join('')

/** The form of ALAS2-2018-939, shortened. */
const update = (id: string, packages: string, type = 'security', cve = 'CVE-2017-5754'): string => `
<update author="linux-security@amazon.com" from="linux-security@amazon.com" status="final" type="${type}" version="1.4">
  <id>${id}</id>
  <title>Amazon Linux 2 - ${id}: critical priority package update for kernel</title>
  <issued date="2018-01-11 21:05" /><updated date="2018-01-16 01:28" />
  <severity>critical</severity>
  <description>Speculative &amp; execution</description>
  <references>
    <reference href="http://cve.mitre.org/cgi-bin/cvename.cgi?name=${cve}" id="${cve}" title="" type="cve" />
  </references>
  <pkglist><collection short="amazon-linux-2"><name>Amazon Linux 2</name>${packages}</collection></pkglist>
</update>`

const updates = (...all: readonly string[]): string =>
  `<?xml version="1.0" ?>\n<updates>${all.join('')}</updates>`
const kernel = update('ALAS2-2018-939', builds('kernel', '4.9.76', '38.79.amzn2'))

const options = {
  part: 'amazon/2/core/x86_64',
  release: '2',
  channel: 'core',
  architecture: 'x86_64',
} as const

async function* pieces(text: string, size = 1000): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

const read = async (
  xml: string,
  more: Partial<typeof options> = {},
  tally = testTally(),
): ReturnType<typeof readAll> => readAll(xml, { ...options, ...more }, tally)
const readAll = async (
  xml: string,
  all: Parameters<typeof parseUpdateinfo>[1],
  tally: ReturnType<typeof testTally>,
): Promise<ReturnType<typeof advisoriesIn>> =>
  advisoriesIn(await collect(parseUpdateinfo(pieces(xml), all, tally)))

describe('updateinfo', () => {
  it('gives one advisory per bulletin, for its own architecture', async () => {
    expect(await read(updates(kernel))).toMatchObject([
      {
        source: 'AMAZON',
        id: 'ALAS2-2018-939',
        modified: '2018-01-16T01:28:00Z',
        published: '2018-01-11T21:05:00Z',
        cves: ['CVE-2017-5754'],
        details: 'Speculative & execution',
        vendorSeverity: 'critical',
        affected: [
          {
            ecosystem: 'Amazon Linux',
            release: '2',
            name: 'kernel',
            ranges: [{ events: [{ introduced: '0' }, { fixed: '0:4.9.76-38.79.amzn2' }] }],
            architectures: ['i686', 'x86_64'],
            channel: 'core',
          },
        ],
      },
    ])
  })

  it('keeps the epoch', async () => {
    const [bind] = await read(updates(update('ALAS2-2023-2287', builds('bind', '9.11.4', '26.P2.amzn2'))))
    expect(bind?.affected[0]?.ranges[0]?.events).toContainEqual({ fixed: '32:9.11.4-26.P2.amzn2' })
  })

  it('is the same in pieces of any size', async () => {
    const xml = updates(kernel, update('ALAS2-2018-942', builds('qemu', '1', '2')))
    const one = await collect(parseUpdateinfo(pieces(xml, 1), options, testTally()))
    expect(one).toEqual(await collect(parseUpdateinfo(pieces(xml, 100_000), options, testTally())))
  })

  it('tells live patches from kernels', async () => {
    const patch = builds('kernel-livepatch-4.14.355-275.603', '1.0', '1.amzn2')
    const [one] = await read(updates(update('ALAS2LIVEPATCH-2025-001', patch)), {})
    expect(one?.affected[0]?.channel).toBe('livepatch')
  })

  it('leaves bug fixes out and refuses bulletins that say too little', async () => {
    const tally = testTally()
    const all = await read(
      updates(
        update('ALAS2-2020-1', builds('a', '1', '1'), 'bugfix', 'none'),
        update('ODD-1', builds('a', '1', '1')),
        update('ALAS2-2020-2', ''),
        update('ALAS2-2020-3', builds('a', '1', '1')).replaceAll(/date="[^"]*"/g, ''),
        kernel,
      ),
      {},
      tally,
    )
    expect(all.map(({ id }) => id)).toEqual(['ALAS2-2018-939'])
    expect(tally.refused).toHaveLength(3)
  })

  it.each([
    ['is cut off', updates(kernel).slice(0, -20)],
    ['is something else', '<html><body/></html>'],
    ['is no XML', 'not today'],
    ['is empty', ''],
    [
      'has entities of its own',
      '<!DOCTYPE u [<!ENTITY a "b">]><updates><update><id>&a;</id></update></updates>',
    ],
    ['is nested without end', `<updates>${'<a>'.repeat(100)}`],
  ])('throws when it %s', async (_how, xml) => {
    await expect(read(xml)).rejects.toThrow()
  })
})

describe('repomd.xml', () => {
  const repomd = (href: string): string =>
    `<repomd><data type="primary"><location href="p.xml.gz"/></data><data type="updateinfo"><checksum type="sha256">AB</checksum><location href="${href}"/></data></repomd>`

  it('names updateinfo, or has none', () => {
    expect(parseRepomd(repomd('repodata/updateinfo.xml.gz'), 'x')).toEqual({
      location: 'repodata/updateinfo.xml.gz',
      algorithm: 'sha256',
      checksum: 'ab',
    })
    expect(parseRepomd('<repomd></repomd>', 'x')).toBeUndefined()
  })

  it.each([
    '../../secret.xml',
    'https://elsewhere/updateinfo.xml',
    'repodata/updateinfo.xml.xz',
    '/etc/passwd',
  ])('does not lead to %s', (href) => {
    expect(() => parseRepomd(repomd(href), 'x')).toThrow(expect.objectContaining({ code: 'FEED_MALFORMED' }))
  })
})

describe('Amazon’s repositories', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => {
    folder.remove()
  })

  function put(path: string, content: string | Uint8Array): void {
    const file = join(folder.path, 'cdn.amazonlinux.com', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }

  function publish(list: string, base: string, xml: string, checksum?: string): void {
    const packed = gzipSync(xml)
    const sum = checksum ?? createHash('sha256').update(packed).digest('hex')
    put(list, `https://cdn.amazonlinux.com/${base}/\n`)
    put(
      `${base}/repodata/repomd.xml`,
      `<repomd><data type="updateinfo"><checksum type="sha256">${sum}</checksum><location href="repodata/updateinfo.xml.gz"/></data></repomd>`,
    )
    put(`${base}/repodata/updateinfo.xml.gz`, packed)
  }

  function publishAll(): void {
    for (const arch of ['x86_64', 'aarch64'])
      publish(`2/core/latest/${arch}/mirror.list`, `2/core/2.0/${arch}/one`, updates(kernel))
    put('2/extras-catalog.json', '{"topics":[{"n":"kernel-5.10"},{"n":"docker"}]}')
    publish(
      '2/extras/kernel-5.10/latest/x86_64/mirror.list',
      '2/extras/kernel-5.10/x/x86_64/one',
      updates(update('ALASKERNEL-5.10-2022-005', builds('kernel', '5.10.93', '87.444.amzn2'))),
    )
  }

  const sync = (before: readonly ReadPart[] = []): Promise<readonly ReadPart[]> =>
    readFeed(amazonFeed, contextFor(clientFor(folder.path), folder.path, statesOf(before)), {
      ecosystems: ['Amazon Linux'],
      releases: ['2', '12'],
    })

  it('are apart: core and each topic of the extras, by architecture', async () => {
    publishAll()
    const parts = await sync()
    expect(parts.map(({ part, outcome }) => `${part} ${outcome}`)).toEqual([
      'amazon/2/core/x86_64 changed',
      'amazon/2/core/aarch64 changed',
      'amazon/2/extras/kernel-5.10/x86_64 changed',
    ])
    const [extra] = advisoriesIn(parts[2]?.records ?? [])
    expect(extra).toMatchObject({
      id: 'ALASKERNEL-5.10-2022-005',
      affected: [{ name: 'kernel', channel: 'extras/kernel-5.10' }],
    })
    expect((await sync(parts)).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'unchanged'])
  })

  it.each([
    [
      'elsewhere',
      () => put('2/core/latest/x86_64/mirror.list', 'https://evil.example/2/core\n'),
      'FEED_MALFORMED',
    ],
    ['nowhere', () => put('2/core/latest/x86_64/mirror.list', '\n'), 'FEED_MALFORMED'],
    [
      'to a file that is another',
      () => publish('2/core/latest/x86_64/mirror.list', '2/core/2.0/x86_64/two', updates(kernel), 'ff'),
      'FEED_TRUNCATED',
    ],
    [
      'to a missing file',
      () => put('2/core/latest/x86_64/mirror.list', 'https://cdn.amazonlinux.com/none\n'),
      'FEED_MISSING',
    ],
  ])('fail when the mirror list leads %s', async (_where, spoil, code) => {
    publishAll()
    spoil()
    expect((await sync())[0]).toMatchObject({ part: 'amazon/2/core/x86_64', outcome: 'failed', error: code })
  })

  it('fail when nobody tells which extras there are', async () => {
    publishAll()
    put('2/extras-catalog.json', '{"topics":[{"n":"../up"}]}')
    expect((await sync()).at(-1)).toMatchObject({ part: 'amazon/2/extras', error: 'FEED_MALFORMED' })
  })
})
