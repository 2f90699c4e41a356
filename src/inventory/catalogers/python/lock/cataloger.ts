// The lock files of Poetry, uv and PDM: TOML with one table `[[package]]` for each package.
// https://python-poetry.org/docs/basic-usage/ https://docs.astral.sh/uv/concepts/projects/layout/ https://pdm-project.org/en/latest/usage/lockfile/

import { normalizeName } from '../../../../model/index.ts'
import { addProblem } from '../../diagnostics.ts'
import type { Cataloger } from '../../cataloger.ts'
import { field, itemsOf, textField } from '../../json.ts'
import { lockCataloger, noLock } from '../../lock-file.ts'
import type { LockedPackage, LockProblem } from '../../lock-file.ts'
import { parseToml } from '../../toml.ts'

export const pythonLock: Cataloger<LockedPackage> = lockCataloger({
  name: 'python/lock',
  version: 1,
  type: 'pypi',
  wants: [{ name: 'poetry.lock' }, { name: 'uv.lock' }, { name: 'pdm.lock' }],
  code: 'PYTHON_LOCK_MALFORMED',
  parse(text) {
    const parsed = parseToml(text)
    if ('problem' in parsed) return noLock(parsed.problem)
    const packages: LockedPackage[] = []
    const problems: LockProblem[] = []
    for (const [index, record] of itemsOf(field(parsed.value, 'package')).entries()) {
      const source = field(record, 'source')
      // The project itself and what it has in folders of its own.
      if (['virtual', 'editable', 'directory', 'path'].some((kind) => field(source, kind) !== undefined))
        continue
      if (textField(source, 'type') === 'directory' || textField(record, 'path') !== undefined) continue
      const name = textField(record, 'name')
      const version = textField(record, 'version')
      if (name === undefined || version === undefined) {
        addProblem(problems, { message: 'a package has no name or version', place: `package ${index + 1}` })
        continue
      }
      const dev = textField(record, 'category') === 'dev'
      const git =
        textField(source, 'git') ??
        (textField(source, 'type') === 'git' ? textField(source, 'url') : undefined)
      packages.push({
        name: normalizeName('PyPI', name),
        version,
        notes: [...(dev ? ['development'] : []), ...(git === undefined ? [] : [`from ${git.slice(0, 200)}`])],
      })
    }
    return { packages, problems }
  },
})
