// What the catalogers of OS packages share: how purls name the distribution, and where files are after the merge of /usr.

import type { Distribution } from '../../../model/index.ts'

/** The `distro` qualifier, `debian-12`; undefined when the artifact does not say what it is. */
export function distroQualifier(distribution: Distribution | undefined): string | undefined {
  if (distribution === undefined) return undefined
  const release = distribution.versionId ?? distribution.codename
  return release === undefined ? distribution.id : `${distribution.id}-${release}`
}

/** The `upstream` qualifier: the source package where it differs from the binary one, with its version where that differs. */
export function upstreamQualifier(
  name: string,
  version: string,
  source: { readonly name: string; readonly version: string },
): string | undefined {
  if (source.version !== version) return `${source.name}@${source.version}`
  return source.name === name ? undefined : source.name
}

/**
 * A path of a package database and where the file is on a system whose `/bin`, `/lib` and `/sbin` are links into `/usr`: databases keep
 * the old names. https://www.freedesktop.org/wiki/Software/systemd/TheCaseForTheUsrMerge/
 */
export function aliasesOf(path: string): readonly string[] {
  return /^(?:s?bin|lib(?:32|64|x32)?)\//.test(path) ? [path, `usr/${path}`] : [path]
}
