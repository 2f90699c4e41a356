// Which repository a package came from. rpm itself does not know; yum and dnf keep it.

import type { FileContent } from '../../../filesystems/tree.ts'
import { openPager } from './sqlite/pager.ts'
import type { Pager } from './sqlite/pager.ts'
import { rowsOf } from './sqlite/table.ts'
import type { Value } from './sqlite/record.ts'

export interface FromRepository {
  readonly kind: 'repository'
  /** `name-version-release` and the architecture. */
  readonly package: string
  readonly repository: string
}

/** The name under which a package and its repository meet. */
export function repositoryKey(
  name: string,
  version: string,
  release: string,
  arch: string | undefined,
): string {
  return `${name}-${version}-${release}-${arch ?? ''}`
}

/** yum: `var/lib/yum/yumdb/b/HASH-bash-4.2.46-34.amzn2-x86_64/from_repo` holds `amzn2-core`. */
export function readYumdb(path: string, text: string): FromRepository | undefined {
  const found = /\/yumdb\/[^/]+\/[0-9a-f]+-(?<package>[^/]+)\/from_repo$/.exec(path)?.groups?.['package']
  const repository = text.trim()
  if (found === undefined || !/^[\w.@:+/-]{1,200}$/.test(repository)) return undefined
  return { kind: 'repository', package: found, repository }
}

const rowBytes = 64 * 1024

/**
 * dnf 4: the last transaction of each package in `history.sqlite`. Throws `DatabaseDamage`.
 * https://github.com/rpm-software-management/libdnf/blob/dnf-4-master/libdnf/transaction/sql/create.sql
 */
export async function readDnfHistory(
  content: FileContent,
  log: FileContent | undefined,
): Promise<readonly FromRepository[]> {
  const pager = await openPager(content, log)
  const repositories = new Map<Value, string>()
  for await (const [id, values] of rows(pager, 'repo')) {
    if (typeof values[1] === 'string') repositories.set(id, values[1])
  }
  // In order of their ids, which is that of time: the last one stays.
  const repositoryOf = new Map<Value, string>()
  for await (const [, values] of rows(pager, 'trans_item')) {
    const repository = repositories.get(values[3] ?? null)
    if (repository !== undefined && !repository.startsWith('@'))
      repositoryOf.set(values[2] ?? null, repository)
  }
  const found: FromRepository[] = []
  for await (const [, [item, name, , version, release, arch]] of rows(pager, 'rpm')) {
    const repository = repositoryOf.get(item ?? null)
    if (repository === undefined || typeof name !== 'string' || typeof arch !== 'string') continue
    const key = repositoryKey(name, String(version), String(release), arch)
    found.push({ kind: 'repository', package: key, repository })
  }
  return found
}

async function* rows(pager: Pager, table: string): AsyncGenerator<readonly [number, readonly Value[]]> {
  for await (const row of rowsOf(pager, table, rowBytes)) {
    if ('values' in row) yield [row.rowid, row.values]
  }
}
