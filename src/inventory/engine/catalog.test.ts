import { hash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { inventoryOf } from '../../../test/support/inventory.ts'
import type { Inventory } from '../../model/index.ts'
import { defaultLimits, fixedClock } from '../../platform/index.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalog-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** File contents by path; `->x` makes a symbolic link, `=>x` a hard link. */
type Layer = Readonly<Record<string, string>>

async function blob(bytes: Uint8Array): Promise<{ digest: string; size: number }> {
  const hex = hash('sha256', bytes)
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true })
  await writeFile(join(folder, 'blobs/sha256', hex), bytes)
  return { digest: `sha256:${hex}`, size: bytes.length }
}

/** Writes an OCI layout of these layers and reads it. */
async function image(
  layers: readonly Layer[],
  options: Parameters<typeof inventoryOf>[1] = {},
): Promise<Inventory> {
  const descriptors = []
  const diffIds: string[] = []
  for (const layer of layers) {
    const tar = pack()
    for (const [name, content] of Object.entries(layer)) {
      if (content.startsWith('->')) tar.entry({ name, type: 'symlink', linkname: content.slice(2) })
      else if (content.startsWith('=>')) tar.entry({ name, type: 'link', linkname: content.slice(2) })
      else tar.entry({ name }, content)
    }
    tar.finalize()
    const bytes = await buffer(tar)
    diffIds.push(`sha256:${hash('sha256', bytes)}`)
    const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip'
    descriptors.push({ mediaType, ...(await blob(gzipSync(bytes))) })
  }
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    ...(await blob(
      Buffer.from(
        JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: diffIds } }),
      ),
    )),
  }
  const manifest = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    ...(await blob(Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers: descriptors })))),
  }
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }))
  return inventoryOf(folder, options)
}

const npm = (name: string, version: string): string => JSON.stringify({ name, version })
const stanza = (name: string, version: string): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n\n`
const osRelease = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n'

/** `name version @layer` of every place of every package. */
function rows({ artifact, packages }: Inventory): string[] {
  const position = (digest: string | undefined): number =>
    artifact.layers.findIndex((layer) => layer.digest === digest)
  return packages
    .flatMap(({ locations, name, version }) =>
      locations.map(({ layer }) => `${name} ${version} @${position(layer)}`),
    )
    .sort()
}

describe('the packages of an image', () => {
  test('come with the layer that first brought them, however often their database is written anew', async () => {
    const status = (...all: string[]): Layer => ({ 'var/lib/dpkg/status': all.join('') })
    const [a, b, c] = [stanza('a', '1'), stanza('b', '1'), stanza('c', '1')]
    const inventory = await image([
      { 'etc/os-release': osRelease, ...status(a, b) },
      status(a, b, c),
      status(a, stanza('b', '2'), c),
      { other: 'x' },
      status(a, c),
      { ...status(a, b, c), 'the same database': 'in another layer' },
    ])
    expect(rows(inventory)).toEqual(['a 1 @0', 'b 1 @5', 'c 1 @1'])
  })

  test('of language packages too', async () => {
    const inventory = await image([
      {
        'app/node_modules/x/package.json': npm('x', '1.0.0'),
        'app/node_modules/y/package.json': npm('y', '1.0.0'),
      },
      { 'app/node_modules/x/package.json': npm('x', '1.0.0') },
      { 'app/node_modules/y/package.json': npm('y', '2.0.0') },
    ])
    expect(rows(inventory)).toEqual(['x 1.0.0 @0', 'y 2.0.0 @2'])
  })

  test('are one package at several places', async () => {
    const { packages } = await image([
      { 'a/node_modules/x/package.json': npm('x', '1.0.0') },
      { 'b/node_modules/x/package.json': npm('x', '1.0.0') },
    ])
    expect(packages).toHaveLength(1)
    expect(packages[0]?.locations.map(({ path }) => path)).toEqual([
      'a/node_modules/x/package.json',
      'b/node_modules/x/package.json',
    ])
  })

  test('are attributed to the OS package that owns their files, through linked folders as well', async () => {
    const { packages } = await image([
      {
        'etc/os-release': osRelease,
        lib: '->usr/lib',
        'var/lib/dpkg/status': stanza('node-x', '1.0.0-1'),
        'var/lib/dpkg/info/node-x.list': '/.\n/lib\n/lib/node_modules\n/lib/node_modules/x/package.json\n',
        'usr/lib/node_modules/x/package.json': npm('x', '1.0.0'),
        'usr/lib/node_modules/y/package.json': npm('y', '1.0.0'),
      },
    ])
    expect(packages.map(({ name, ownedBy }) => [name, ownedBy])).toEqual([
      ['node-x', undefined],
      ['x', expect.stringContaining('pkg:deb/debian/node-x@1.0.0-1') as string],
      ['y', undefined],
    ])
  })

  test('are found behind links: to a file nobody asked for, in whatever layer', async () => {
    const linked = { 'etc/os-release': osRelease, 'data/db': stanza('a', '1') }
    const expected = ['a 1 @0']
    expect(rows(await image([linked, { 'var/lib/dpkg/status': '->/data/db' }]))).toEqual(expected)
    expect(
      rows(await image([linked, { 'var/lib/dpkg': '->../../data2' }, { 'data2/status': '->../data/db' }])),
    ).toEqual(expected)
    expect(rows(await image([{ ...linked, 'var/lib/dpkg/status': '=>data/db' }]))).toEqual(expected)
    expect(rows(await image([linked, { 'var/lib/dpkg/status': '=>data/db' }]))).toEqual(expected)
  })

  test('a link out of the root is followed inside and told', async () => {
    const inventory = await image([
      { 'etc/os-release': osRelease, 'var/lib/dpkg/status': '->../../../../../etc/passwd' },
    ])
    expect(inventory.packages).toEqual([])
    expect(inventory.diagnostics).toMatchObject([{ level: 'error', code: 'LINK_OUTSIDE' }])
  })

  test('the same layer twice is read once and counts twice', async () => {
    const layer = { 'a/node_modules/x/package.json': npm('x', '1.0.0') }
    const { artifact, packages } = await image([layer, layer])
    expect(artifact.layers).toHaveLength(2)
    expect(packages).toHaveLength(1)
  })
})

describe('the layer cache', () => {
  const layers = [
    { 'a/node_modules/x/package.json': npm('x', '1.0.0') },
    { 'b/node_modules/y/package.json': npm('y', '1.0.0') },
  ]
  const cache = (bytes: number) => ({
    cache: { folder: join(folder, 'cache'), bytes, clock: fixedClock('2026-11-23T12:00:00Z') },
  })
  const entries = async (): Promise<string[]> =>
    (await readdir(join(folder, 'cache'), { recursive: true })).filter((name) => name.includes('/')).sort()

  test('spares the layers and changes nothing', async () => {
    const first = await image(layers, cache(1e9))
    expect(await entries()).toHaveLength(2)
    // Without the blobs only the cache can answer.
    for (const { digest } of first.artifact.layers) await rm(join(folder, 'blobs', digest.replace(':', '/')))
    const second = await inventoryOf(folder, cache(1e9))
    expect(second.packages).toEqual(first.packages)
    expect(second.diagnostics.filter(({ code }) => code !== 'LAYER_MISSING')).toEqual(first.diagnostics)
  })

  test('survives damage and keeps to its size', async () => {
    const first = await image(layers, cache(1e9))
    for (const name of await entries()) await writeFile(join(folder, 'cache', name), 'garbage')
    expect((await inventoryOf(folder, cache(1e9))).packages).toEqual(first.packages)
    await inventoryOf(folder, cache(1))
    expect(await entries()).toEqual([])
  })

  test('is another one for other limits, and keeps nothing that failed', async () => {
    await image(layers, cache(1e9))
    await inventoryOf(folder, { ...cache(1e9), limits: { ...defaultLimits, entries: 5 } })
    expect(await entries()).toHaveLength(4)
    await inventoryOf(folder, {
      ...cache(1e9),
      limits: { ...defaultLimits, pathBytes: 4095, unpackedBytes: 10 },
    })
    expect(await entries()).toHaveLength(4)
  })
})

test('an abort ends the reading', async () => {
  const controller = new AbortController()
  controller.abort(new Error('enough'))
  await expect(image([{ a: 'b' }], { signal: controller.signal })).rejects.toThrow('enough')
})
