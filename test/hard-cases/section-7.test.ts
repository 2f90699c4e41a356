// Images, single packages, SBOMs.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { assess } from '../../src/assessment/index.ts'
import { memoryReader } from '../../src/matching/testing.ts'
import type { Inventory } from '../../src/model/index.ts'
import type { LayerFiles } from './layered-image.ts'
import { writeLayout } from './layered-image.ts'
import { advisory, answersOf, assessmentOf, built, inventoryAt, os, pkg, section } from './support.ts'

const osRelease = { 'etc/os-release': 'ID=debian\nVERSION_ID="12"\n' }
const stanza = (name: string, version: string): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\nDescription: x\n\n`
const status = (...stanzas: readonly string[]): LayerFiles => ({ 'var/lib/dpkg/status': stanzas.join('') })

async function withScratch<Result>(work: (scratch: string) => Promise<Result>): Promise<Result> {
  const scratch = await mkdtemp(join(tmpdir(), 'hard-case-'))
  try {
    return await work(scratch)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

const imageOf = (
  layers: readonly LayerFiles[],
  label?: string,
): Promise<{ readonly inventory: Inventory; readonly digests: readonly string[] }> =>
  withScratch(async (scratch) => {
    const folder = join(scratch, 'layout')
    const digests = await writeLayout(folder, layers, label)
    return { inventory: await inventoryAt(`oci:${folder}`, scratch), digests }
  })

const placed = ({ packages }: Inventory, digests: readonly string[]): readonly string[] =>
  packages.map(({ name, version, locations }) =>
    [name, version, ...locations.map(({ layer = '' }) => digests.indexOf(layer))].join(' '),
  )

section('section 7 (images, SBOMs)', [53, 54, 55, 60], (hardCase) => {
  hardCase(
    53,
    'a database that a higher layer replaces is gone, and a package belongs to the first layer from which it stayed',
    async () => {
      const { inventory, digests } = await imageOf([
        { ...osRelease, ...status(stanza('bash', '5.2-1'), stanza('curl', '7.88-1')) },
        status(stanza('bash', '5.2-1'), stanza('curl', '7.88-2'), stanza('jq', '1.6-1')),
      ])
      expect(placed(inventory, digests)).toEqual(['bash 5.2-1 0', 'curl 7.88-2 1', 'jq 1.6-1 1'])
    },
  )

  hardCase(53, 'whiteouts and opaque folders take packages away', async () => {
    const npm = (name: string): LayerFiles => ({
      [`app/node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0' }),
    })
    const { inventory, digests } = await imageOf([
      { ...osRelease, ...npm('first'), ...npm('second') },
      { 'app/node_modules/.wh.first': '' },
      { ...npm('third') },
      { 'app/node_modules/.wh..wh..opq': '', ...npm('fourth') },
    ])
    expect(placed(inventory, digests)).toEqual(['fourth 1.0.0 3'])
    const removed = await imageOf([
      { ...osRelease, ...status(stanza('bash', '5.2-1')) },
      { 'var/lib/dpkg/.wh.status': '' },
    ])
    expect(removed.inventory.packages).toEqual([])
  })

  hardCase(54, 'packages without an operating system are not guessed to be of one', () => {
    const advisories = [advisory('CVE-2024-1', [{ of: 'Debian:12/openssl', events: ['0'] }])]
    const packages = [
      built('deb', 'libssl3', '3.0.11-1~deb12u1', 'openssl'),
      pkg('rpm', 'openssl', '1:3.0.7-1.el9'),
    ]
    expect(answersOf({ packages, advisories })).toEqual([
      'libssl3 unknown NO_DISTRIBUTION',
      'openssl unknown NO_DISTRIBUTION',
    ])
    // an operating system of another kind is none of theirs either
    expect(answersOf({ packages: packages.slice(1), advisories, on: os('debian', '12') })).toEqual([
      'openssl unknown DISTRIBUTION_UNKNOWN',
    ])
  })

  hardCase(
    55,
    'an SBOM without a distribution says loudly that its system packages were not assessed',
    async () => {
      const inventory = await withScratch(async (scratch) => {
        const file = join(scratch, 'sbom.cdx.json')
        const components = [
          {
            type: 'library',
            name: 'libssl3',
            version: '3.0.11-1~deb12u1',
            purl: 'pkg:deb/libssl3@3.0.11-1~deb12u1?arch=amd64',
          },
          { type: 'library', name: 'lodash', version: '4.17.20', purl: 'pkg:npm/lodash@4.17.20' },
        ]
        await writeFile(
          file,
          JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components }),
        )
        return inventoryAt(file, scratch)
      })
      const { findings, unknowns } = assess(
        inventory,
        memoryReader([
          advisory('CVE-2024-1', [
            { of: 'Debian:12/openssl', events: ['0'] },
            { of: 'Debian:12/libssl3', events: ['0'] },
          ]),
          advisory('CVE-2021-23337', [{ of: 'npm/lodash', events: ['0', '!4.17.21'] }]),
        ]),
        { today: '2026-11-23' },
      )
      expect(findings.map(({ vulnerabilityId }) => vulnerabilityId)).toEqual(['CVE-2021-23337'])
      expect(unknowns).toMatchObject([{ code: 'NO_DISTRIBUTION' }])
      expect(unknowns[0]?.packages).toHaveLength(1)
    },
  )

  hardCase(60, 'a rebuild with equal content has equal findings under other digests', async () => {
    const layers = [{ ...osRelease, ...status(stanza('openssl', '3.0.11-1~deb12u1')) }]
    const one = await imageOf(layers, 'one')
    const two = await imageOf(layers, 'two')
    expect(one.inventory.artifact.digest).not.toBe(two.inventory.artifact.digest)
    const advisories = [
      advisory('CVE-2023-5363', [{ of: 'Debian:12/openssl', events: ['0', '!3.0.11-1~deb12u2'] }]),
    ]
    const find = ({ inventory }: typeof one) =>
      assess(inventory, memoryReader(advisories), { today: '2026-11-23' }).findings
    expect(find(one)).toEqual(find(two))
    // neither does the identity follow paths, scores, texts or fixes
    const [moved] = assessmentOf({
      packages: [pkg('deb', 'openssl', '3.0.10-1', { locations: [{ path: 'elsewhere' }] })],
      on: os('debian', '12'),
      advisories: [
        advisory('CVE-2023-5363', [{ of: 'Debian:12/openssl', status: 'unfixed' }], {
          summary: 'another text',
        }),
      ],
    }).findings
    expect(moved?.id).toBe(find(one)[0]?.id)
  })
})
