// The releases that a system's packages come from. https://wiki.alpinelinux.org/wiki/Repositories

export interface Repository {
  readonly url: string
  /** The word after `@` by which packages ask for it. */
  readonly tag?: string
}

/** The active repositories of `etc/apk/repositories`; lines that begin with `#` are switched off. */
export function parseRepositories(text: string): readonly Repository[] {
  return text.split('\n').flatMap((line) => {
    const found = /^(?:@(?<tag>\S+)[ \t]+)?(?<url>[^#@\s]\S*)/.exec(line.trim())?.groups
    if (found?.['url'] === undefined) return []
    return [{ url: found['url'], ...(found['tag'] === undefined ? {} : { tag: found['tag'] }) }]
  })
}

/** The release part of a repository's address: `v3.18`, `edge`. */
export function releaseOf({ url }: Repository): string | undefined {
  return /\/(?<release>v\d+\.\d+|edge)\//.exec(url)?.groups?.['release']
}

/** The packages of `etc/apk/world` that ask for a tagged repository, `nginx@edge`, with the tag. */
export function parseWorld(text: string): readonly (readonly [name: string, tag: string])[] {
  return text.split(/\s+/).flatMap((word) => {
    const found = /^(?<name>[^@=<>~!\s]+)(?:[=<>~][^@]*)?@(?<tag>[^@]+)$/.exec(word)?.groups
    return found?.['name'] === undefined || found['tag'] === undefined
      ? []
      : [[found['name'], found['tag']] as const]
  })
}
