#!/usr/bin/env node
// Starts Longwatch on the Node that the package `node` brought, whatever Node runs this file.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants, homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
// Published packages carry dist/; a checkout runs its sources.
const built = join(root, 'dist', 'cli', 'main.js')
const source = join(root, 'src', 'cli', 'main.ts')
const main = existsSync(source) ? source : built

// Compiled code is kept between runs: it halves the time to start. In the user's own folder, where nobody else writes.
const cache =
  process.env.NODE_COMPILE_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'longwatch', 'code')

if (Number(process.versions.node.split('.')[0]) >= 24) {
  module.enableCompileCache?.(cache)
  await import(pathToFileURL(main).href)
} else {
  const candidates = [
    join(root, 'node_modules', 'node', 'bin', 'node'),
    join(root, '..', 'node', 'bin', 'node'),
    join(root, '..', '.bin', 'node'),
  ]
  const node = candidates.find((path) => existsSync(path))
  if (node === undefined) {
    process.stderr.write(
      `longwatch: needs Node 24, and this is ${process.version}. Run npm ci in ${root}, or use Node 24.\n`,
    )
    process.exit(2)
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exit(signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0))
  })
}
