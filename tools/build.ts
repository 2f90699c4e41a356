// Builds dist/: the command line and the worker threads, each in as few files as can be. Starting from hundreds of sources takes three
// times as long. Run by `npm ci`; where the development dependencies are missing there is nothing to build with, and dist/ is there.

import { existsSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')

/** Packages with native parts, threads or files of their own stay outside. */
const external = [
  /^node:/,
  'lmdb',
  'msgpackr',
  'piscina',
  '@cyclonedx/cyclonedx-library',
  /^@electric-sql\//,
  'pg',
  'pg-boss',
  'kysely',
]

async function build(): Promise<void> {
  const { build: bundle } = await import('rolldown')
  rmSync(dist, { recursive: true, force: true })
  await bundle({
    input: {
      longwatch: join(root, 'src/cli/main.ts'),
      'layer.worker': join(root, 'src/inventory/engine/layer.worker.ts'),
      'embedded.worker': join(root, 'src/storage/embedded.worker.ts'),
    },
    platform: 'node',
    external,
    output: {
      dir: dist,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
      sourcemap: true,
    },
    logLevel: 'warn',
  })
  // The bin compares this with the sources: what is older than they are is not run.
  const stamp = join(dist, 'built')
  writeFileSync(stamp, '')
  const now = new Date()
  utimesSync(stamp, now, now)
}

if (existsSync(join(root, 'src')) && existsSync(join(root, 'node_modules/rolldown'))) await build()
