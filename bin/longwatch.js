#!/usr/bin/env node
// Starts Longwatch on the Node that the package `node` brought, whatever Node runs this file.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import module from 'node:module'
import { constants, homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const built = join(root, 'dist', 'longwatch.js')
const source = join(root, 'src', 'cli', 'main.ts')

/** True when no source is newer than what was built. A published package has no sources. */
function isFresh() {
  if (!existsSync(built)) return false
  if (!existsSync(source)) return true
  const time = statSync(join(root, 'dist', 'built'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  const files = readdirSync(join(root, 'src'), { recursive: true }).filter((name) => name.endsWith('.ts'))
  return files.every((name) => statSync(join(root, 'src', name)).mtimeMs <= time)
}

const main = isFresh() ? built : source
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
