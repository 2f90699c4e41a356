// A PostgreSQL server of the tests' own: an ordinary user's cluster on a Unix socket in a temporary folder.

import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = '/usr/lib/postgresql'

function binaries(): string | undefined {
  if (!existsSync(root)) return undefined
  const versions = readdirSync(root).filter((name) => existsSync(join(root, name, 'bin', 'initdb')))
  const latest = versions.toSorted((a, b) => Number(b) - Number(a))[0]
  return latest === undefined || Number(latest) < 15 ? undefined : join(root, latest, 'bin')
}

export interface PostgresServer {
  /** The URL of a database of that name. */
  url(database: string): string
  /** As `kill -9` of the postmaster and its children would. */
  stop(): void
}

/** Why there is no server to be had; undefined when there is one. */
export function whyNoPostgres(): string | undefined {
  return binaries() === undefined
    ? 'PostgreSQL 15 or later is not installed (apt install postgresql)'
    : undefined
}

/** Makes a cluster and starts it. */
export function startPostgres(): PostgresServer {
  const bin = binaries()
  if (bin === undefined) throw new Error(whyNoPostgres())
  const folder = mkdtempSync(join(tmpdir(), 'lwpg-'))
  const cluster = join(folder, 'data')
  const asRoot = process.getuid?.() === 0
  if (asRoot) {
    // initdb and postgres refuse root.
    const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
    chownSync(folder, id('-u'), id('-g'))
  }
  chmodSync(folder, 0o755)
  const run = (program: string, ...args: string[]): void => {
    const command = [join(bin, program), ...args]
    const [file = '', ...rest] = asRoot
      ? ['setpriv', '--reuid=nobody', `--regid=${groupOfNobody()}`, '--clear-groups', ...command]
      : command
    execFileSync(file, rest, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  run('initdb', '-D', cluster, '-U', 'longwatch', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync')
  const settings = `-k ${folder} -c listen_addresses= -c fsync=off -c shared_buffers=32MB -c max_connections=60`
  run('pg_ctl', '-D', cluster, '-w', '-l', join(folder, 'log'), '-o', settings, 'start')
  return {
    url: (database) => `postgresql://longwatch@/${database}?host=${encodeURIComponent(folder)}`,
    stop() {
      run('pg_ctl', '-D', cluster, '-w', '-m', 'immediate', 'stop')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const groupOfNobody = (): string => execFileSync('id', ['-g', 'nobody'], { encoding: 'utf8' }).trim()
