// The stable identity of a finding within its artifact. The packages are not part of it: a finding that gains or loses one is
// still the same finding. Whoever keeps findings of many artifacts adds the artifact's own identity (its repository or resource,
// not its digest).

import { hash } from 'node:crypto'
import type { Finding } from './finding.ts'

/** 32 hex digits of the SHA-256 of type and vulnerability. */
export function findingId(type: Finding['type'], vulnerabilityId: string): string {
  return hash('sha256', `${type}\n${vulnerabilityId}`).slice(0, 32)
}
