// What Cabal and Stack froze. https://cabal.readthedocs.io/en/stable/cabal-commands.html#cabal-freeze
// https://docs.haskellstack.org/en/stable/topics/lock_files/

import type { Cataloger } from '../../cataloger.ts'
import { lockCataloger } from '../../lock-file.ts'
import type { LockedPackage } from '../../lock-file.ts'

export const haskellFreeze: Cataloger<LockedPackage> = lockCataloger({
  name: 'haskell/freeze',
  version: 1,
  type: 'hackage',
  wants: [{ name: 'cabal.project.freeze' }, { name: 'stack.yaml.lock' }],
  code: 'HASKELL_FREEZE_MALFORMED',
  parse(text, path) {
    const packages = text.split('\n').flatMap((line) => {
      const found = (path.endsWith('.freeze') ? cabal : stack).exec(line)?.groups
      return found?.['name'] === undefined || found['version'] === undefined
        ? []
        : [{ name: found['name'], version: found['version'] }]
    })
    // Both files name at least one package; a freeze file that names none is another one's.
    if (packages.length > 0 || text.trim() === '' || /^(?:#|packages:)/m.test(text)) return { packages }
    return { packages, problems: [{ message: 'it names no package' }] }
  },
})

// `constraints: any.aeson ==2.1.0.0,`; lines without a version are flags.
const cabal = /\bany\.(?<name>[A-Za-z0-9-]+) ==(?<version>\d+(?:\.\d+)*)/
// `hackage: aeson-2.1.0.0@sha256:…,1234`
const stack = /^\s*hackage: (?<name>[A-Za-z][A-Za-z0-9-]*)-(?<version>\d+(?:\.\d+)*)@/
