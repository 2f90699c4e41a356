// Where Longwatch keeps what it keeps. https://specifications.freedesktop.org/basedir-spec/latest/

import { homedir } from 'node:os'
import { join } from 'node:path'
import { environment } from './environment.ts'

/** `$LONGWATCH_DATA_DIR`, or `longwatch` in the user's data folder. */
export function defaultDataDir(): string {
  const named = environment('LONGWATCH_DATA_DIR')
  if (named !== undefined) return named
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'longwatch')
  if (process.platform === 'win32') {
    return join(environment('LOCALAPPDATA') ?? join(homedir(), 'AppData', 'Local'), 'longwatch')
  }
  return join(environment('XDG_DATA_HOME') ?? join(homedir(), '.local', 'share'), 'longwatch')
}
