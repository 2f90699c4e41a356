// TOML from strangers.

import { parse } from 'smol-toml'
import { messageOf } from '../../platform/index.ts'

/** The document, or why it is none. */
export function parseToml(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: parse(text) }
  } catch (error) {
    return { problem: (messageOf(error).split('\n')[0] ?? '').slice(0, 200) }
  }
}
