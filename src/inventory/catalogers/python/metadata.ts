// Core metadata of Python packages: headers as in mail, and a description after an empty line.
// https://packaging.python.org/en/latest/specifications/core-metadata/

export interface CoreMetadata {
  readonly name?: string
  readonly version?: string
  readonly license?: string
}

/** The headers we use; a header that occurs twice counts once, the first time. */
export function parseMetadata(text: string): CoreMetadata {
  const headers = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    if (line === '') break
    const found = /^(?<key>[A-Za-z-]+):\s*(?<value>.*)$/.exec(line)?.groups
    const key = found?.['key']?.toLowerCase()
    const value = found?.['value']?.trim() ?? ''
    if (key !== undefined && value !== '' && value !== 'UNKNOWN' && !headers.has(key)) headers.set(key, value)
  }
  const name = headers.get('name')
  const version = headers.get('version')
  // `License` may hold a whole licence text; its first line is then no name of one.
  const license = headers.get('license-expression') ?? headers.get('license')
  return {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(license === undefined || license.length > 100 ? {} : { license }),
  }
}
