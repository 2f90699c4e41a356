// Debian control files: stanzas of `Field: value`, continued by lines that begin with white space, apart by empty lines.
// https://www.debian.org/doc/debian-policy/ch-controlfields.html

export interface Stanza {
  /** Field names in lower case; the first line of each value. */
  readonly fields: ReadonlyMap<string, string>
  /** The line it begins at, from 1. */
  readonly line: number
  /** What made it unreadable. */
  readonly problem?: string
}

/** The stanzas of a control file, in order. Only the fields of `wanted` are kept; continued lines are not. */
export function* parseStanzas(text: string, wanted: ReadonlySet<string>): Generator<Stanza> {
  let fields = new Map<string, string>()
  let begin = 0
  let problem: string | undefined
  let number = 0
  for (const line of linesOf(text)) {
    number += 1
    if (line.trim() === '') {
      if (begin > 0) yield { fields, line: begin, ...(problem === undefined ? {} : { problem }) }
      fields = new Map()
      begin = 0
      problem = undefined
      continue
    }
    if (begin === 0) begin = number
    if (line.startsWith(' ') || line.startsWith('\t')) continue
    const colon = line.indexOf(':')
    if (colon < 1) {
      problem ??= `line ${number} is no field`
      continue
    }
    const key = line.slice(0, colon).toLowerCase()
    if (wanted.has(key) && !fields.has(key)) fields.set(key, line.slice(colon + 1).trim())
  }
  if (begin > 0) yield { fields, line: begin, ...(problem === undefined ? {} : { problem }) }
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start)
    yield end < 0 ? text.slice(start) : text.slice(start, end)
    if (end < 0) return
    start = end + 1
  }
}
