// NuGet packages and runtimes of .NET programs, from the file that the program starts with.
// https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md

import type { Diagnostic } from '../../../../model/index.ts'
import type { Cataloger, Extraction } from '../../cataloger.ts'
import { addProblem, readText, unread } from '../../diagnostics.ts'
import { entriesOf, field, parseJson, textField } from '../../json.ts'
import { assembleLanguage, isPlainWord } from '../../language.ts'

interface DotnetFact {
  readonly name: string
  readonly version: string
  readonly notes: readonly string[]
}

/** A shared framework: `usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.1/Microsoft.NETCore.App.deps.json`. */
const framework =
  /(?:^|\/)shared\/(?<name>Microsoft\.[A-Za-z.]+\.App)\/(?<version>\d[^/]*)\/\k<name>\.deps\.json$/

export const depsJson: Cataloger<DotnetFact> = {
  name: 'dotnet/deps-json',
  version: 1,
  modes: ['installed'],
  wants: [{ suffix: '.deps.json' }],
  async extract(file): Promise<Extraction<DotnetFact>> {
    const shared = frameworkOf(file.path)
    const read = await readText(file)
    if ('problem' in read) return { facts: shared, diagnostics: [read.problem] }
    const parsed = parseJson(read.text)
    if ('problem' in parsed) {
      return { facts: shared, diagnostics: [unread('DOTNET_DEPS_MALFORMED', file.path, parsed.problem)] }
    }
    const diagnostics: Diagnostic[] = []
    const facts: DotnetFact[] = []
    for (const [key, library] of entriesOf(field(parsed.value, 'libraries'))) {
      const type = textField(library, 'type')?.toLowerCase()
      // Projects and references are the program's own; a runtime pack is the runtime that was published with it.
      if (type !== 'package' && type !== 'runtimepack') continue
      const slash = key.lastIndexOf('/')
      const name = key.slice(0, Math.max(0, slash)).replace(/^runtimepack\./i, '')
      const version = key.slice(slash + 1)
      if (slash < 1 || !isPlainWord(name) || !isPlainWord(version)) {
        addProblem(
          diagnostics,
          unread('DOTNET_DEPS_MALFORMED', file.path, `${key.slice(0, 100)} is no library`),
        )
      } else facts.push({ name, version, notes: type === 'package' ? [] : ['runtime of the program'] })
    }
    const known = new Set(facts.map(({ name, version }) => `${name}/${version}`))
    return {
      facts: [...facts, ...shared.filter(({ name, version }) => !known.has(`${name}/${version}`))],
      diagnostics,
    }
  },
  assemble: (facts) =>
    assembleLanguage(
      facts.map(({ path, fact: { name, version, notes } }) => ({
        type: 'nuget',
        name,
        version,
        path,
        state: 'installed',
        certainty: 'exact',
        notes,
      })),
    ),
}

function frameworkOf(path: string): readonly DotnetFact[] {
  const found = framework.exec(path)?.groups
  return found?.['name'] === undefined || found['version'] === undefined || !isPlainWord(found['version'])
    ? []
    : [{ name: found['name'], version: found['version'], notes: ['shared framework'] }]
}
