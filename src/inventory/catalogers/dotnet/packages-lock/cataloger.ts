// NuGet's lock file.
// https://learn.microsoft.com/en-us/nuget/consume-packages/package-references-in-project-files#locking-dependencies

import { addProblem } from '../../diagnostics.ts'
import type { Cataloger } from '../../cataloger.ts'
import { entriesOf, field, parseJson, textField } from '../../json.ts'
import { lockCataloger, noLock } from '../../lock-file.ts'
import type { LockedPackage, LockProblem } from '../../lock-file.ts'

export const packagesLock: Cataloger<LockedPackage> = lockCataloger({
  name: 'dotnet/packages-lock',
  version: 1,
  type: 'nuget',
  wants: [{ name: 'packages.lock.json' }],
  code: 'NUGET_LOCK_MALFORMED',
  parse(text) {
    const parsed = parseJson(text)
    if ('problem' in parsed) return noLock(parsed.problem)
    const packages: LockedPackage[] = []
    const problems: LockProblem[] = []
    for (const [framework, dependencies] of entriesOf(field(parsed.value, 'dependencies'))) {
      for (const [name, record] of entriesOf(dependencies)) {
        // Other projects of the same solution.
        if (textField(record, 'type') === 'Project') continue
        const version = textField(record, 'resolved')
        if (version === undefined) {
          addProblem(problems, {
            message: `${name.slice(0, 100)} has no version`,
            place: framework.slice(0, 100),
          })
        } else packages.push({ name, version })
      }
    }
    return { packages, problems }
  },
})
