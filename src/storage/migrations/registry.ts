import { findings } from './0002-findings.ts'
import { estate } from './0001-estate.ts'
import type { Migration } from './migration.ts'

/** In the order of application. */
export const migrations: readonly Migration[] = [estate, findings]
