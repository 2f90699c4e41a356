// How a package was judged about one vulnerability, step by step, for those who ask why.

import type { AdvisoryReader } from '../advisories/index.ts'
import type { Package } from '../model/index.ts'
import { evidenceOf } from './decide.ts'
import { entriesOf, examine, installedVersion } from './examine.ts'
import type { Evidence, Reason } from './match.ts'
import type { Surroundings } from './package.ts'
import { subjectOf } from './package.ts'

/** One advisory's part in it. */
export interface TracedAdvisory {
  readonly evidence: Evidence
  /** `passed-over`: it is about another build of the package (architecture, module stream, repository line). */
  readonly answer: 'affected' | 'not-affected' | 'unknown' | 'passed-over'
  readonly reason: Reason
}

export interface Trace {
  readonly ecosystem: string
  /** Where advisories were looked up, and under which name. */
  readonly keys: readonly { readonly release: string; readonly covered: boolean; readonly paid: boolean }[]
  readonly name: string
  /** The version that counts: the source package's for dpkg and apk. */
  readonly version: string
  readonly scheme: string
  /** How many advisories there are about the package, whatever the vulnerability. */
  readonly advisories: number
  /** Those about the vulnerability. */
  readonly about: readonly TracedAdvisory[]
}

/** The look-ups and comparisons behind an answer; a reason instead when the package has nowhere to be looked up. */
export function tracePackage(
  item: Package,
  vulnerabilityId: string,
  reader: AdvisoryReader,
  surroundings: Surroundings,
): Trace | Reason {
  const subject = subjectOf(item, surroundings)
  if ('code' in subject) return subject
  const { ecosystem, name, version } = subject
  const entries = entriesOf(subject, reader)
  const trace = {
    ecosystem: ecosystem.name,
    keys: subject.releases.map(({ release, paid }) => ({
      release,
      covered: reader.covers(ecosystem.name, release),
      paid,
    })),
    name,
    version,
    scheme: ecosystem.scheme,
    advisories: entries.length,
  }
  const installed = installedVersion(subject)
  if ('code' in installed) return { ...trace, about: [] }
  const concerned = entries.filter(({ entry }) => entry.vulnerabilityIds.includes(vulnerabilityId))
  const { verdicts, passedOver } = examine(
    subject,
    concerned,
    installed,
    reader,
    surroundings.kind === 'sbom',
  )
  return {
    ...trace,
    about: [
      ...verdicts.map((verdict) => ({
        evidence: evidenceOf(subject, verdict),
        answer: verdict.answer,
        reason: { code: verdict.code, message: verdict.message },
      })),
      ...passedOver.map(({ entry, key, reason }) => ({
        evidence: evidenceOf(subject, {
          ...installed,
          entry,
          key,
          answer: 'not-affected',
          code: reason.code,
          message: reason.message,
          range: undefined,
          segment: undefined,
          listedVersion: undefined,
          fix: undefined,
        }),
        answer: 'passed-over' as const,
        reason,
      })),
    ],
  }
}
