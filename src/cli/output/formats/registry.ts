// Every output format, one line each.

import type { OutputFormat } from './format.ts'
import { json } from './json.ts'
import { table } from './table.ts'

export const outputFormats: readonly OutputFormat[] = [table, json]
