import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasCode } from '../../platform/index.ts'
import { decodeVex } from './decode.ts'

const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))
const decode = (value: unknown) => decodeVex(bytes(value), 'test.json')
const said = (value: unknown): readonly string[] =>
  decode(value).statements.flatMap(({ vulnerability, status, products }) =>
    products.map(({ id, component }) =>
      [vulnerability, status, id, ...(component === undefined ? [] : [component])].join(' '),
    ),
  )

/** In the form of the examples of the OpenVEX specification. */
const openVex = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://openvex.dev/docs/example/vex-9fb3463de1b57',
  author: 'Example Security',
  timestamp: '2023-01-08T18:02:03Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: 'CVE-2023-12345', aliases: ['GHSA-1'] },
      products: [
        { '@id': 'pkg:apk/wolfi/git@2.39.0-r1?arch=x86_64' },
        { '@id': 'pkg:apk/wolfi/git@2.39.0-r1?arch=armv7' },
      ],
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      impact_statement: 'the code is not built',
    },
    {
      vulnerability: { name: 'CVE-2023-2' },
      timestamp: '2023-02-01T00:00:00Z',
      products: [
        {
          '@id': 'pkg:oci/shop@sha256%3Aaaaa?repository_url=registry.example/shop',
          subcomponents: [{ '@id': 'pkg:npm/lodash@4.17.20' }],
        },
      ],
      status: 'under_investigation',
    },
    {
      vulnerability: { name: 'CVE-2023-2' },
      timestamp: '2023-03-01T00:00:00Z',
      products: [
        {
          '@id': 'pkg:oci/shop@sha256%3Aaaaa?repository_url=registry.example/shop',
          subcomponents: [{ '@id': 'pkg:npm/lodash@4.17.20' }],
        },
      ],
      status: 'fixed',
    },
  ],
}

const csaf = {
  document: {
    category: 'csaf_vex',
    csaf_version: '2.0',
    publisher: { category: 'vendor', name: 'Example Company' },
    tracking: { current_release_date: '2024-01-01T00:00:00Z' },
  },
  product_tree: {
    branches: [
      {
        category: 'vendor',
        name: 'Example',
        branches: [
          {
            category: 'product_version',
            name: '1.0',
            product: {
              product_id: 'CSAFPID-0001',
              name: 'Example Shop 1.0',
              product_identification_helper: { purl: 'pkg:oci/shop@sha256%3Abbbb' },
            },
          },
        ],
      },
    ],
    full_product_names: [
      {
        product_id: 'CSAFPID-0002',
        name: 'lodash',
        product_identification_helper: { purl: 'pkg:npm/lodash@4.17.20' },
      },
      { product_id: 'CSAFPID-0003', name: 'Example Appliance' },
    ],
    relationships: [
      {
        category: 'default_component_of',
        product_reference: 'CSAFPID-0002',
        relates_to_product_reference: 'CSAFPID-0001',
        full_product_name: { product_id: 'CSAFPID-0004', name: 'lodash in Example Shop' },
      },
    ],
  },
  vulnerabilities: [
    {
      cve: 'CVE-2021-23337',
      ids: [{ system_name: 'GitHub', text: 'GHSA-35jh-r3h4-6jhm' }],
      product_status: { known_not_affected: ['CSAFPID-0004', 'CSAFPID-0003'], fixed: ['CSAFPID-0002'] },
      flags: [{ label: 'vulnerable_code_not_in_execute_path', product_ids: ['CSAFPID-0004'] }],
      threats: [{ category: 'impact', details: 'template is never called', product_ids: ['CSAFPID-0004'] }],
    },
  ],
}

const cycloneDx = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  metadata: { timestamp: '2024-01-01T00:00:00Z' },
  components: [{ type: 'library', 'bom-ref': 'lodash-ref', name: 'lodash', purl: 'pkg:npm/lodash@4.17.20' }],
  vulnerabilities: [
    {
      id: 'CVE-2021-23337',
      analysis: { state: 'not_affected', justification: 'code_not_reachable', detail: 'never called' },
      affects: [{ ref: 'lodash-ref' }],
    },
    {
      id: 'CVE-2020-1',
      analysis: { state: 'resolved' },
      affects: [{ ref: 'urn:cdx:3e671687/1#pkg:npm/a@1.0.0' }],
    },
    { id: 'CVE-2020-2', analysis: { state: 'exploitable' }, affects: [{ ref: 'lodash-ref' }] },
    { id: 'CVE-2020-3', affects: [{ ref: 'lodash-ref' }] },
    { id: 'CVE-2020-4', analysis: { state: 'false_positive' }, affects: [{ ref: 'nowhere' }] },
  ],
}

test('OpenVEX: products, components, and the latest word on each', () => {
  expect(decode(openVex)).toMatchObject({ format: 'OpenVEX', author: 'Example Security', diagnostics: [] })
  expect(said(openVex)).toEqual([
    'CVE-2023-12345 not_affected pkg:apk/wolfi/git@2.39.0-r1?arch=x86_64',
    'CVE-2023-12345 not_affected pkg:apk/wolfi/git@2.39.0-r1?arch=armv7',
    'CVE-2023-2 fixed pkg:oci/shop@sha256%3Aaaaa?repository_url=registry.example/shop pkg:npm/lodash@4.17.20',
  ])
  expect(decode(openVex).statements[0]).toMatchObject({
    aliases: ['GHSA-1'],
    justification: 'vulnerable_code_not_present',
    detail: 'the code is not built',
  })
})

test('OpenVEX 0.0.1 has texts for objects', () => {
  const old = {
    '@context': 'https://openvex.dev/ns',
    statements: [{ vulnerability: 'CVE-2023-1', products: ['pkg:npm/a@1.0.0'], status: 'fixed' }],
  }
  expect(said(old)).toEqual(['CVE-2023-1 fixed pkg:npm/a@1.0.0'])
})

test('CSAF: branches, names, relationships, flags and threats', () => {
  expect(decode(csaf)).toMatchObject({ format: 'CSAF', author: 'Example Company', diagnostics: [] })
  expect(said(csaf)).toEqual([
    'CVE-2021-23337 not_affected pkg:oci/shop@sha256%3Abbbb pkg:npm/lodash@4.17.20',
    'CVE-2021-23337 not_affected Example Appliance',
    'CVE-2021-23337 fixed pkg:npm/lodash@4.17.20',
  ])
  expect(decode(csaf).statements[0]).toMatchObject({
    aliases: ['GHSA-35jh-r3h4-6jhm'],
    justification: 'vulnerable_code_not_in_execute_path',
    detail: 'template is never called',
  })
})

test('CycloneDX: analyses by reference; what refers to nothing is named', () => {
  expect(said(cycloneDx)).toEqual([
    'CVE-2021-23337 not_affected pkg:npm/lodash@4.17.20',
    'CVE-2020-1 fixed pkg:npm/a@1.0.0',
    'CVE-2020-2 affected pkg:npm/lodash@4.17.20',
  ])
  expect(decode(cycloneDx).diagnostics).toMatchObject([
    { code: 'VEX_STATEMENT_UNUSABLE', place: 'vulnerabilities[4]' },
  ])
})

test('a bad statement costs itself', () => {
  const [first, ...rest] = openVex.statements
  const broken = { ...openVex, statements: [{ ...first, status: 'maybe' }, ...rest, null] }
  expect(said(broken)).toHaveLength(1)
  expect(decode(broken).diagnostics.map(({ place }) => place)).toEqual(['statements[0]', 'statements[3]'])
})

describe('what is no VEX document is refused', () => {
  test.each([
    ['VEX_MALFORMED', '{'],
    ['VEX_UNKNOWN', '[]'],
    ['VEX_UNKNOWN', 'null'],
    ['VEX_UNKNOWN', '{"spdxVersion":"SPDX-2.3"}'],
    ['VEX_UNKNOWN', '{"bomFormat":"CycloneDX","components":[]}'],
    ['VEX_UNKNOWN', '{"@context":"https://openvex.dev/ns","statements":{}}'],
  ])('%s: %s', (code, text) => {
    expect(() => decodeVex(Buffer.from(text), 'x')).toThrow(expect.objectContaining({ code }) as Error)
  })
})

test('damaged documents give statements or an error of ours', () => {
  const samples = [openVex, csaf, cycloneDx].map((value) => JSON.stringify(value))
  fc.assert(
    fc.property(
      fc.constantFrom(...samples),
      fc.nat(),
      fc.constantFrom('', '{', 'null', '[]', '"x"', '0'),
      (text, seed, junk) => {
        const at = seed % text.length
        try {
          decodeVex(Buffer.from(text.slice(0, at) + junk + text.slice(at + 1 + (seed % 7))), 'x')
        } catch (error) {
          expect(['VEX_MALFORMED', 'VEX_UNKNOWN'].some((code) => hasCode(error, code))).toBe(true)
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('deep trees end', () => {
  const branch = `${'{"branches":['.repeat(3000)}{"product":{"product_id":"deep"}}${']}'.repeat(3000)}`
  const deep = JSON.stringify({ ...csaf, product_tree: { branches: ['@'] } }).replace('"@"', branch)
  expect(decodeVex(Buffer.from(deep), 'x').statements.length).toBeGreaterThan(0)
})
