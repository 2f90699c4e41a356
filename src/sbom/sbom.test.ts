import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Inventory, Package } from '../model/index.ts'
import { decodeSbom, encodeCycloneDx, encodeSpdx, looksLikeSbom } from './index.ts'

const layer = `sha256:${'a'.repeat(64)}` as const
const found = (more: Partial<Package>): Package => ({
  purl: 'pkg:npm/lodash@4.17.15',
  type: 'npm',
  name: 'lodash',
  version: '4.17.15',
  state: 'installed',
  locations: [{ path: 'app/node_modules/lodash/package.json', layer }],
  foundBy: 'javascript/node-modules',
  certainty: 'exact',
  ...more,
})

const inventory: Inventory = {
  artifact: { kind: 'image', target: 'app:1', digest: layer, platform: 'linux/amd64', layers: [] },
  distribution: {
    id: 'debian',
    idLike: [],
    name: 'Debian GNU/Linux',
    versionId: '12',
    codename: 'bookworm',
    prettyName: 'Debian GNU/Linux 12 (bookworm)',
    channels: [],
    paths: ['usr/lib/os-release'],
  },
  packages: [
    found({
      purl: 'pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl',
      type: 'deb',
      name: 'libssl3',
      version: '3.0.11-1~deb12u2',
      arch: 'amd64',
      source: { name: 'openssl', version: '3.0.11-1~deb12u2' },
      licenses: ['Apache-2.0'],
      locations: [{ path: 'var/lib/dpkg/status', layer }],
      foundBy: 'os/dpkg',
    }),
    found({
      purl: 'pkg:npm/%40scope/odd@1.0.0',
      name: '@scope/odd',
      version: '1.0.0',
      notes: ['a & b < c', 'ü'],
    }),
    found({}),
    found({
      purl: 'pkg:pypi/requests@2.0',
      type: 'pypi',
      name: 'requests',
      version: '2.0',
      ownedBy: 'pkg:deb/debian/python3-requests@2.0-1',
      certainty: 'derived',
      state: 'locked',
    }),
  ],
  diagnostics: [],
}

const about = { toolVersion: '0.1.0', created: new Date('2026-11-23T12:00:00Z') }
const encoders = { CycloneDX: encodeCycloneDx, SPDX: encodeSpdx } as const

/** The validator of CycloneDX's own schema, which its library carries. */
function cycloneDxValidator() {
  const resolve = createRequire(import.meta.url)
  const root = dirname(resolve.resolve('@cyclonedx/cyclonedx-library/package.json'))
  const read = (name: string): object =>
    JSON.parse(readFileSync(join(root, 'res/schema', name), 'utf8')) as object
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  for (const name of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'])
    ajv.addSchema(read(name), `http://cyclonedx.org/schema/${name}`)

  ajv.addFormat('iri-reference', true)
  ajv.addFormat('idn-email', true)
  return ajv.compile(read('bom-1.6.SNAPSHOT.schema.json'))
}

describe('an inventory as a document', () => {
  test.each(Object.entries(encoders))('%s comes back the same', (_, encode) => {
    const text = encode(inventory, about)
    expect(looksLikeSbom(Buffer.from(text))).toBe(true)
    const back = decodeSbom(Buffer.from(text), 'app:1')
    expect(back.packages).toEqual(inventory.packages)
    expect(back.distribution).toEqual(inventory.distribution)
    expect(back.diagnostics).toEqual([])
    expect(back.artifact).toMatchObject({ kind: 'sbom', digest: layer, platform: 'linux/amd64' })
  })

  test.each(Object.entries(encoders))('%s is the same text each time', (_, encode) => {
    expect(encode(inventory, about)).toBe(encode(structuredClone(inventory), about))
  })

  test('CycloneDX satisfies its schema', () => {
    const validate = cycloneDxValidator()
    validate(JSON.parse(encodeCycloneDx(inventory, about)))
    expect(validate.errors).toBeNull()
    validate({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [{ name: 'x' }] })
    expect(validate.errors).not.toBeNull()
  })

  test('any names come back', () => {
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 20 })
      .filter((one) => one.isWellFormed())
    fc.assert(
      fc.property(text, text, (path, note) => {
        const odd = { ...inventory, packages: [found({ locations: [{ path }], notes: [note] })] }
        for (const encode of Object.values(encoders)) {
          expect(decodeSbom(Buffer.from(encode(odd, about)), 'x').packages).toEqual(odd.packages)
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('documents of other tools', () => {
  const xml = `<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.4" version="1">
  <metadata><component type="container"><name>app</name></component></metadata>
  <components>
    <component type="operating-system"><name>alpine</name><version>3.18.4</version></component>
    <component type="library"><name>lodash</name><version>4.17.15</version><purl>pkg:npm/lodash@4.17.15</purl></component>
    <component type="library"><name>left</name><version>1</version>
      <components><component type="library"><name>inner</name><version>2.0</version><purl>pkg:pypi/inner@2.0</purl></component></components>
    </component>
  </components>
</bom>`
  const tagValue = `SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: app
PackageName: lodash
SPDXID: SPDXRef-1
PackageVersion: 4.17.15
ExternalRef: PACKAGE-MANAGER purl pkg:npm/lodash@4.17.15
PackageName: libssl3
SPDXID: SPDXRef-2
PackageVersion: 3.0.11-1
PackageComment: <text>several
lines</text>
ExternalRef: PACKAGE-MANAGER purl pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12
`

  test('CycloneDX XML, with components inside components', () => {
    const read = decodeSbom(Buffer.from(xml), 'bom.xml')
    expect(read.packages.map(({ purl }) => purl)).toEqual(['pkg:npm/lodash@4.17.15', 'pkg:pypi/inner@2.0'])
    expect(read.distribution).toMatchObject({ id: 'alpine', versionId: '3.18.4' })
  })

  test('SPDX tag-value, the distribution from the purls', () => {
    const read = decodeSbom(Buffer.from(tagValue), 'bom.spdx')
    expect(read.packages.map(({ name }) => name)).toEqual(['libssl3', 'lodash'])
    expect(read.distribution).toMatchObject({ id: 'debian', versionId: '12' })
  })

  test('OS packages without a distribution are refused loudly', () => {
    const text = tagValue.replace('&distro=debian-12', '')
    expect(decodeSbom(Buffer.from(text), 'x').diagnostics).toMatchObject([
      { level: 'error', code: 'SBOM_NO_DISTRIBUTION' },
    ])
  })

  test.each([
    ['{"bomFormat":"CycloneDX"', 'SBOM_MALFORMED'],
    ['{"hello":1}', 'SBOM_UNKNOWN'],
    ['nothing', 'SBOM_UNKNOWN'],
    ['{"bomFormat":"CycloneDX","specVersion":"0.9","components":[]}', 'SBOM_VERSION'],
    ['<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components>', 'SBOM_MALFORMED'],
  ])('%j is refused with %s', (text, code) => {
    expect(() => decodeSbom(Buffer.from(text), 'x')).toThrow(expect.objectContaining({ code }))
  })

  test('any mutation is an inventory or a LongwatchError', () => {
    const texts = [encodeCycloneDx(inventory, about), encodeSpdx(inventory, about), xml, tagValue]
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(fc.tuple(fc.nat(5000), fc.constantFrom('', '"', '{', '<', ']', '\u0000', '9'.repeat(30))), {
          minLength: 1,
          maxLength: 4,
        }),
        (text, changes) => {
          let mutated = text
          for (const [at, piece] of changes) mutated = mutated.slice(0, at) + piece + mutated.slice(at + 1)
          try {
            decodeSbom(Buffer.from(mutated), 'x')
          } catch (error) {
            expect(error).toMatchObject({ name: 'LongwatchError' })
          }
        },
      ),
      { numRuns: 400 },
    )
  })
})
