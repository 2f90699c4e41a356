// Packages of an image, the whole process, against Trivy: nothing remembered, then with our layer cache; and fifty images on one base.

import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { labPath } from '../test/support/lab.ts'
import { alternate, best, measure, median } from './support/measure.ts'
import { megabytes, print, ratio, seconds } from './support/print.ts'
import { findTrivy, trivyCommand } from './support/trivy.ts'

const longwatch = resolve(import.meta.dirname, '../bin/longwatch.js')
/** Alternating runs; medians are what is printed. */
const runs = Number(process.env['LONGWATCH_BENCH_RUNS'] ?? 5)
const images = ['node-app', 'java-app', 'python-app', 'perf-large'] as const

/** Prints both tables. */
export async function run(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'longwatch-bench-'))
  const environment = { LONGWATCH_DATA_DIR: join(scratch, 'data') }
  try {
    print(againstTrivy(scratch, environment))
    print(packagesBeside(scratch, environment))
    print(manyImages(scratch, environment))
  } finally {
    rmSync(scratch, { recursive: true })
  }
  return Promise.resolve()
}

type Table = Parameters<typeof print>[0]

function againstTrivy(scratch: string, environment: Readonly<Record<string, string>>): Table {
  const peer = findTrivy()
  if ('missing' in peer) console.log(`Trivy cannot be had: ${peer.missing}`)
  const rows = images
    .map((image) => labPath(`images/${image}`))
    .filter((path) => existsSync(path))
    .map((path) => {
      const command = [process.execPath, longwatch, 'sbom', path, '--file', '/dev/null']
      const { ours: cold, peers: trivy } = alternate(
        runs,
        () => measure([...command, '--no-cache'], environment),
        'missing' in peer ? undefined : () => measure(trivyCommand(peer.trivy, path, join(scratch, 'trivy'))),
      )
      measure(command, environment)
      const warm = median(Array.from({ length: runs }, () => measure(command, environment)))
      return [
        path.split('/').at(-1) ?? '',
        seconds(cold.seconds),
        megabytes(cold.megabytes),
        seconds(warm.seconds),
        megabytes(warm.megabytes),
        trivy === undefined ? '–' : seconds(trivy.seconds),
        trivy === undefined ? '–' : megabytes(trivy.megabytes),
        trivy === undefined ? '–' : ratio(cold.seconds, trivy.seconds),
        trivy === undefined ? '–' : ratio(cold.megabytes, trivy.megabytes),
        trivy === undefined ? '–' : ratio(warm.seconds, trivy.seconds),
      ]
    })
  return {
    title: 'inventory of an image, the whole process',
    columns: [
      'image',
      'cold',
      'peak',
      'warm',
      'peak',
      'Trivy cold',
      'peak',
      'cold ratio',
      'memory ratio',
      'warm ratio',
    ],
    rows,
  }
}

const nouns = ['deb', 'rpm', 'npm', 'pypi', 'maven', 'gem', 'golang', 'cargo', 'nuget']

/** Names and versions by purl type; a purl's qualifiers differ from tool to tool. */
function namesIn(document: string): ReadonlyMap<string, ReadonlySet<string>> {
  const { components = [] } = JSON.parse(document) as { components?: readonly { purl?: string }[] }
  const byType = new Map<string, Set<string>>()
  for (const { purl } of components) {
    const [, type = '', rest = ''] = /^pkg:([^/]+)\/([^?#]+)/.exec(purl ?? '') ?? []
    // Distributions stand in the namespace, and Go's main module has no version to compare.
    const name = decodeURIComponent(rest)
      .replace(/^(?:debian|almalinux|amzn|suse)\//, '')
      .toLowerCase()
    if (type !== '') byType.set(type, (byType.get(type) ?? new Set<string>()).add(name))
  }
  return byType
}

/** What we find, what Trivy finds, and what only one of the two does. */
function packagesBeside(scratch: string, environment: Readonly<Record<string, string>>): Table {
  const peer = findTrivy()
  const rows = images
    .map((image) => labPath(`images/${image}`))
    .filter((path) => existsSync(path) && !('missing' in peer))
    .flatMap((path) => {
      const ours = join(scratch, 'ours.json')
      const theirs = join(scratch, 'theirs.json')
      measure([process.execPath, longwatch, 'sbom', path, '--file', ours], environment)
      if ('missing' in peer) return []
      const command = trivyCommand(peer.trivy, path, join(scratch, 'trivy'))
      measure(command.map((word) => (word === '/dev/null' ? theirs : word)))
      const [mine, trivys] = [namesIn(readFileSync(ours, 'utf8')), namesIn(readFileSync(theirs, 'utf8'))]
      return nouns.flatMap((type) => {
        const [a, b] = [mine.get(type) ?? new Set<string>(), trivys.get(type) ?? new Set<string>()]
        if (a.size + b.size === 0) return []
        const only = [...b].filter((name) => !a.has(name)).sort()
        const shown = only.slice(0, 3).join(', ')
        return [
          [
            path.split('/').at(-1) ?? '',
            type,
            a.size,
            b.size,
            [...a].filter((name) => !b.has(name)).length,
            only.length,
            shown,
          ],
        ]
      })
    })
  return {
    title: 'distinct packages, ours and Trivy’s',
    columns: ['image', 'type', 'ours', 'Trivy', 'only ours', 'only Trivy', 'for example'],
    rows,
  }
}

const count = 50

/** Fifty images of one base and a small layer of their own each. */
function manyImages(scratch: string, environment: Readonly<Record<string, string>>): Table {
  const folders = Array.from({ length: count }, (_, index) => withOwnLayer(scratch, index))
  const scanOne = (folder: string): number =>
    measure([process.execPath, longwatch, 'sbom', folder, '--file', '/dev/null'], environment).seconds
  rmSync(environment['LONGWATCH_DATA_DIR'] ?? scratch, { recursive: true, force: true })
  const [first = 0, ...others] = folders.map(scanOne)
  const start = best(3, () => measure([process.execPath, longwatch, '--version'], environment)).seconds
  const mean = others.reduce((sum, one) => sum + one, 0) / others.length
  return {
    title: `${count} images on one base, one process each`,
    columns: ['first image', 'each further one', 'of which starting', 'ratio'],
    rows: [[seconds(first), seconds(mean), seconds(start), ratio(mean, first)]],
  }
}

function withOwnLayer(scratch: string, index: number): string {
  const source = labPath('images/debian-bookworm-base')
  const folder = join(scratch, `image-${index}`)
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true })
  cpSync(join(source, 'oci-layout'), join(folder, 'oci-layout'))
  const read = (name: string): Buffer => readFileSync(join(source, name))
  const blobPath = (digest: string): string => `blobs/${digest.replace(':', '/')}`
  const index0 = JSON.parse(read('index.json').toString()) as {
    manifests: { digest: string; size: number }[]
  }
  const manifest = JSON.parse(read(blobPath(index0.manifests[0]?.digest ?? '')).toString()) as {
    config: { digest: string }
    layers: { digest: string; size: number; mediaType: string }[]
  }
  for (const digest of [manifest.config.digest, ...manifest.layers.map((layer) => layer.digest)]) {
    linkOrCopy(join(source, blobPath(digest)), join(folder, blobPath(digest)))
  }
  const app = join(scratch, `app-${index}`, 'app/node_modules/own')
  mkdirSync(app, { recursive: true })
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'own', version: `1.0.${index}` }))
  const layer = gzipSync(execFileSync('tar', ['-cf', '-', '-C', join(scratch, `app-${index}`), 'app']))
  const store = (bytes: Buffer): { digest: string; size: number } => {
    const digest = `sha256:${hash('sha256', bytes)}`
    writeFileSync(join(folder, blobPath(digest)), bytes)
    return { digest, size: bytes.length }
  }
  const own = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...store(layer) }
  const made = store(Buffer.from(JSON.stringify({ ...manifest, layers: [...manifest.layers, own] })))
  writeFileSync(
    join(folder, 'index.json'),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', ...made }],
    }),
  )
  return folder
}

/** A hard link where both lie on one file system. (A symbolic one would leave the layout, and is not followed.) */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    cpSync(from, to)
  }
}
