// The lab's real registry, on a port of its own for each test file.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { labDir, labScripts } from './lab.ts'

export interface LabRegistry {
  readonly host: string
  /** Pushes `oci:DIR:TAG`, `docker-archive:FILE` and the like. */
  push(source: string, reference: string): void
  /** Damages what is stored, so that it is served damaged. */
  corrupt(reference: string, how: 'truncate' | 'flip' | 'missing' | 'manifest'): void
  stop(): void
}

/** Starts Debian's docker-registry. Further arguments: `--auth user:password`, `--token`, … */
export function startRegistry(name: string, port: number, ...more: readonly string[]): LabRegistry {
  const script = join(labScripts, 'registry.sh')
  const run = (...args: string[]): void => {
    execFileSync(script, [...args, '--name', name], {
      env: { ...process.env, LAB_DIR: labDir },
      stdio: 'pipe',
    })
  }
  run('start', '--port', String(port), ...more)
  return {
    host: `127.0.0.1:${port}`,
    push: (source, reference) => run('push', source, reference),
    corrupt: (reference, how) => run('corrupt', reference, how),
    stop: () => run('stop'),
  }
}
