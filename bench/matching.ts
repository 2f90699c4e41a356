// Matching: packages per second on one core with the mirror's data. First what images really hold: the lab's. Then the worst
// there is: the packages that advisories are about, each in every version that an advisory names, and nothing else; no fleet is
// as bad. The baseline is looking the same packages up and doing nothing with what is found.

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFeedClient, feeds, openAdvisories, syncFeeds } from '../src/advisories/index.ts'
import type { AdvisoryReader, AffectedEntry } from '../src/advisories/index.ts'
import { catalog, openArtifact } from '../src/inventory/index.ts'
import { matchInventory } from '../src/matching/index.ts'
import type { Distribution, Inventory, Package } from '../src/model/index.ts'
import { createHttp, defaultLimits, silentProgress, systemClock } from '../src/platform/index.ts'
import { feedsDir, labPath } from '../test/support/lab.ts'
import { print } from './support/print.ts'

interface Fleet {
  readonly title: string
  readonly ecosystem: string
  readonly release: string
  readonly type: string
  readonly distribution?: Distribution
}

const os = (id: string, versionId: string): Distribution => ({
  id,
  idLike: [],
  name: id,
  versionId,
  channels: [],
  paths: ['etc/os-release'],
})

const fleets: readonly Fleet[] = [
  { title: 'Debian 10', ecosystem: 'Debian', release: '10', type: 'deb', distribution: os('debian', '10') },
  {
    title: 'Alpine 3.11',
    ecosystem: 'Alpine',
    release: 'v3.11',
    type: 'apk',
    distribution: os('alpine', '3.11.6'),
  },
  {
    title: 'AlmaLinux 9',
    ecosystem: 'AlmaLinux',
    release: '9',
    type: 'rpm',
    distribution: os('almalinux', '9.4'),
  },
  { title: 'npm', ecosystem: 'npm', release: '', type: 'npm' },
  { title: 'PyPI', ecosystem: 'PyPI', release: '', type: 'pypi' },
  { title: 'Go', ecosystem: 'Go', release: '', type: 'golang' },
]

const fewest = 10_000

/** Prints the table. */
export async function run(): Promise<void> {
  const dbDir = mkdtempSync(join(tmpdir(), 'longwatch-bench-'))
  try {
    await sync(dbDir)
    const reader = openAdvisories(dbDir)
    const rows = [...(await imageRows(reader, dbDir)), ...fleets.flatMap((fleet) => rowsOf(fleet, reader))]
    await reader.close()
    print({
      title: 'matching, packages a second on one core',
      columns: ['packages', 'entries each', 'matches each', 'looked up', 'matched'],
      rows,
    })
  } finally {
    rmSync(dbDir, { recursive: true })
  }
}

/** All images of the lab, together as often as makes enough packages. */
async function imageRows(reader: AdvisoryReader, scratch: string): Promise<(string | number)[][]> {
  const folder = labPath('images')
  if (!existsSync(folder)) {
    console.log(`the lab was not made: ${folder} is missing; its images are left out`)
    return []
  }
  const inventories: Inventory[] = []
  for (const name of readdirSync(folder).sort())
    inventories.push(await inventoryOfImage(join(folder, name), scratch))
  const count = inventories.reduce((sum, { packages }) => sum + packages.length, 0)
  const rounds = Math.ceil(fewest / count)
  const work = (): number => {
    let matches = 0
    for (let round = 0; round < rounds; round += 1)
      for (const inventory of inventories) matches += matchInventory(inventory, reader).length
    return matches
  }
  const matches = work()
  const time = best(work)
  return [
    [
      `${inventories.length} images`,
      '',
      (matches / (count * rounds)).toFixed(1),
      '',
      rate((count * rounds) / time),
    ],
  ]
}

async function inventoryOfImage(folder: string, scratch: string): Promise<Inventory> {
  const { signal } = new AbortController()
  const artifact = await openArtifact(`oci:${folder}`, {
    registry: { insecure: [], mirrors: {} },
    limits: defaultLimits,
    clock: systemClock,
    progress: silentProgress,
    platform: 'linux/amd64',
    scratch,
    signal,
  })
  try {
    return await catalog(artifact, { limits: defaultLimits, progress: silentProgress, scratch, signal })
  } finally {
    await artifact.close()
  }
}

function rowsOf(fleet: Fleet, reader: AdvisoryReader): (string | number)[][] {
  const { title, ecosystem, release, distribution } = fleet
  const some = packagesOf(fleet, reader)
  if (some.length === 0) return []
  const packages = Array.from({ length: Math.ceil(fewest / some.length) }, () => some).flat()
  const inventory = inventoryOf(packages, distribution)
  const lookUp = (): number =>
    packages.reduce((sum, { name }) => sum + reader.lookup({ ecosystem, release, name }).length, 0)
  const entries = lookUp()
  const matches = matchInventory(inventory, reader).length
  return [
    [
      title,
      (entries / packages.length).toFixed(1),
      (matches / packages.length).toFixed(1),
      rate(packages.length / best(lookUp)),
      rate(packages.length / best(() => matchInventory(inventory, reader))),
    ],
  ]
}

const rate = (perSecond: number): string => Math.round(perSecond).toLocaleString('en-US')

/** The least processor time of several runs, in seconds: the machine may have other work. */
function best(work: () => unknown): number {
  const times = Array.from({ length: 8 }, () => {
    const from = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(from)
    return (user + system) / 1e6
  })
  return Math.min(...times)
}

function packagesOf({ ecosystem, release, type }: Fleet, reader: AdvisoryReader): readonly Package[] {
  return reader
    .searchPackages('', 1_000_000)
    .filter((key) => key.ecosystem === ecosystem && key.release === release)
    .flatMap((key) => {
      const versions = new Set(reader.lookup(key).flatMap(boundsOf))
      return [...versions].map((version): Package => packageOf(type, key.name, version))
    })
}

const packageOf = (type: string, name: string, version: string): Package => ({
  purl: `pkg:${type}/${name}@${version}`,
  type,
  name,
  version,
  state: 'installed',
  locations: [{ path: 'somewhere' }],
  foundBy: 'bench',
  certainty: 'exact',
})

const boundsOf = ({ ranges }: AffectedEntry): readonly string[] =>
  ranges
    .flatMap(({ events }) => events.flatMap((event) => Object.values<string>(event)))
    .filter((text) => text !== '0')

function inventoryOf(packages: readonly Package[], distribution: Distribution | undefined): Inventory {
  return {
    artifact: { kind: 'disk', target: 'bench', layers: [] },
    ...(distribution === undefined ? {} : { distribution }),
    packages,
    diagnostics: [],
  }
}

async function sync(dbDir: string): Promise<void> {
  const http = createHttp()
  try {
    await syncFeeds({
      dbDir,
      feeds: feeds.filter(({ name }) => name === 'osv'),
      scope: { ecosystems: fleets.map(({ ecosystem }) => ecosystem) },
      client: createFeedClient({ http, clock: systemClock, mirror: feedsDir }),
      clock: systemClock,
      progress: silentProgress,
      signal: new AbortController().signal,
    })
  } finally {
    await http.close()
  }
}
