// The releases that a system's packages come from. https://wiki.alpinelinux.org/wiki/Repositories

/** The release part of each active repository of `etc/apk/repositories`: `v3.18`, `edge`. Sorted, each once. */
export function releasesIn(text: string): readonly string[] {
  const releases = new Set<string>()
  for (const line of text.split('\n')) {
    // `@edge https://…/alpine/edge/main`: a tagged repository; `#`: one that is switched off.
    const url = /^\s*(?:@\S+\s+)?(?<url>[^#\s]\S*)/.exec(line)?.groups?.['url']
    const release =
      url === undefined
        ? undefined
        : /\/(?<release>v\d+\.\d+|edge|latest-stable)\//.exec(url)?.groups?.['release']
    if (release !== undefined) releases.add(release)
  }
  return [...releases].sort()
}
