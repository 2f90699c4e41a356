// Yarn's lock files: its own form up to version 1, YAML since version 2.
// https://yarnpkg.com/advanced/lexicon#lockfile

import { addProblem } from '../../diagnostics.ts'
import type { Cataloger } from '../../cataloger.ts'
import { entriesOf, field, textField } from '../../json.ts'
import { lockCataloger, noLock } from '../../lock-file.ts'
import type { LockContent, LockedPackage, LockProblem } from '../../lock-file.ts'
import { parseYaml } from '../../yaml.ts'
import { aliasTarget, isRegistryVersion, splitSpec } from '../spec.ts'

export const yarnLock: Cataloger<LockedPackage> = lockCataloger({
  name: 'javascript/yarn-lock',
  version: 1,
  type: 'npm',
  wants: [{ name: 'yarn.lock' }],
  code: 'YARN_LOCK_MALFORMED',
  parse: (text) => (/^__metadata:/m.test(text) ? readBerry(text) : readClassic(text)),
})

/** Blocks of `"name@range", "name@range":` and indented lines of which `version "1.2.3"` is one. */
function readClassic(text: string): LockContent {
  const packages: LockedPackage[] = []
  const problems: LockProblem[] = []
  let header: { readonly spec: string; readonly line: number } | undefined
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    if (!line.startsWith(' ')) {
      // Ranges in quotes may hold commas and spaces.
      const spec = line.startsWith('"') ? line.slice(1).split('"', 1)[0] : line.split(/[,:]/, 1)[0]
      header = line.endsWith(':') && spec !== undefined && spec !== '' ? { spec, line: index + 1 } : undefined
      if (header === undefined)
        addProblem(problems, { message: 'a line is no entry', place: `line ${index + 1}` })
      continue
    }
    const version = /^ {2}version:? "?(?<version>[^"\s]+)"?$/.exec(line)?.groups?.['version']
    if (version === undefined || header === undefined) continue
    const name = nameOf(header.spec)
    if (name === undefined)
      addProblem(problems, { message: 'an entry has no name', place: `line ${header.line}` })
    else if (isRegistryVersion(version) && version !== '0.0.0-use.local') packages.push({ name, version })
    header = undefined
  }
  return { packages, problems }
}

function nameOf(spec: string): string | undefined {
  const split = splitSpec(spec)
  return split === undefined ? undefined : (aliasTarget(split.range)?.name ?? split.name)
}

/** `resolution: "name@npm:1.2.3"` says what was chosen, aliases followed. */
function readBerry(text: string): LockContent {
  const parsed = parseYaml(text)
  if ('problem' in parsed) return noLock(parsed.problem)
  const packages: LockedPackage[] = []
  const problems: LockProblem[] = []
  for (const [key, record] of entriesOf(parsed.value)) {
    if (key === '__metadata') continue
    const resolution = splitSpec(textField(record, 'resolution') ?? '')
    const version = textField(record, 'version')
    if (resolution === undefined || version === undefined) {
      addProblem(problems, { message: 'an entry has no resolution or version', place: key.slice(0, 200) })
      continue
    }
    // The project's own folders.
    if (field(record, 'linkType') === 'soft' || /^(?:workspace|link|portal):/.test(resolution.range)) continue
    const alias = aliasTarget(resolution.range)
    const notes = /^(?:npm|patch):/.test(resolution.range) ? [] : [`from ${resolution.range.slice(0, 200)}`]
    packages.push({ name: alias?.name ?? resolution.name, version, notes })
  }
  return { packages, problems }
}
