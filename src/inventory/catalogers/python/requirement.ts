// Requirements of Python packages as pip reads them.
// https://packaging.python.org/en/latest/specifications/dependency-specifiers/

/** A requirement's name and, when it allows one version only, that version. */
export interface Requirement {
  readonly name: string
  readonly version?: string
}

const form =
  /^(?<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*\(?(?<specifier>(?:(?:===?|~=|!=|<=?|>=?)[^;#)]*)?)\)?\s*(?:;.*)?$/

/** Reads `name[extra]==1.2.3 ; marker`; undefined when the text is no requirement of an index (an address, a path). */
export function parseRequirement(text: string): Requirement | undefined {
  // Runs of white space would make the pattern try every way to share them out.
  const found = form.exec(text.trim().replaceAll(/\s+/g, ' '))?.groups
  if (found?.['name'] === undefined) return undefined
  const version = /^===?\s*(?<version>[^,*\s]+)$/.exec((found['specifier'] ?? '').trim())?.groups?.['version']
  return { name: found['name'], ...(version === undefined ? {} : { version }) }
}
