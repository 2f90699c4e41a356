// The lab's real artifacts and the feeds mirror, when they are there; a printed reason when they are not.
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe } from 'vitest'

const repository = resolve(import.meta.dirname, '../..')

/** The folder that the lab's scripts filled (`LAB_DIR`, or `lab` in the temporary folder). */
export const labDir: string = process.env['LAB_DIR'] ?? join(tmpdir(), 'lab')

/** The lab's scripts, beside the repository. */
export const labScripts: string = join(repository, '../shared/lab')

/** The mirror of real feeds, beside the repository. */
export const feedsDir: string = join(repository, '../shared/feeds')

/** A path inside the lab, for example `labPath('images/node-app')`. */
export function labPath(path: string): string {
  return join(labDir, path)
}

/** `describe` over files of the lab; skipped, with the reason printed, when one of them is missing. */
export function describeLab(name: string, needed: readonly string[], body: () => void): void {
  describeNeeding(name, needed.map(labPath), 'the lab was not made (see .ci/run)', body)
}

/** `describe` over the feeds mirror; skipped, with the reason printed, when it is missing. */
export function describeFeeds(name: string, body: () => void): void {
  describeNeeding(name, [feedsDir], 'the feeds mirror is not beside the repository', body)
}

function describeNeeding(name: string, paths: readonly string[], why: string, body: () => void): void {
  const missing = paths.find((path) => !existsSync(path))
  if (missing === undefined) {
    describe(name, body)
    return
  }
  console.warn(`skipped: ${name}: ${why}; missing ${missing}`)
  // oxlint-disable-next-line vitest/no-disabled-tests -- the reason is printed above
  describe.skip(`${name} (skipped: ${why})`, body)
}

/** One package of a truth file; see the lab's README. */
export interface TruthPackage {
  readonly type: 'deb' | 'rpm' | 'npm' | 'python' | 'gem' | 'java' | 'go' | 'rust' | 'nuget'
  readonly name: string
  readonly version: string
  readonly path: string
  readonly arch?: string
  readonly source?: string
  readonly sourceVersion?: string
  readonly epoch?: number | null
  readonly release?: string
  readonly modularity?: string | null
  readonly ownedBy?: string
}

export interface Truth {
  readonly artifact: string
  readonly packages: readonly TruthPackage[]
  readonly notInstalled?: readonly TruthPackage[]
  readonly javaWithoutPom?: readonly {
    readonly name: string | null
    readonly version: string | null
    readonly path: string
  }[]
}

/** The truth of an artifact, for example `image.node-app`. */
export function truthOf(artifact: string): Truth {
  return JSON.parse(readFileSync(labPath(`truth/${artifact}.json`), 'utf8')) as Truth
}
