// Gradle's lock files. https://docs.gradle.org/current/userguide/dependency_locking.html

import { addProblem } from '../../diagnostics.ts'
import type { Cataloger } from '../../cataloger.ts'
import { lockCataloger } from '../../lock-file.ts'
import type { LockedPackage, LockProblem } from '../../lock-file.ts'

export const gradleLock: Cataloger<LockedPackage> = lockCataloger({
  name: 'java/gradle-lock',
  version: 1,
  type: 'maven',
  wants: [{ name: 'gradle.lockfile' }, { name: 'buildscript-gradle.lockfile' }],
  code: 'GRADLE_LOCK_MALFORMED',
  parse(text, path) {
    const packages: LockedPackage[] = []
    const problems: LockProblem[] = []
    for (const [index, raw] of text.split('\n').entries()) {
      const line = raw.trim()
      // `empty=…` lists the configurations without a dependency.
      if (line === '' || line.startsWith('#') || line.startsWith('empty=')) continue
      const found = /^(?<group>[^:=\s]+):(?<artifact>[^:=\s]+):(?<version>[^:=\s]+)=(?<where>.*)$/.exec(
        line,
      )?.groups
      if (found === undefined) {
        addProblem(problems, { message: 'a line is no dependency', place: `line ${index + 1}` })
        continue
      }
      const configurations = (found['where'] ?? '').split(',')
      const dev =
        path.endsWith('buildscript-gradle.lockfile') || configurations.every((one) => /^test|Test/.test(one))
      packages.push({
        name: `${found['group']}:${found['artifact']}`,
        version: found['version'] ?? '',
        notes: dev ? ['development'] : [],
      })
    }
    return { packages, problems }
  },
})
