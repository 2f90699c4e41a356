// Composer's lock file. https://getcomposer.org/doc/01-basic-usage.md#commit-your-composer-lock-file-to-version-control

import { addProblem } from '../../diagnostics.ts'
import type { Cataloger } from '../../cataloger.ts'
import { field, itemsOf, parseJson } from '../../json.ts'
import { lockCataloger, noLock } from '../../lock-file.ts'
import type { LockedPackage, LockProblem } from '../../lock-file.ts'
import { composerPackage } from '../composer.ts'

export const composerLock: Cataloger<LockedPackage> = lockCataloger({
  name: 'php/composer-lock',
  version: 1,
  type: 'composer',
  wants: [{ name: 'composer.lock' }],
  code: 'COMPOSER_LOCK_MALFORMED',
  parse(text) {
    const parsed = parseJson(text)
    if ('problem' in parsed) return noLock(parsed.problem)
    const packages: LockedPackage[] = []
    const problems: LockProblem[] = []
    for (const group of ['packages', 'packages-dev']) {
      for (const [index, record] of itemsOf(field(parsed.value, group)).entries()) {
        const found = composerPackage(record)
        if (found === undefined) {
          addProblem(problems, {
            message: 'a package has no name or version',
            place: `${group} ${index + 1}`,
          })
        } else {
          const { name, version } = found
          packages.push({ name, version, notes: group === 'packages' ? [] : ['development'] })
        }
      }
    }
    return { packages, problems }
  },
})
