// pnpm's lock file. https://github.com/pnpm/spec/tree/master/lockfile

import { addProblem } from '../../diagnostics.ts'
import type { Cataloger } from '../../cataloger.ts'
import { entriesOf, field, textField } from '../../json.ts'
import { lockCataloger, noLock } from '../../lock-file.ts'
import type { LockedPackage, LockProblem } from '../../lock-file.ts'
import { parseYaml } from '../../yaml.ts'
import { isRegistryVersion, splitSpec } from '../spec.ts'

export const pnpmLock: Cataloger<LockedPackage> = lockCataloger({
  name: 'javascript/pnpm-lock',
  version: 1,
  type: 'npm',
  wants: [{ name: 'pnpm-lock.yaml' }],
  code: 'PNPM_LOCK_MALFORMED',
  parse(text) {
    const parsed = parseYaml(text)
    if ('problem' in parsed) return noLock(parsed.problem)
    const packages: LockedPackage[] = []
    const problems: LockProblem[] = []
    for (const [key, record] of entriesOf(field(parsed.value, 'packages'))) {
      if (/^\/?(?:file|link):/.test(key)) continue
      const split = splitKey(key)
      // Packages from git or an address state both.
      const name = textField(record, 'name') ?? split?.name
      const version = textField(record, 'version') ?? split?.range
      if (name === undefined || version === undefined || !isRegistryVersion(version)) {
        // What has no version of a registry has no advisories either, unless it says which it is.
        if (split === undefined)
          addProblem(problems, { message: 'an entry has no name and version', place: key.slice(0, 200) })
        continue
      }
      const dev = textField(record, 'dev') === 'true'
      packages.push({ name, version, notes: dev ? ['development'] : [] })
    }
    return { packages, problems }
  },
})

/** Version 5: `/@scope/name/1.2.3_peers`; 6: `/@scope/name@1.2.3(peers)`; 9: without the slash. */
function splitKey(key: string): { readonly name: string; readonly range: string } | undefined {
  if (key.length > 1000) return undefined
  const bare = key.replace(/^\//, '').replace(/\(.*$/, '')
  const old = /^(?:[^/@]+\.[^/@]+\/)?(?<name>(?:@[^/]+\/)?[^/@]+)\/(?<version>\d[^/_]*)(?:_.*)?$/.exec(
    bare,
  )?.groups
  if (old?.['name'] !== undefined && old['version'] !== undefined)
    return { name: old['name'], range: old['version'] }
  return splitSpec(bare)
}
