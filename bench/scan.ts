// Cold scans of the lab's Debian and Node images: where the time goes, layer by layer, and what memory it takes at most. The baseline
// of a layer is what the machine's own gzip and sha256sum take to read the same bytes; of a scan, all of its layers that way.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { catalog, openArtifact } from '../src/inventory/index.ts'
import type { Progress } from '../src/platform/index.ts'
import { defaultLimits, systemClock } from '../src/platform/index.ts'
import { feedsDir, labPath } from '../test/support/lab.ts'
import { best, measure } from './support/measure.ts'
import { megabytes, print, ratio, seconds } from './support/print.ts'

const images = ['debian-bookworm-base', 'node-app'] as const
const longwatch = resolve(import.meta.dirname, '../bin/longwatch.js')

/** Prints the tables of both images. */
export async function run(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'longwatch-bench-'))
  const environment = { LONGWATCH_DATA_DIR: dataDir }
  try {
    execFileSync(process.execPath, [longwatch, 'db', 'update', 'npm', 'Debian', '--feeds', feedsDir], {
      env: { ...process.env, ...environment },
      stdio: 'ignore',
    })
    const totals: (string | number)[][] = []
    for (const image of images) {
      const folder = labPath(`images/${image}`)
      const layers = await layerTimes(folder)
      print({
        title: `${image}: layers`,
        columns: ['layer', 'MB', 'read and catalogued', 'gzip -dc', 'sha256sum', 'ratio'],
        rows: layers.map(({ gzip, hash, name, size, time }) => [
          name,
          (size / 1e6).toFixed(1),
          seconds(time),
          seconds(gzip),
          seconds(hash),
          ratio(time, gzip + hash),
        ]),
      })
      const baseline = layers.reduce((sum, { gzip, hash }) => sum + gzip + hash, 0)
      const command = [process.execPath, longwatch, 'scan', folder, '--offline', '-o', 'json']
      const cold = best(3, () => measure([...command, '--no-cache'], environment))
      measure(command, environment)
      const warm = best(3, () => measure(command, environment))
      const start = best(3, () => measure([process.execPath, longwatch, '--version'], environment))
      totals.push([
        image,
        seconds(cold.seconds),
        megabytes(cold.megabytes),
        seconds(warm.seconds),
        megabytes(warm.megabytes),
        seconds(start.seconds),
        seconds(baseline),
        ratio(cold.seconds, baseline),
      ])
    }
    print({
      title: 'longwatch scan, the whole process',
      columns: [
        'image',
        'cold',
        'peak',
        'layers cached',
        'peak',
        '--version',
        'gzip + sha256sum',
        'cold ratio',
      ],
      rows: totals,
    })
  } finally {
    rmSync(dataDir, { recursive: true })
  }
}

interface LayerTime {
  readonly name: string
  readonly size: number
  /** Seconds, all three. */
  readonly time: number
  readonly gzip: number
  readonly hash: number
}

/** Reads the layers one after the other in this thread. */
async function layerTimes(folder: string): Promise<readonly LayerTime[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'longwatch-bench-'))
  const times = new Map<string, number>()
  const progress: Progress = {
    start(name) {
      const from = performance.now()
      return { update: () => undefined, end: () => void times.set(name, (performance.now() - from) / 1000) }
    },
  }
  const common = {
    limits: defaultLimits,
    clock: systemClock,
    progress,
    scratch,
    signal: new AbortController().signal,
    threads: 0,
  }
  try {
    // The first run warms the code up; the second is what is measured.
    for (let round = 0; round < 2; round += 1) {
      const artifact = await openArtifact(folder, { ...common, registry: { insecure: [], mirrors: {} } })
      await catalog({ ...artifact, layers: artifact.layers }, common)
      await artifact.close()
    }
    const index = readIndex(folder)
    return index.map(({ digest, size }) => {
      const blob = join(folder, 'blobs', digest.replace(':', '/'))
      const gzip = best(3, () => measure(['gzip', '-dc', blob])).seconds
      const hash = best(3, () => measure(['sha256sum', blob])).seconds
      return {
        name: digest.slice(7, 19),
        size,
        time: times.get(`layer ${digest.slice(7, 19)}`) ?? 0,
        gzip,
        hash,
      }
    })
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

interface Descriptor {
  readonly digest: string
  readonly size: number
}

function readIndex(folder: string): readonly Descriptor[] {
  const read = (name: string): { manifests?: readonly Descriptor[]; layers?: readonly Descriptor[] } =>
    JSON.parse(readFileSync(join(folder, name), 'utf8')) as ReturnType<typeof read>
  const digest = read('index.json').manifests?.[0]?.digest ?? ''
  return read(`blobs/${digest.replace(':', '/')}`).layers ?? []
}
