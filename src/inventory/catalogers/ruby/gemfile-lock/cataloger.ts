// Bundler's lock file. https://bundler.io/guides/rationale.html

import { addProblem } from '../../diagnostics.ts'
import type { Cataloger } from '../../cataloger.ts'
import { lockCataloger } from '../../lock-file.ts'
import type { LockedPackage, LockProblem } from '../../lock-file.ts'

export const gemfileLock: Cataloger<LockedPackage> = lockCataloger({
  name: 'ruby/gemfile-lock',
  version: 1,
  type: 'gem',
  wants: [{ name: 'Gemfile.lock' }, { name: 'gems.locked' }],
  code: 'GEMFILE_LOCK_MALFORMED',
  parse(text) {
    const packages: LockedPackage[] = []
    const problems: LockProblem[] = []
    let section = ''
    let remote = ''
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (/^[A-Z]/.test(line)) {
        section = line.trim()
        remote = ''
      }
      if (line.startsWith('<<<<<<<'))
        addProblem(problems, { message: 'it has a merge conflict', place: `line ${index + 1}` })
      remote = /^ {2}remote: (?<remote>.*)$/.exec(line)?.groups?.['remote'] ?? remote
      // Gems stand behind four spaces, what they need behind six. PATH is the project's own.
      if ((section !== 'GEM' && section !== 'GIT') || !/^ {4}\S/.test(line)) continue
      const found = /^ {4}(?<name>\S+) \((?<version>[^()\s-]+)(?:-(?<platform>[^()\s]+))?\)$/.exec(
        line,
      )?.groups
      if (found?.['name'] === undefined || found['version'] === undefined) {
        addProblem(problems, { message: 'a line is no gem', place: `line ${index + 1}` })
        continue
      }
      packages.push({
        name: found['name'],
        version: found['version'],
        notes: section === 'GIT' ? [`from ${remote.slice(0, 200)}`] : [],
        ...(found['platform'] === undefined ? {} : { qualifiers: { platform: found['platform'] } }),
      })
    }
    return { packages, problems }
  },
})
