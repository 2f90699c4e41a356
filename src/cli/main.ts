#!/usr/bin/env node
// The process: streams, signals, the exit code. Everything else is in program.ts, where tests can reach it.

import { defaultDataDir, environment, systemClock } from '../platform/index.ts'
import { run } from './program.ts'

const controller = new AbortController()
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => {
    // A second one ends the process at once: the listener is gone by then.
    process.exitCode = status
    controller.abort(new DOMException(`interrupted by ${signal}`, 'AbortError'))
  })
}
// A reader that went away (`longwatch … | head`) is the end of the work, not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(process.exitCode ?? 0)
  })
}

const status = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  clock: systemClock,
  signal: controller.signal,
  dataDir: defaultDataDir(),
  environment,
})
process.exitCode ??= status
