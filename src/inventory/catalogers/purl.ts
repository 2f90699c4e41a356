// Package URLs in their canonical form. https://github.com/package-url/purl-spec

import { PackageURL } from 'packageurl-js'

export interface PurlParts {
  readonly type: string
  readonly namespace?: string | undefined
  readonly name: string
  readonly version?: string | undefined
  readonly qualifiers?: Readonly<Record<string, string | undefined>>
}

/** The canonical purl of these parts; undefined when they cannot be one (an empty name, a Maven package without a group). */
export function purlOf(parts: PurlParts): string | undefined {
  const qualifiers = Object.entries(parts.qualifiers ?? {}).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  )
  try {
    const text = new PackageURL(
      parts.type,
      parts.namespace,
      parts.name,
      parts.version,
      qualifiers.length === 0 ? undefined : Object.fromEntries(qualifiers),
      undefined,
    ).toString()
    // packageurl-js decodes qualifiers twice: what it cannot read back nobody who uses it can.
    if (text.includes('%25')) PackageURL.fromString(text)
    return text
  } catch {
    // packageurl-js throws a plain error for every rule that is broken; callers only need to know that there is no purl.
    return undefined
  }
}
