// YAML from strangers: one document, plain data, few aliases.

import { parse } from 'yaml'
import { messageOf } from '../../platform/index.ts'

/** What is known to be needed is a third of it; reading takes a hundred times as much memory, and seconds for each megabyte. */
const maximumLength = 16 * 1024 * 1024

/** The document, or why it is none. */
export function parseYaml(text: string): { readonly value: unknown } | { readonly problem: string } {
  if (text.length > maximumLength) return { problem: `it has ${text.length} characters` }
  try {
    // Pretty errors look for each one's line from the start.
    return {
      value: parse(text, {
        maxAliasCount: 100,
        logLevel: 'error',
        prettyErrors: false,
        schema: 'failsafe',
      }) as unknown,
    }
  } catch (error) {
    return { problem: (messageOf(error).split('\n')[0] ?? '').slice(0, 200) }
  }
}
