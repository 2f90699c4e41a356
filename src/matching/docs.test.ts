// docs/limits.md lists every code under which something can stay untold.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const page = readFileSync(resolve(import.meta.dirname, '../../docs/limits.md'), 'utf8')
const listed = new Set([...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code ?? ''))

const source = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
  .join('\n')
const untold = new Set([...source.matchAll(/code: '([A-Z_]+)'/g)].map(([, code]) => code ?? ''))
const told = new Set([
  'AFFECTED_LISTED',
  'FIXED',
  'OTHER_ARCHITECTURE',
  'OTHER_FLAVOUR',
  'OTHER_KERNEL_LINE',
  'OTHER_MODULE',
  'OTHER_REPOSITORY',
  'OUTSIDE_RANGE',
  'VENDOR_NOT_AFFECTED',
  'AFFECTED_RANGE',
  'FIX_NEEDS_SUBSCRIPTION',
  'KERNEL_HEADERS',
  'KERNEL_NOT_RUNNING',
  'KERNEL_NOT_USED',
  'KERNEL_TOOLS',
  'OWNED_BY_OS_PACKAGE',
  'REJECTED',
  'SHADOWED',
  'VENDOR_DEFERRED',
  'VENDOR_END_OF_LIFE',
  'VENDOR_SILENT',
  'VENDOR_UNFIXED',
  'VENDOR_WONT_FIX',
])

test('the list of codes is that of the code', () => {
  expect([...untold].filter((code) => !told.has(code)).sort()).toEqual([...listed].toSorted())
})
