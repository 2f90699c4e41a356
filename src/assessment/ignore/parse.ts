// The file of ignore rules. Every rule has a reason and a last day: what is hidden for good is forgotten.
//
//   ignore:
//     - vulnerability: CVE-2024-1086
//       package: linux-libc-dev
//       path: app/vendor/**
//       artifact: registry.example/shop:*
//       reason: the module is not loaded, SEC-1234
//       expires: 2026-12-31

import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Node, YAMLMap } from 'yaml'
import { LongwatchError } from '../../platform/index.ts'
import type { IgnoreRule } from './rule.ts'

const fields = ['vulnerability', 'package', 'path', 'artifact', 'reason', 'expires'] as const
type Field = (typeof fields)[number]

const isField = (name: string): name is Field => fields.some((field) => field === name)

const largestFile = 8 * 1024 * 1024
const mostRules = 50_000
const longestValue = 4096

/**
 * The rules of an ignore file, in its order. Throws `IGNORE_FILE_INVALID`, naming the line, when anything in it is not as it has to
 * be: a rule that was misread would hide the wrong thing.
 */
export function parseIgnoreFile(text: string, place: string): readonly IgnoreRule[] {
  const lines = new LineCounter()
  const fail = (
    message: string,
    node?: { readonly range?: readonly number[] | null | undefined },
  ): LongwatchError => {
    const offset = node?.range?.[0]
    const at = offset === undefined ? place : `${place} line ${lines.linePos(offset).line}`
    return new LongwatchError('IGNORE_FILE_INVALID', `${at}: ${message}`, {
      place: at,
      remedy:
        'Each rule under `ignore:` needs `reason` and `expires`, and at least one of `vulnerability`, `package`, `path`, `artifact`.',
      exitCode: 2,
    })
  }
  if (text.length > largestFile) throw fail(`larger than ${largestFile} bytes`)
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, merge: false })
  const [error] = document.errors
  if (error !== undefined)
    throw fail(error.message.split('\n')[0] ?? 'not well-formed YAML', { range: error.pos })
  const root = document.contents
  if (root === null) return []
  if (!isMap(root)) throw fail('not a map with `ignore:`', root)
  const stranger = root.items.find(({ key }) => !(isScalar(key) && key.value === 'ignore'))
  if (stranger !== undefined) throw fail(`unknown key ${String(stranger.key)}`, root)
  const list: unknown = root.get('ignore', true)
  if (isScalar(list) && list.value === null) return []
  if (!isSeq(list)) throw fail('`ignore` is not a list', root)
  if (list.items.length > mostRules) throw fail(`more than ${mostRules} rules`, list)
  return list.items.map((item) => {
    if (!isMap(item)) throw fail('a rule is not a map', item as Node)
    return ruleOf(item, fail, `${place} line ${lines.linePos(item.range?.[0] ?? 0).line}`)
  })
}

type Fail = (
  message: string,
  node?: { readonly range?: readonly number[] | null | undefined },
) => LongwatchError

function ruleOf(item: YAMLMap, fail: Fail, origin: string): IgnoreRule {
  const found = new Map<Field, string>()
  for (const { key, value } of item.items) {
    const name = isScalar(key) ? String(key.value) : ''
    if (!isField(name)) throw fail(`unknown key ${name}`, item)
    if (!isScalar(value) || typeof value.value !== 'string' || value.value.trim() === '')
      throw fail(`${name} is not a text`, item)
    if (value.value.length > longestValue)
      throw fail(`${name} is longer than ${longestValue} characters`, item)
    found.set(name, value.value.trim())
  }
  const reason = found.get('reason')
  const expires = found.get('expires')
  if (reason === undefined) throw fail('the rule has no reason', item)
  if (expires === undefined) throw fail('the rule has no expires', item)
  if (!isDay(expires)) throw fail(`expires ${expires} is no day like 2026-12-31`, item)
  const scope = (['vulnerability', 'package', 'path', 'artifact'] as const).filter((name) => found.has(name))
  if (scope.length === 0) throw fail('the rule would hide everything', item)
  return { ...Object.fromEntries(scope.map((name) => [name, found.get(name)])), reason, expires, origin }
}

/** A day that the calendar has. */
function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text)
}
