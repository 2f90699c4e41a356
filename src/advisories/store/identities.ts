// Keeps the table of canonical ids right after records changed: every id that was touched, and all that hang together with it,
// is resolved anew, and records whose vulnerability is another one now are told.

import { compareText } from '../../platform/index.ts'
import type { Contributions } from './contributions.ts'
import { encode } from './encode.ts'
import type { Environment } from './environment.ts'
import { readGroup } from './grouped.ts'
import { resolveComponent } from './identity.ts'
import type { IdNode } from './identity.ts'
import { canonicalOf, idRecordOf } from './open.ts'

/** Components resolved between two pauses. */
const batch = 500

/** Groups with more joints are told: rather somebody's wrong alias than so many names of one flaw. */
const mostJoints = 8

/**
 * Writes the canonical ids of everything that hangs together with the touched ids. Gives the canonical ids of groups that
 * look as if a wrong alias held them together.
 */
export async function updateIdentities(
  environment: Environment,
  touched: readonly string[],
  contributions: Contributions,
  pause: () => Promise<void>,
): Promise<readonly string[]> {
  const large = new Set<string>()
  const nodeOf = (id: string): IdNode =>
    readGroup(environment.ids, id).map((item) => idRecordOf(item.feed, item.id, item.material))
  const resolved = new Set<string>()
  const changes = new Map<string, readonly string[]>()
  const write = (): void => {
    environment.root.transactionSync(() => {
      for (const [id, canonical] of changes) {
        if (canonical.length === 1 && canonical[0] === id) environment.canonical.removeSync(id)
        else environment.canonical.putSync(id, encode(canonical))
      }
    })
    changes.clear()
  }
  let done = 0
  for (const seed of [...touched].sort(compareText)) {
    if (resolved.has(seed)) continue
    const { canonical, ids, groups } = resolveComponent(seed, nodeOf)
    for (const group of groups) if (group.joints > mostJoints) large.add(group.canonical)
    for (const id of ids) {
      resolved.add(id)
      // An id that has no record without CVE is its own: what was kept for it goes.
      const now = canonical.get(id) ?? [id]
      const before = canonicalOf(environment, id)
      if (sameList(before, now)) continue
      changes.set(id, now)
      for (const record of nodeOf(id)) {
        if (record.record === id && record.cves.length === 0)
          contributions.identityChanged(record.feed, id, before)
      }
    }
    done += 1
    if (done % batch === 0) {
      write()
      await pause()
    }
  }
  write()
  return [...large].sort(compareText)
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index])
