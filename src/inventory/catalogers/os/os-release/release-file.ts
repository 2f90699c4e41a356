// The one-line release files of systems older than os-release, and of images that lost theirs.

/** What a release file tells. */
export interface ReleaseText {
  readonly id: string
  readonly name: string
  readonly versionId?: string
  readonly codename?: string
}

/** Names in the order of their precedence: the specific ones before those that several systems share. */
const names: readonly { readonly pattern: RegExp; readonly id: string; readonly name: string }[] = [
  { pattern: /^Amazon Linux/i, id: 'amzn', name: 'Amazon Linux' },
  { pattern: /^CentOS/i, id: 'centos', name: 'CentOS Linux' },
  { pattern: /^Red Hat Enterprise Linux/i, id: 'rhel', name: 'Red Hat Enterprise Linux' },
  { pattern: /^Oracle Linux|^Enterprise Linux Enterprise Linux/i, id: 'ol', name: 'Oracle Linux Server' },
  { pattern: /^Fedora/i, id: 'fedora', name: 'Fedora Linux' },
  { pattern: /^AlmaLinux/i, id: 'almalinux', name: 'AlmaLinux' },
  { pattern: /^Rocky Linux/i, id: 'rocky', name: 'Rocky Linux' },
  { pattern: /^Scientific Linux/i, id: 'scientific', name: 'Scientific Linux' },
  { pattern: /^SUSE Linux Enterprise Desktop/i, id: 'sled', name: 'SLED' },
  { pattern: /^SUSE Linux Enterprise/i, id: 'sles', name: 'SLES' },
  { pattern: /^openSUSE/i, id: 'opensuse', name: 'openSUSE' },
  { pattern: /^VMware Photon/i, id: 'photon', name: 'VMware Photon OS' },
  { pattern: /^CBL-Mariner/i, id: 'mariner', name: 'CBL-Mariner' },
]

/** Reads `text` of the release file `fileName` (`alpine-release`, `system-release`); undefined when it says nothing we know. */
export function parseReleaseFile(fileName: string, text: string): ReleaseText | undefined {
  const first = text.trim().split(/\r?\n/)[0]?.trim() ?? ''
  if (first === '') return undefined
  if (fileName === 'alpine-release') {
    const versionId = /^\d+(?:\.\d+)*\S*/.exec(first)?.[0]
    return { id: 'alpine', name: 'Alpine Linux', ...(versionId === undefined ? {} : { versionId }) }
  }
  if (fileName === 'debian_version') return debian(first)
  const known = names.find(({ pattern }) => pattern.test(first))
  if (known === undefined) return undefined
  const versionId = versionOf(first, text)
  return { id: known.id, name: known.name, ...(versionId === undefined ? {} : { versionId }) }
}

// `12.4`, or `trixie/sid` before the release.
function debian(line: string): ReleaseText | undefined {
  const major = /^(?<major>\d+)(?:\.|$)/.exec(line)?.groups?.['major']
  const base = { id: 'debian', name: 'Debian GNU/Linux' }
  if (major !== undefined) return { ...base, versionId: major }
  const codename = /^(?<codename>[a-z]+)\/sid$/.exec(line)?.groups?.['codename']
  return codename === undefined ? undefined : { ...base, codename }
}

function versionOf(line: string, text: string): string | undefined {
  const version = /(?:\brelease\s+|\s)(?<version>\d+(?:\.\d+)*)/i.exec(line)?.groups?.['version']
  // SuSE-release gives the service pack on a line of its own.
  const patch = /^PATCHLEVEL\s*=\s*(?<level>\d+)/m.exec(text)?.groups?.['level']
  return version !== undefined && patch !== undefined && patch !== '0' ? `${version}.${patch}` : version
}
