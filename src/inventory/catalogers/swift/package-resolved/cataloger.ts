// The lock file of Swift's package manager, in its three forms. Packages are named by their address.
// https://github.com/swiftlang/swift-package-manager/blob/main/Documentation/Usage.md#resolving-versions-packageresolved-file

import type { Cataloger } from '../../cataloger.ts'
import { addProblem } from '../../diagnostics.ts'
import { field, itemsOf, parseJson, textField } from '../../json.ts'
import { lockCataloger, noLock } from '../../lock-file.ts'
import type { LockedPackage, LockProblem } from '../../lock-file.ts'

export const packageResolved: Cataloger<LockedPackage> = lockCataloger({
  name: 'swift/package-resolved',
  version: 1,
  type: 'swift',
  wants: [{ name: 'Package.resolved' }],
  code: 'SWIFT_LOCK_MALFORMED',
  parse(text) {
    const parsed = parseJson(text)
    if ('problem' in parsed) return noLock(parsed.problem)
    const packages: LockedPackage[] = []
    const problems: LockProblem[] = []
    const pins = itemsOf(field(parsed.value, 'pins') ?? field(field(parsed.value, 'object'), 'pins'))
    for (const [index, pin] of pins.entries()) {
      const location = textField(pin, 'location') ?? textField(pin, 'repositoryURL')
      const name = location === undefined ? undefined : nameOf(location)
      // A pin to a branch or a commit has no version.
      const version = textField(field(pin, 'state'), 'version')
      if (name === undefined)
        addProblem(problems, { message: 'a pin has no address', place: `pin ${index + 1}` })
      else if (version !== undefined) packages.push({ name, version })
    }
    return { packages, problems }
  },
})

/** `https://github.com/apple/swift-nio.git` and `git@github.com:apple/swift-nio.git` are `github.com/apple/swift-nio`. */
function nameOf(location: string): string | undefined {
  if (location.length > 1000) return undefined
  const bare = location
    .replace(/^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?/i, '')
    .replace(/^(?<host>[^/:]+):(?!\d)/, '$<host>/')
  const name = bare.replace(/\/+$/, '').replace(/\.git$/, '')
  return /^[^/\s]+(?:\/[^/\s]+)+$/.test(name) ? name : undefined
}
