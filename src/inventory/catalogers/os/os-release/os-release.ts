// Reads os-release and lsb-release: assignments as a shell would read them.
// https://www.freedesktop.org/software/systemd/man/latest/os-release.html

const assignment = /^\s*(?<key>[A-Za-z_][A-Za-z0-9_]*)=(?<value>.*)$/

/** The assignments of the text, last one first come; lines that are none are left out. */
export function parseAssignments(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const found = assignment.exec(line)?.groups
    if (found?.['key'] === undefined || found['value'] === undefined) continue
    const value = unquote(found['value'].trim())
    if (value !== '') fields.set(found['key'], value)
  }
  return fields
}

function unquote(value: string): string {
  const quote = value[0]
  if (quote === "'") {
    const end = value.indexOf("'", 1)
    return end < 0 ? value.slice(1) : value.slice(1, end)
  }
  if (quote === '"') {
    const inner = /^"(?<inner>(?:[^"\\]|\\.)*)/s.exec(value)?.groups?.['inner'] ?? ''
    return inner.replaceAll(/\\(["$`\\])/g, '$1')
  }
  return value.replaceAll(/\\(.)/g, '$1')
}
