// npm's lock file, in its three forms. https://docs.npmjs.com/cli/v10/configuring-npm/package-lock-json

import { addProblem } from '../../diagnostics.ts'
import type { Cataloger } from '../../cataloger.ts'
import { entriesOf, field, parseJson, textField } from '../../json.ts'
import { lockCataloger, noLock } from '../../lock-file.ts'
import type { LockContent, LockedPackage, LockProblem } from '../../lock-file.ts'
import { aliasTarget, isRegistryVersion } from '../spec.ts'

const maximumDepth = 100

export const packageLock: Cataloger<LockedPackage> = lockCataloger({
  name: 'javascript/package-lock',
  version: 1,
  type: 'npm',
  wants: [{ name: 'package-lock.json' }, { name: 'npm-shrinkwrap.json' }],
  code: 'NPM_LOCK_MALFORMED',
  parse(text) {
    const parsed = parseJson(text)
    if ('problem' in parsed) return noLock(parsed.problem)
    const packages = field(parsed.value, 'packages')
    if (packages !== undefined) return readPackages(packages)
    const problems: LockProblem[] = []
    return { packages: [...readDependencies(field(parsed.value, 'dependencies'), problems, 0)], problems }
  },
})

/** Since npm 7: one flat map by the folder each is installed in. */
function readPackages(value: unknown): LockContent {
  const packages: LockedPackage[] = []
  const problems: LockProblem[] = []
  for (const [folder, record] of entriesOf(value)) {
    const at = folder.lastIndexOf('node_modules/')
    // The project itself, its workspaces, and the links to them.
    if (at < 0 || field(record, 'link') === true) continue
    // An alias lies in a folder of another name and states its own.
    const name = textField(record, 'name') ?? folder.slice(at + 'node_modules/'.length)
    const version = textField(record, 'version')
    if (version === undefined) {
      // An optional package that was never installed has an empty record.
      if (field(record, 'optional') !== true) {
        addProblem(problems, { message: `${name.slice(0, 100)} has no version`, place: folder.slice(0, 200) })
      }
      continue
    }
    packages.push({ name, version, notes: notesOf(record) })
  }
  return { packages, problems }
}

/** Up to npm 6: nested as the folders are. */
function* readDependencies(value: unknown, problems: LockProblem[], depth: number): Generator<LockedPackage> {
  if (depth > maximumDepth) {
    addProblem(problems, { message: `dependencies in more than ${maximumDepth} others are not read` })
    return
  }
  for (const [key, record] of entriesOf(value)) {
    const stated = textField(record, 'version')
    const alias = stated === undefined ? undefined : aliasTarget(stated)
    const version = alias?.range ?? stated
    if (version === undefined) addProblem(problems, { message: `${key.slice(0, 100)} has no version` })
    else if (isRegistryVersion(version)) yield { name: alias?.name ?? key, version, notes: notesOf(record) }
    yield* readDependencies(field(record, 'dependencies'), problems, depth + 1)
  }
}

function notesOf(record: unknown): readonly string[] {
  const resolved = textField(record, 'resolved') ?? ''
  return [
    ...(field(record, 'dev') === true ? ['development'] : []),
    ...(/^(?:git|file:)/.test(resolved) ? [`from ${resolved.slice(0, 200)}`] : []),
  ]
}
