// Dart's and Flutter's lock file. https://dart.dev/tools/pub/glossary#lockfile

import { addProblem } from '../../diagnostics.ts'
import type { Cataloger } from '../../cataloger.ts'
import { entriesOf, field, textField } from '../../json.ts'
import { lockCataloger, noLock } from '../../lock-file.ts'
import type { LockedPackage, LockProblem } from '../../lock-file.ts'
import { parseYaml } from '../../yaml.ts'

export const pubspecLock: Cataloger<LockedPackage> = lockCataloger({
  name: 'dart/pubspec-lock',
  version: 1,
  type: 'pub',
  wants: [{ name: 'pubspec.lock' }],
  code: 'PUBSPEC_LOCK_MALFORMED',
  parse(text) {
    const parsed = parseYaml(text)
    if ('problem' in parsed) return noLock(parsed.problem)
    const packages: LockedPackage[] = []
    const problems: LockProblem[] = []
    for (const [name, record] of entriesOf(field(parsed.value, 'packages'))) {
      // What comes with the SDK, from a path or from git has no version of the registry.
      if (textField(record, 'source') !== 'hosted') continue
      const version = textField(record, 'version')
      if (version === undefined)
        addProblem(problems, { message: 'a package has no version', place: name.slice(0, 100) })
      else packages.push({ name, version })
    }
    return { packages, problems }
  },
})
