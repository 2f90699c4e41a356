// Go modules and the standard library that are linked into programs.

import type { Diagnostic } from '../../../../model/index.ts'
import type { Cataloger, Extraction } from '../../cataloger.ts'
import { addProblem, doubtful, unread } from '../../diagnostics.ts'
import { executableMagics, parseExecutable } from '../../binary/executable.ts'
import { assembleLanguage, isPlainWord } from '../../language.ts'
import { readBuildInfo } from './build-info.ts'
import type { BuildInfo } from './build-info.ts'
import { parseModules, stampedVersion, stdlibVersion } from './modules.ts'
import type { GoModule } from './modules.ts'

interface GoFact {
  readonly name: string
  readonly version: string
  readonly certainty: 'exact' | 'derived'
  readonly notes: readonly string[]
}

export const goBinary: Cataloger<GoFact> = {
  name: 'go/binary',
  version: 2,
  modes: ['installed'],
  wants: [...executableMagics.map((magic) => ({ magic, executableOnly: true })), { suffix: '.exe' }],
  async extract(file): Promise<Extraction<GoFact>> {
    const executable = await parseExecutable(file.content)
    const info = executable === undefined ? undefined : await readBuildInfo(file.content, executable)
    if (info === undefined) return { facts: [] }
    if (typeof info === 'string') {
      return { facts: [], diagnostics: [unread('GO_BUILD_INFO_DAMAGED', file.path, info)] }
    }
    return factsOf(info, file.path)
  },
  assemble: (facts) =>
    assembleLanguage(
      facts.map(({ path, fact: { name, version, certainty, notes } }) => ({
        type: 'golang',
        name,
        version,
        path,
        state: 'installed',
        certainty,
        notes,
      })),
    ),
}

function factsOf(info: BuildInfo, path: string): Extraction<GoFact> {
  const diagnostics: Diagnostic[] = []
  const facts: GoFact[] = []
  const standard = stdlibVersion(info.goVersion)
  if (standard === undefined) {
    addProblem(
      diagnostics,
      doubtful(
        'GO_VERSION_UNKNOWN',
        path,
        `${info.goVersion.slice(0, 100)} is no release of Go that can be compared`,
      ),
    )
  } else {
    const notes = info.goVersion === `go${standard}` ? [] : [info.goVersion.slice(0, 200)]
    facts.push({ name: 'stdlib', version: standard, certainty: 'exact', notes })
  }
  for (const module of parseModules(info.modules)) {
    // A replacement by a folder has no version, and nobody publishes advisories of it.
    if (module.replaces !== undefined && /^\.{0,2}\//.test(module.path)) continue
    const fact = factOf(module, info)
    if (isPlainWord(fact.name) && isPlainWord(fact.version)) facts.push(fact)
    else
      addProblem(
        diagnostics,
        unread('GO_BUILD_INFO_DAMAGED', path, 'a module has no name or version that one can have'),
      )
  }
  return { facts, diagnostics }
}

function factOf(module: GoModule, info: BuildInfo): GoFact {
  const stamped = module.isMain && module.version === '(devel)' ? stampedVersion(info.modules) : undefined
  return {
    name: module.path,
    version: stamped ?? module.version,
    certainty: stamped === undefined ? 'exact' : 'derived',
    notes: [
      ...(module.isMain ? ['main-module'] : []),
      ...(module.replaces === undefined ? [] : [`replaces ${module.replaces}`]),
    ],
  }
}
