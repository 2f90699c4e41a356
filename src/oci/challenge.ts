// What a registry's 401 asks for. https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
// https://distribution.github.io/distribution/spec/auth/token/

/** One challenge: its scheme in lower case, its parameters by lower-case name. */
export interface Challenge {
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
}

const longestHeader = 16 * 1024

/**
 * The challenges of one or several joined `WWW-Authenticate` headers, in their order. What cannot be read is passed over up to the next
 * thing that can; a header out of all proportion gives none.
 */
export function parseChallenges(header: string): readonly Challenge[] {
  if (header.length > longestHeader) return []
  const challenges: { scheme: string; parameters: Map<string, string> }[] = []
  // A token, then either `= value` (a parameter) or not (a scheme); anything else is skipped one character at a time.
  const item = /([!#$%&'*+\-.^_`|~0-9A-Za-z]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/gy
  for (let at = 0; at < header.length;) {
    item.lastIndex = at
    const found = item.exec(header)
    if (found === null) {
      at += 1
      continue
    }
    at = item.lastIndex
    const [, word = '', quoted, bare] = found
    const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare
    if (value === undefined) challenges.push({ scheme: word.toLowerCase(), parameters: new Map() })
    else {
      const parameters = challenges.at(-1)?.parameters
      if (parameters?.has(word.toLowerCase()) === false) parameters.set(word.toLowerCase(), value)
    }
  }
  return challenges
}
