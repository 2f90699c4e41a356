// CVSS vectors as feeds write them.

import type { AdvisorySeverity } from '../../model/index.ts'

/** The vector with its version; undefined when it is no vector (some sources write a bare score). */
export function cvssOf(text: string): AdvisorySeverity | undefined {
  const vector = text.trim()
  const version = /^CVSS:(3\.0|3\.1|4\.0)\/AV:/.exec(vector)?.[1]
  if (version === '3.0' || version === '3.1' || version === '4.0') return { version, vector }
  if (/^\(?AV:[LAN]\/AC:[HML]\/Au:[MSN]\//.test(vector)) {
    return { version: '2.0', vector: vector.replaceAll(/[()]/g, '') }
  }
  return undefined
}
