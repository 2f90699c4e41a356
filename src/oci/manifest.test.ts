import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseImageConfig } from './image-config.ts'
import { parseManifest } from './manifest.ts'
import { mediaTypes } from './media-types.ts'

const digest = `sha256:${'ab'.repeat(32)}`
const config = { mediaType: mediaTypes.ociConfig, digest, size: 10 }
const layer = { mediaType: mediaTypes.ociLayerGzip, digest, size: 20 }
const manifest = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [layer] }
const entry = {
  mediaType: mediaTypes.ociManifest,
  digest,
  size: 5,
  platform: { os: 'linux', architecture: 'amd64' },
}
const index = { schemaVersion: 2, manifests: [entry] }
const bytes = (value: unknown): Uint8Array =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const parse = (value: unknown, mediaType?: string) =>
  parseManifest(bytes(value), { place: 'here', layers: 3, ...(mediaType === undefined ? {} : { mediaType }) })

describe('manifests', () => {
  test('an image manifest, OCI and Docker', () => {
    expect(parse(manifest)).toMatchObject({ kind: 'manifest', layers: [{ digest, size: 20, urls: [] }] })
    const docker = { schemaVersion: 2, config, layers: [layer], annotations: null }
    expect(parse(docker, `${mediaTypes.dockerManifest}; charset=utf-8`)).toMatchObject({
      kind: 'manifest',
      mediaType: mediaTypes.dockerManifest,
    })
  })

  test('an index, with platforms', () => {
    expect(parse(index)).toMatchObject({
      kind: 'index',
      mediaType: mediaTypes.ociIndex,
      manifests: [{ digest, platform: { os: 'linux', architecture: 'amd64' } }],
    })
    expect(parse({ ...index, manifests: [] })).toMatchObject({ manifests: [] })
  })

  test.each([
    ['no JSON', 'not json', 'MANIFEST_INVALID'],
    ['half of JSON', '{"schemaVersion":2,"layers":[', 'MANIFEST_INVALID'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1'), 'MANIFEST_INVALID'],
    ['an array', [], 'MANIFEST_INVALID'],
    ['null', null, 'MANIFEST_INVALID'],
    ['nothing in it', {}, 'MANIFEST_INVALID'],
    ['schema 1', { schemaVersion: 1, name: 'a', fsLayers: [] }, 'MANIFEST_SCHEMA1'],
    [
      'a digest that is a path',
      { ...manifest, layers: [{ ...layer, digest: 'sha256:../../etc/passwd' }] },
      'MANIFEST_INVALID',
    ],
    ['an unknown algorithm', { ...manifest, layers: [{ ...layer, digest: 'md5:00' }] }, 'MANIFEST_INVALID'],
    ['a negative size', { ...manifest, layers: [{ ...layer, size: -1 }] }, 'MANIFEST_INVALID'],
    ['a size beyond 2^53', { ...manifest, layers: [{ ...layer, size: 2 ** 60 }] }, 'MANIFEST_INVALID'],
    ['half a byte', { ...manifest, layers: [{ ...layer, size: 0.5 }] }, 'MANIFEST_INVALID'],
    ['too many layers', { ...manifest, layers: [layer, layer, layer, layer] }, 'LAYERS_LIMIT'],
    ['an index and an image at once', { ...manifest, ...index }, 'MANIFEST_INVALID'],
    [
      'an index that says it is an image',
      { ...index, mediaType: mediaTypes.ociManifest },
      'MANIFEST_INVALID',
    ],
    ['no configuration', { ...manifest, config: undefined }, 'MANIFEST_INVALID'],
  ])('refuses one with %s', (_, value, code) => {
    expect(() => parse(value)).toThrowError(expect.objectContaining({ code, place: 'here' }) as Error)
  })

  test('says where it is wrong', () => {
    expect(() => parse({ ...manifest, layers: [layer, { ...layer, size: -1 }] })).toThrow(/layers\.1\.size/)
  })

  test('keeps hostile keys apart from its own', () => {
    const text = JSON.stringify(manifest).replace(
      '{"schemaVersion"',
      '{"annotations":{"__proto__":"x","a":"b"},"schemaVersion"',
    )
    const parsed = parse(text)
    expect(parsed.annotations.get('a')).toBe('b')
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  test('mutated manifests give a manifest or a LongwatchError', () => {
    const sound = JSON.stringify(manifest)
    const change = fc.tuple(fc.nat(sound.length), fc.nat(4), fc.string({ maxLength: 4 }))
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), (changes) => {
        let text = sound
        for (const [at, gone, put] of changes) text = text.slice(0, at) + put + text.slice(at + gone)
        try {
          parse(text)
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/^(?:MANIFEST_|LAYERS_)/)
        }
      }),
      { numRuns: 2000, seed: 7 },
    )
  })
})

describe('image configurations', () => {
  const sound = {
    os: 'linux',
    architecture: 'arm64',
    variant: 'v8',
    created: '2026-01-02T03:04:05Z',
    config: { Labels: { b: '2', a: '1' } },
    rootfs: { type: 'layers', diff_ids: [digest] },
    history: [{ created_by: 'COPY . .' }, { created_by: 'CMD ["x"]', empty_layer: true }],
  }

  test('gives platform, labels, history and digests', () => {
    expect(parseImageConfig(bytes(sound), 'here')).toEqual({
      platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
      created: '2026-01-02T03:04:05Z',
      labels: new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
      diffIds: [digest],
      history: [
        { createdBy: 'COPY . .', empty: false },
        { createdBy: 'CMD ["x"]', empty: true },
      ],
    })
  })

  test('leaves out what is odd and decides nothing', () => {
    const odd = {
      os: 7,
      created: 'once',
      config: { Labels: { a: 1 } },
      rootfs: { diff_ids: null },
      history: 'none',
    }
    expect(parseImageConfig(bytes(odd), 'here')).toEqual({ labels: new Map(), diffIds: [], history: [] })
  })

  test.each([['{}'], ['[1]'], ['{"rootfs":{"diff_ids":["sha256:x"]}}'], ['x'], [''], ['{"rootfs":null}']])(
    'refuses %s',
    (text) => {
      expect(() => parseImageConfig(bytes(text), 'here')).toThrowError(
        expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error,
      )
    },
  )
})
