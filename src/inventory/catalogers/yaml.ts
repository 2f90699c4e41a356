// YAML from strangers: one document, plain data, few aliases.

import { parse } from 'yaml'
import { messageOf } from '../../platform/index.ts'

/** The document, or why it is none. */
export function parseYaml(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: parse(text, { maxAliasCount: 100, logLevel: 'error', schema: 'failsafe' }) as unknown }
  } catch (error) {
    return { problem: (messageOf(error).split('\n')[0] ?? '').slice(0, 200) }
  }
}
