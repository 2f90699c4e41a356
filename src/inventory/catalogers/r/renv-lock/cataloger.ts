// renv's lock file. https://rstudio.github.io/renv/articles/lockfile.html

import type { Cataloger } from '../../cataloger.ts'
import { addProblem } from '../../diagnostics.ts'
import { entriesOf, field, parseJson, textField } from '../../json.ts'
import { lockCataloger, noLock } from '../../lock-file.ts'
import type { LockedPackage, LockProblem } from '../../lock-file.ts'

export const renvLock: Cataloger<LockedPackage> = lockCataloger({
  name: 'r/renv-lock',
  version: 1,
  type: 'cran',
  wants: [{ name: 'renv.lock' }],
  code: 'RENV_LOCK_MALFORMED',
  parse(text) {
    const parsed = parseJson(text)
    if ('problem' in parsed) return noLock(parsed.problem)
    const packages: LockedPackage[] = []
    const problems: LockProblem[] = []
    for (const [key, record] of entriesOf(field(parsed.value, 'Packages'))) {
      const version = textField(record, 'Version')
      if (version === undefined)
        addProblem(problems, { message: 'a package has no version', place: key.slice(0, 100) })
      else packages.push({ name: textField(record, 'Package') ?? key, version })
    }
    return { packages, problems }
  },
})
