// pip's requirements files. Only what is pinned to one version counts.
// https://pip.pypa.io/en/stable/reference/requirements-file-format/

import { normalizeName } from '../../../../model/index.ts'
import { addProblem } from '../../diagnostics.ts'
import type { Cataloger } from '../../cataloger.ts'
import { lockCataloger } from '../../lock-file.ts'
import type { LockedPackage, LockProblem } from '../../lock-file.ts'
import { parseRequirement } from '../requirement.ts'

export const requirements: Cataloger<LockedPackage> = lockCataloger({
  name: 'python/requirements',
  version: 1,
  type: 'pypi',
  wants: [
    { suffix: 'requirements.txt' },
    ...['dev', 'test', 'tests', 'prod', 'base', 'docs'].flatMap((part) => [
      { name: `requirements-${part}.txt` },
      { name: `requirements_${part}.txt` },
      { suffix: `requirements/${part}.txt` },
    ]),
  ],
  code: 'REQUIREMENTS_MALFORMED',
  infoCode: 'REQUIREMENTS_NOT_PINNED',
  parse(text) {
    const packages: LockedPackage[] = []
    const problems: LockProblem[] = []
    let open = 0
    for (const { line: raw, number } of logicalLines(text)) {
      const line = raw.replaceAll(/\s+/g, ' ')
      // Options, paths and addresses: `-r other.txt`, `.`, `./folder[extra]`, `wheels/x.whl`, `git+https://…`
      if (/^(?:-|\.|\/|[a-z+]+:)/i.test(line) || /^[^\s;]*\//.test(line) || /\s@\s/.test(line)) continue
      const found = parseRequirement(line.replace(/ --(?:hash|config-settings|global-option)\b.*$/, ''))
      if (found === undefined)
        addProblem(problems, { message: 'a line is no requirement', place: `line ${number}` })
      else if (found.version === undefined) open += 1
      else packages.push({ name: normalizeName('PyPI', found.name), version: found.version })
    }
    if (open > 0) {
      addProblem(problems, {
        level: 'info',
        message: `${open} requirements allow several versions: which is used cannot be told`,
      })
    }
    return { packages, problems }
  },
})

/** Lines without comments, those that end with a backslash joined to the next. */
function* logicalLines(text: string): Generator<{ readonly line: string; readonly number: number }> {
  let held = ''
  let start = 0
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (held === '') start = index + 1
    const line = `${held}${raw.replace(/(?:^|\s)#.*$/, '')}`
    if (line.endsWith('\\')) {
      held = line.slice(0, -1)
      continue
    }
    held = ''
    if (line.trim() !== '') yield { line: line.trim(), number: start }
  }
  if (held.trim() !== '') yield { line: held.trim(), number: start }
}
