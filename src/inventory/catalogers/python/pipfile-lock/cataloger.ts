// Pipenv's lock file. https://pipenv.pypa.io/en/latest/pipfile.html

import { normalizeName } from '../../../../model/index.ts'
import type { Cataloger } from '../../cataloger.ts'
import { entriesOf, field, parseJson, textField } from '../../json.ts'
import { lockCataloger, noLock } from '../../lock-file.ts'
import type { LockedPackage } from '../../lock-file.ts'

export const pipfileLock: Cataloger<LockedPackage> = lockCataloger({
  name: 'python/pipfile-lock',
  version: 1,
  type: 'pypi',
  wants: [{ name: 'Pipfile.lock' }],
  code: 'PIPFILE_LOCK_MALFORMED',
  parse(text) {
    const parsed = parseJson(text)
    if ('problem' in parsed) return noLock(parsed.problem)
    const packages = ['default', 'develop'].flatMap((group) =>
      entriesOf(field(parsed.value, group)).flatMap(([name, record]) => {
        // Packages from git or a path have no version here.
        const version = /^===?(?<version>.+)$/.exec(textField(record, 'version') ?? '')?.groups?.['version']
        if (version === undefined) return []
        return [
          { name: normalizeName('PyPI', name), version, notes: group === 'develop' ? ['development'] : [] },
        ]
      }),
    )
    return { packages }
  },
})
