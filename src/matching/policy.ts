// What each distribution's advisories can be taken for. Data, not code: a distribution is one line.

/**
 * `comprehensive`: the vendor also says what is affected without a fix, so what it does not mention is not affected, and a
 * language package that it ships is judged by it alone. `fixes`: the vendor lists what it fixed, and silence proves nothing.
 */
export type Comprehensiveness = 'comprehensive' | 'fixes'

// Judged by what the feeds carry, not by what the vendor knows: of Red Hat and SUSE they have the errata, which list fixes.
const comprehensive = new Set(['Debian', 'Ubuntu'])

/** What silence of that distribution means. */
export function comprehensivenessOf(ecosystem: string): Comprehensiveness {
  return comprehensive.has(ecosystem) ? 'comprehensive' : 'fixes'
}

/**
 * How much a feed's word on a distribution's package weighs: the vendor's own feed sees states (not affected, postponed) that
 * conversions lose, and corrects itself sooner. An extended line that the system is subscribed to is the one it is built from.
 */
export function authorityOf(feed: string, channel: string | undefined, byVendor: boolean): number {
  const own = byVendor && feed !== 'osv' && !feed.startsWith('osv/') ? 1 : 0
  return own + (channel !== undefined && extendedLine.test(channel) ? 2 : 0)
}

const extendedLine = /^(?:eus|aus|e4s|tus)\//

/** rpm header or apk entries that are no software: signing keys, apk's groups of build dependencies. */
export function isNoSoftware(type: string, name: string): boolean {
  if (type === 'rpm') return name === 'gpg-pubkey'
  return type === 'apk' && name.startsWith('.')
}
