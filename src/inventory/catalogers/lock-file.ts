// What catalogers of lock files and manifests share: one file of text gives packages that a source folder locks or declares. They run
// only where source code is looked at; in an image a lock file proves nothing.

import type { PackageState } from '../../model/index.ts'
import type { Cataloger, Extraction, FilePattern } from './cataloger.ts'
import { addProblem, readText, unread } from './diagnostics.ts'
import { assembleLanguage, isPlainWord } from './language.ts'

export interface LockedPackage {
  readonly name: string
  readonly version: string
  /** `locked` unless said otherwise. */
  readonly state?: PackageState
  readonly notes?: readonly string[]
  readonly qualifiers?: Readonly<Record<string, string>>
}

/** A record that could not be read, or something worth knowing about the whole file. */
export interface LockProblem {
  readonly message: string
  readonly place?: string
  /** `info` where no package is missing because of it. */
  readonly level?: 'error' | 'info'
}

export interface LockContent {
  readonly packages: readonly LockedPackage[]
  readonly problems?: readonly LockProblem[]
}

export interface LockFormat {
  /** The cataloger's name. */
  readonly name: string
  readonly version: number
  /** purl type of the packages. */
  readonly type: string
  readonly wants: readonly FilePattern[]
  /** Code of the diagnostics of damaged files. */
  readonly code: string
  /** Code of what is merely worth knowing. */
  readonly infoCode?: string
  /** Reads one file; never throws. */
  parse(text: string, path: string): LockContent
}

/** Folders of other people's sources, whose lock files were never used. */
const foreign = /(?:^|\/)(?:node_modules|bower_components|site-packages|\.git|\.venv|vendor)\//

/** The largest lock files that are known have a few megabytes; readers of YAML and TOML take a multiple in memory. */
const maximumBytes = 32 * 1024 * 1024

/** The cataloger of a format. A package that is in a file several times counts once. */
export function lockCataloger(format: LockFormat): Cataloger<LockedPackage> {
  return {
    name: format.name,
    version: format.version,
    modes: ['project'],
    wants: format.wants,
    async extract(file): Promise<Extraction<LockedPackage>> {
      if (foreign.test(file.path)) return { facts: [] }
      const read = await readText(file, maximumBytes)
      if ('problem' in read) return { facts: [], diagnostics: [read.problem] }
      const { packages, problems = [] } = format.parse(read.text, file.path)
      const facts = new Map<string, LockedPackage>()
      const diagnostics = problems.map(({ message, place, level }) =>
        level === 'info'
          ? { ...unread(format.infoCode ?? format.code, file.path, message, place), level }
          : unread(format.code, file.path, message, place),
      )
      for (const one of packages) {
        if (isPlainWord(one.name) && isPlainWord(one.version)) {
          const key = JSON.stringify([one.name, one.version, one.qualifiers])
          if (!facts.has(key)) facts.set(key, one)
        } else {
          const shown = JSON.stringify(`${one.name} ${one.version}`.slice(0, 200))
          addProblem(
            diagnostics,
            unread(format.code, file.path, `${shown} is no name and version that a package can have`),
          )
        }
      }
      return { facts: [...facts.values()], diagnostics }
    },
    assemble: (facts) =>
      assembleLanguage(
        facts.map(({ path, fact }) => ({
          type: format.type,
          name: fact.name,
          version: fact.version,
          path,
          state: fact.state ?? 'locked',
          certainty: 'exact',
          notes: fact.notes ?? [],
          qualifiers: fact.qualifiers ?? {},
        })),
      ),
  }
}

/** No package, and why. */
export function noLock(message: string): LockContent {
  return { packages: [], problems: [{ message }] }
}
