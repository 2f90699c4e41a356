// Mix's lock file: an Elixir map, one package a line. It is read, never run. https://hexdocs.pm/mix/Mix.Tasks.Deps.html

import type { Cataloger } from '../../cataloger.ts'
import { addProblem } from '../../diagnostics.ts'
import { lockCataloger } from '../../lock-file.ts'
import type { LockedPackage, LockProblem } from '../../lock-file.ts'

export const mixLock: Cataloger<LockedPackage> = lockCataloger({
  name: 'elixir/mix-lock',
  version: 1,
  type: 'hex',
  wants: [{ name: 'mix.lock' }],
  code: 'MIX_LOCK_MALFORMED',
  parse(text) {
    const packages: LockedPackage[] = []
    const problems: LockProblem[] = []
    for (const [index, line] of text.split('\n').entries()) {
      // `"alias": {:hex, :name, "1.2.3", …}`; what comes from git or a path has no version of the registry.
      if (!/^\s*"[^"]*":\s*\{:hex,/.test(line)) continue
      const found = /\{:hex, :"?(?<name>[\w@]+)"?, "(?<version>[^"]+)"/.exec(line)?.groups
      if (found?.['name'] === undefined || found['version'] === undefined) {
        addProblem(problems, { message: 'a package has no name and version', place: `line ${index + 1}` })
      } else packages.push({ name: found['name'].toLowerCase(), version: found['version'] })
    }
    return { packages, problems }
  },
})
