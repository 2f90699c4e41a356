// Where this Longwatch lies: its sources and its bundle are at different depths.

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

let found: string | undefined

/** The folder of package.json, and of everything that ships beside the code. */
export function packageRoot(): string {
  if (found !== undefined) return found
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('package.json is missing beside Longwatch')
    folder = parent
  }
  found = folder
  return folder
}

/** True when the sources themselves run, and not what was built of them. */
export const runsFromSource: boolean = import.meta.url.endsWith('.ts')
