// docs/errors.md lists every stable code, with what it says.
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

test('docs/errors.md is what the sources say', () => {
  const tool = resolve(import.meta.dirname, '../../tools/error-codes.ts')
  expect(() => execFileSync(process.execPath, [tool, '--check'], { stdio: 'pipe' })).not.toThrow()
})
