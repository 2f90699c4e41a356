// What a generation is about, without opening it for look-ups.

import type { Diagnostic } from '../../model/index.ts'
import { compareText, LongwatchError } from '../../platform/index.ts'
import { openForReading } from './environment.ts'
import { separator } from './format.ts'
import { currentName, generationFolder, readDiagnostics, readHeader } from './generations.ts'
import { takeLease } from './lease.ts'
import { readMeta } from './meta.ts'

/** An ecosystem and release that has advisories. */
export interface Coverage {
  readonly ecosystem: string
  /** Empty for ecosystems without releases. */
  readonly release: string
  /** Package names with at least one entry. */
  readonly packages: number
}

/** What the live generation covers, sorted; undefined when there is none that can be read. */
export async function generationCoverage(dbDir: string): Promise<readonly Coverage[] | undefined> {
  const name = currentName(dbDir)
  if (name === undefined) return undefined
  const endLease = takeLease(dbDir, name)
  try {
    const folder = generationFolder(dbDir, name)
    const environment = openForReading(folder, readHeader(folder).bytes)
    try {
      return [...readMeta(environment).coverage]
        .map(([key, packages]) => {
          const [ecosystem = '', release = ''] = key.split(separator)
          return { ecosystem, release, packages }
        })
        .sort((a, b) => compareText(a.ecosystem, b.ecosystem) || compareText(a.release, b.release))
    } finally {
      await environment.root.close()
    }
  } catch (error) {
    if (error instanceof LongwatchError) return undefined
    throw error
  } finally {
    endLease()
  }
}

/** What was refused of each part, by part name; from the live generation. */
export function generationDiagnostics(dbDir: string): ReadonlyMap<string, readonly Diagnostic[]> {
  const name = currentName(dbDir)
  return name === undefined ? new Map() : readDiagnostics(generationFolder(dbDir, name))
}
