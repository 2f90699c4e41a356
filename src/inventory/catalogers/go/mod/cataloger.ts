// What a Go project is built from: go.mod, and go.sum for what old go.mod files leave out.

import type { Diagnostic } from '../../../../model/index.ts'
import { compareText } from '../../../../platform/index.ts'
import type { Assembled, Cataloger, Extraction, LocatedFact } from '../../cataloger.ts'
import { addProblem, readText, unread } from '../../diagnostics.ts'
import { assembleLanguage, isPlainWord } from '../../language.ts'
import type { LanguagePackage } from '../../language.ts'
import { parseGoMod } from './go-mod.ts'
import type { GoMod, GoRequire } from './go-mod.ts'

type GoFact =
  | ({ readonly kind: 'mod' } & GoMod)
  | { readonly kind: 'sum'; readonly modules: readonly GoRequire[] }

const foreign = /(?:^|\/)(?:node_modules|vendor|testdata)\//

const maximumBytes = 32 * 1024 * 1024

export const goMod: Cataloger<GoFact> = {
  name: 'go/mod',
  version: 1,
  modes: ['project'],
  wants: [{ name: 'go.mod' }, { name: 'go.sum' }],
  async extract(file): Promise<Extraction<GoFact>> {
    if (foreign.test(file.path)) return { facts: [] }
    const read = await readText(file, maximumBytes)
    if ('problem' in read) return { facts: [], diagnostics: [read.problem] }
    if (file.path.endsWith('go.sum')) return sumFacts(read.text, file.path)
    const mod = parseGoMod(read.text)
    const diagnostics: Diagnostic[] = []
    for (const line of mod.badLines) {
      const problem = 'a line names no module and version'
      addProblem(diagnostics, unread('GO_MOD_MALFORMED', file.path, problem, `line ${line}`))
    }
    return { facts: [{ kind: 'mod', ...mod }], diagnostics }
  },
  assemble,
}

// `golang.org/x/net v0.7.0 h1:…`; lines about go.mod files alone say that a version was looked at, not that it is used.
function sumFacts(text: string, path: string): Extraction<GoFact> {
  const modules: GoRequire[] = []
  const diagnostics: Diagnostic[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const [module, version, hash] = line.trim().split(/\s+/)
    if (module === undefined || version === undefined || hash?.startsWith('h1:') !== true) {
      addProblem(
        diagnostics,
        unread('GO_MOD_MALFORMED', path, 'a line is no module with its sum', `line ${index + 1}`),
      )
    } else if (!version.endsWith('/go.mod') && isPlainWord(module) && isPlainWord(version)) {
      modules.push({ path: module, version })
    }
  }
  return { facts: [{ kind: 'sum', modules }], diagnostics }
}

function assemble(facts: readonly LocatedFact<GoFact>[]): Assembled {
  const sums = new Map(
    facts.flatMap(({ path, fact }) => (fact.kind === 'sum' ? [[path, fact.modules] as const] : [])),
  )
  const packages: LanguagePackage[] = []
  for (const { path, fact } of facts) {
    if (fact.kind !== 'mod') continue
    packages.push(...fact.requires.flatMap((module) => replaced(module, fact, path)))
    if (!listsAll(fact.goVersion)) {
      const sumPath = path.replace(/go\.mod$/, 'go.sum')
      const named = new Set([
        ...fact.requires.map((one) => one.path),
        ...fact.replaces.map(({ path }) => path),
      ])
      const others = (sums.get(sumPath) ?? []).filter((one) => !named.has(one.path))
      packages.push(...newest(others).map((module) => packageOf(module, sumPath, [])))
    }
  }
  return assembleLanguage(packages)
}

/** https://go.dev/ref/mod#graph-pruning */
function listsAll(goVersion: string | undefined): boolean {
  const [major = 0, minor = 0] = (goVersion ?? '').split('.').map(Number)
  return major > 1 || minor >= 17
}

// A build has one version of each module, the newest that anybody asks for.
function newest(modules: readonly GoRequire[]): readonly GoRequire[] {
  const chosen = new Map<string, GoRequire>()
  for (const one of modules) {
    const known = chosen.get(one.path)
    if (known === undefined || compareVersions(known.version, one.version) < 0) chosen.set(one.path, one)
  }
  return [...chosen.values()]
}

/** Enough to choose among versions of one go.sum: numbers by value, releases above what comes before them. */
function compareVersions(a: string, b: string): number {
  const parts = (version: string): readonly [readonly number[], string] => {
    const [core = '', ...rest] = version.replace(/^v/, '').replace(/\+.*$/, '').split('-')
    return [core.split('.').map(Number), rest.join('-')]
  }
  const [coreA, preA] = parts(a)
  const [coreB, preB] = parts(b)
  for (let index = 0; index < 3; index += 1) {
    const difference = (coreA[index] ?? 0) - (coreB[index] ?? 0)
    if (difference !== 0) return difference
  }
  if (preA === '' || preB === '') return preA === preB ? 0 : preA === '' ? 1 : -1
  return compareText(preA, preB)
}

function replaced(module: GoRequire, mod: GoMod, path: string): readonly LanguagePackage[] {
  const replace =
    mod.replaces.find((one) => one.path === module.path && one.version === module.version) ??
    mod.replaces.find((one) => one.path === module.path && one.version === undefined)
  if (replace === undefined) return isSound(module) ? [packageOf(module, path, [])] : []
  const { path: by, version } = replace.by
  // A folder of the project's own.
  if (version === undefined) return []
  const replacement = { path: by, version }
  return isSound(replacement)
    ? [packageOf(replacement, path, [`replaces ${module.path} ${module.version}`])]
    : []
}

const isSound = ({ path, version }: GoRequire): boolean =>
  isPlainWord(path) && /^v\d/.test(version) && isPlainWord(version)

function packageOf(module: GoRequire, path: string, notes: readonly string[]): LanguagePackage {
  return {
    type: 'golang',
    name: module.path,
    version: module.version,
    path,
    state: 'locked',
    certainty: 'exact',
    notes,
  }
}
