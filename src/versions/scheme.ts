// What every version scheme offers. A scheme is one file, its test, testdata/<scheme>.txt and one line in registry.ts.

import type { SchemeName } from '../model/index.ts'

/** Why a text is no version of the scheme. */
export interface Unparsable {
  readonly reason: string
}

/** A parsed version. What is inside is the scheme's own; only `text` is for others. */
export interface ParsedVersion {
  /** As given, for output. */
  readonly text: string
}

export interface VersionScheme<Parsed extends ParsedVersion = ParsedVersion> {
  readonly name: SchemeName
  /** Where the order is written down. */
  readonly specification: string
  /** Parses `text`; strange input gives a reason and never throws. Lenience is only what the ecosystem's own tools show. */
  parse(text: string): Parsed | Unparsable
  /** A total order over parsed versions: negative, zero or positive as `a` is before, equal to or after `b`. Cannot fail. */
  compare(a: Parsed, b: Parsed): number
}

/** True when `parse` refused. */
export function isUnparsable(parsed: ParsedVersion | Unparsable): parsed is Unparsable {
  return 'reason' in parsed
}
