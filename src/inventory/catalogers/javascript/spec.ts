// npm's package specifiers. https://docs.npmjs.com/cli/v10/using-npm/package-spec

/** Splits `name@range`, with or without a scope; undefined when there is no range. */
export function splitSpec(spec: string): { readonly name: string; readonly range: string } | undefined {
  const at = spec.indexOf('@', 1)
  return at < 1 ? undefined : { name: spec.slice(0, at), range: spec.slice(at + 1) }
}

/** The package that an alias `npm:name@range` stands for; undefined when the text is no alias. */
export function aliasTarget(range: string): { readonly name: string; readonly range: string } | undefined {
  return range.startsWith('npm:') ? splitSpec(range.slice(4)) : undefined
}

/** True for a version of a registry, in contrast to a path, an address or a tag. */
export function isRegistryVersion(version: string): boolean {
  return /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/.test(version)
}
