// Paid and extended update channels: what an advisory calls fixed can depend on the subscription.

// https://documentation.ubuntu.com/pro-client/en/latest/references/what_are_the_possible_status_values/
const ubuntuServices =
  /^(?:esm-infra|esm-apps|fips|fips-updates|fips-preview|realtime-kernel|ros|ros-updates)$/

/** The channel of `etc/apt/sources.list.d/ubuntu-esm-infra.list` or `.sources`, when the file has an active line. */
export function aptChannel(path: string, text: string): string | undefined {
  const channel = /\/ubuntu-(?<channel>[a-z-]+)\.(?:list|sources)$/.exec(path)?.groups?.['channel']
  if (channel === undefined || !ubuntuServices.test(channel)) return undefined
  if (/^Enabled:[ \t]*no[ \t\r]*$/im.test(text)) return undefined
  return /^[ \t]*(?:deb\s|Types:.*\bdeb\b)/m.test(text) ? channel : undefined
}

/** The enabled services of `var/lib/ubuntu-advantage/status.json`; undefined when it is no such file. */
export function proChannels(text: string): readonly string[] | undefined {
  let status: unknown
  try {
    status = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof status !== 'object' || status === null || !('services' in status)) return undefined
  if (!Array.isArray(status.services)) return undefined
  return status.services.flatMap((service: unknown) => {
    if (typeof service !== 'object' || service === null) return []
    const { name, status } = service as { readonly name?: unknown; readonly status?: unknown }
    return typeof name === 'string' && status === 'enabled' && ubuntuServices.test(name) ? [name] : []
  })
}

/**
 * The extended channels among the enabled repositories of `etc/yum.repos.d/redhat.repo`, whose ids look like
 * `rhel-9-for-x86_64-baseos-eus-rpms`.
 */
export function yumChannels(text: string): readonly string[] {
  const channels = new Set<string>()
  for (const section of text.split(/^[ \t]*\[/m)) {
    const id = section.slice(0, Math.max(0, section.indexOf(']')))
    const channel = /-(?<channel>eus|e4s|aus|tus|els)-rpms$/.exec(id)?.groups?.['channel']
    if (channel !== undefined && /^[ \t]*enabled[ \t]*=[ \t]*(?:1|true|yes)[ \t\r]*$/im.test(section))
      channels.add(channel)
  }
  return [...channels].sort()
}
