// Targets with something beside them: a function with its layers, an image with its base, an image with an attached SBOM.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { explain } from '../../src/assessment/index.ts'
import { matchInventory } from '../../src/matching/index.ts'
import type { Inventory } from '../../src/model/index.ts'
import { advisory, memoryReader } from '../support/judging.ts'
import { inventoryOf } from '../support/inventory.ts'
import { describeLab, labPath } from '../support/lab.ts'
import { startRegistry } from '../support/registry.ts'
import type { LabRegistry } from '../support/registry.ts'

describeLab(
  'a Lambda function with layers',
  ['lambda/python-function.zip', 'lambda/layer-python.zip'],
  () => {
    const target = `lambda:${labPath('lambda/python-function.zip')},${labPath('lambda/layer-python.zip')}`
    const copies = ({ packages }: Inventory, name: string): (readonly [string, string | undefined])[] =>
      packages
        .filter((one) => one.name === name)
        .map(({ notes, version }) => [version, notes?.find((note) => /effective|shadowed/.test(note))])

    test('hard case 56: of several copies the one that is loaded is marked, and it alone is judged', async () => {
      const inventory = await inventoryOf(target)
      expect(copies(inventory, 'requests')).toEqual([
        ['2.25.1', 'shadowed by 2.28.1'],
        ['2.28.1', 'effective'],
      ])
      expect(
        inventory.packages.every(({ locations }) =>
          locations.every(({ path }) => /^(?:var\/task|opt)\//.test(path)),
        ),
      ).toBe(true)
      const old = advisory('GHSA-1', [{ of: 'PyPI/requests', events: ['0', '!2.26.0'] }])
      const reader = memoryReader([old])
      expect(matchInventory(inventory, reader)).toEqual([])
      const explained = explain(inventory, reader, 'GHSA-1', { today: '2026-11-23' })
      expect(explained.vulnerabilities[0]?.outcome).toBe('clear')
    })

    test('without the function’s own copy the layer’s is the effective one', async () => {
      const inventory = await inventoryOf(
        `lambda:${labPath('lambda/node-function.zip')},${labPath('lambda/layer-python.zip')}`,
      )
      expect(copies(inventory, 'requests')).toEqual([['2.25.1', undefined]])
    })
  },
)

describeLab('an image and what is beside it', ['images/node-app', 'images/debian-bookworm-base'], () => {
  let registry: LabRegistry
  beforeAll(() => {
    registry = startRegistry('acceptance-targets', 5079)
    registry.push(`oci:${labPath('images/distroless')}:latest`, 'lab/distroless:1')
  })
  afterAll(() => registry.stop())

  test('the layers of its base are told apart when the base is named', async () => {
    const base = labPath('images/debian-bookworm-base')
    const { artifact } = await inventoryOf(labPath('images/node-app'), { base })
    expect(artifact.layers.map((layer) => layer.base)).toEqual([true, false])
    await expect(
      inventoryOf(labPath('images/node-app'), { base: labPath('images/debian-trixie') }),
    ).rejects.toMatchObject({
      code: 'BASE_NOT_SHARED',
    })
  })

  test('an attached SBOM adds what no layer shows, when it is asked for', async () => {
    const host = `http://${registry.host}/v2/lab/distroless`
    const put = async (path: string, body: Uint8Array, type: string): Promise<Response> =>
      fetch(`${host}/${path}`, { method: 'PUT', body: Buffer.from(body), headers: { 'content-type': type } })
    const digestOf = (bytes: Uint8Array): string =>
      `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    const upload = async (bytes: Uint8Array): Promise<{ digest: string; size: number }> => {
      const started = await fetch(`${host}/blobs/uploads/`, { method: 'POST' })
      const to = new URL(started.headers.get('location') ?? '', host)
      to.searchParams.set('digest', digestOf(bytes))
      expect((await fetch(to, { method: 'PUT', body: Buffer.from(bytes) })).status).toBe(201)
      return { digest: digestOf(bytes), size: bytes.length }
    }
    const type = 'application/vnd.cyclonedx+json'
    const sbom = Buffer.from(
      JSON.stringify({
        bomFormat: 'CycloneDX',
        specVersion: '1.6',
        components: [{ type: 'library', name: 'zlib', version: '1.2.11', purl: 'pkg:generic/zlib@1.2.11' }],
      }),
    )
    const config = await upload(Buffer.from('{}'))
    const layer = await upload(sbom)
    const target = `${registry.host}/lab/distroless:1`
    const plain = await inventoryOf(target)
    const subject = plain.artifact.digest
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        artifactType: type,
        config: { mediaType: 'application/vnd.oci.empty.v1+json', ...config },
        layers: [{ mediaType: type, ...layer }],
        subject: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: subject, size: 1 },
      }),
    )
    // This registry keeps no list of referrers: the specification's fallback is an index under a tag.
    expect(
      (await put(`manifests/${digestOf(manifest)}`, manifest, 'application/vnd.oci.image.manifest.v1+json'))
        .status,
    ).toBe(201)
    const index = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [
          {
            mediaType: 'application/vnd.oci.image.manifest.v1+json',
            digest: digestOf(manifest),
            size: manifest.length,
            artifactType: type,
          },
        ],
      }),
    )
    const tag = subject?.replace(':', '-') ?? ''
    expect((await put(`manifests/${tag}`, index, 'application/vnd.oci.image.index.v1+json')).status).toBe(201)
    expect(plain.packages.some(({ name }) => name === 'zlib')).toBe(false)
    const more = await inventoryOf(target, { attachedSboms: true })
    expect(more.packages.filter(({ name }) => name === 'zlib')).toMatchObject([
      { version: '1.2.11', foundBy: 'attached-sbom', certainty: 'derived' },
    ])
    expect(more.packages).toHaveLength(plain.packages.length + 1)
  })
})
