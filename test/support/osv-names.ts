// The ecosystem names that the records of the mirror really use.
import { join } from 'node:path'
import { readOsvExport } from './osv-export.ts'
import { feedsDir } from './lab.ts'

/** Every `affected[].package.ecosystem` of these exports of the mirror. */
export async function ecosystemNamesIn(exports: readonly string[]): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  for (const name of exports) {
    const file = join(feedsDir, 'osv-vulnerabilities.storage.googleapis.com', name, 'all.zip')
    for await (const record of readOsvExport(file))
      for (const { package: one } of record.affected ?? []) if (one !== undefined) names.add(one.ecosystem)
  }
  return names
}
