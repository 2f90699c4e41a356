// Go modules whose tags are no Go versions (istio's `1.13.2`) are all `v0.0.0-date-commit` to Go, which sorts below every fix.
// https://go.dev/ref/mod#pseudo-versions

import type { AdvisoryReader } from '../advisories/index.ts'
import type { Verdict } from './judge.ts'
import type { Subject } from './subject.ts'

const month = 30 * 24 * 60 * 60 * 1000

/**
 * True when the version is such a date, the fix is a release (`1.13.2`), and the commit is not older than a month before the
 * advisory was published: the commit may well hold the fix, and its number does not say.
 */
export function misplacedPseudoVersion(
  subject: Subject,
  { entry, fix }: Verdict,
  reader: AdvisoryReader,
): boolean {
  if (subject.ecosystem.scheme !== 'go') return false
  const stamp = /^v?0\.0\.0-(\d{4})(\d{2})(\d{2})\d{6}-[0-9a-f]{12}$/.exec(subject.version)
  if (stamp === null || fix === undefined || !/^v?[1-9]\d*\.\d+\.\d+(?!.*\d{14})/.test(fix.text)) return false
  const published = Date.parse(reader.advisory(entry.feed, entry.advisory)?.published ?? '')
  const committed = Date.parse(`${stamp[1]}-${stamp[2]}-${stamp[3]}`)
  return Number.isFinite(published) && Number.isFinite(committed) && committed >= published - month
}
