// `--new-since`: an earlier JSON report, and what was not in it.

import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Assessment, Finding } from '../../assessment/index.ts'
import { exitCodes, LongwatchError, messageOf } from '../../platform/index.ts'
import type { ReportBaseline } from '../report/report.ts'

const baselineSchema = z.object({
  schemaVersion: z.literal(1),
  scannedAt: z.string(),
  findings: z.array(
    z.object({ id: z.string(), packages: z.array(z.object({ type: z.string(), name: z.string() })) }),
  ),
})

export interface NewFindings {
  readonly assessment: Assessment
  readonly baseline: ReportBaseline
}

/** The findings that the report in `file` has not: other vulnerabilities, or the same in a package that did not have it. */
export async function newSince(file: string, assessment: Assessment): Promise<NewFindings> {
  const { findings, scannedAt } = await readBaseline(file)
  const known = new Map(findings.map(({ id, packages }) => [id, new Set(packages.map(nameOf))]))
  const isKnown = ({ id, packages }: Finding): boolean => {
    const names = known.get(id)
    return names !== undefined && packages.every((one) => names.has(nameOf(one)))
  }
  const fresh = assessment.findings.filter((finding) => !isKnown(finding))
  return {
    assessment: { ...assessment, findings: fresh },
    baseline: { file, scannedAt, known: assessment.findings.length - fresh.length },
  }
}

const nameOf = ({ name, type }: { readonly type: string; readonly name: string }): string => `${type}/${name}`

async function readBaseline(file: string): Promise<z.infer<typeof baselineSchema>> {
  try {
    return baselineSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    const why = error instanceof z.ZodError ? 'it is no report of longwatch scan -o json' : messageOf(error)
    throw new LongwatchError('BASELINE_UNREADABLE', `the baseline ${file} cannot be read: ${why}`, {
      place: file,
      remedy: 'Make one with longwatch scan TARGET -o json=FILE.',
      exitCode: exitCodes.usage,
      cause: error,
    })
  }
}
