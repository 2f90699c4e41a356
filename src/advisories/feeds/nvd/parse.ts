// Pages of NVD's CVE API 2.0. https://nvd.nist.gov/developers/vulnerabilities

import { z } from 'zod'
import type { CvssRating, CvssVersion, Signals } from '../../../model/index.ts'
import { isCveId } from '../cve.ts'
import type { FeedRecord } from '../feed.ts'
import type { Tally } from '../part.ts'
import { isoInstant } from '../part.ts'

const pageSchema = z.object({
  startIndex: z.number().int().nonnegative(),
  totalResults: z.number().int().nonnegative(),
  timestamp: z.string().optional(),
  vulnerabilities: z.array(z.unknown()).max(10_000),
})

const metric = z
  .array(
    z.object({ source: z.string(), cvssData: z.object({ vectorString: z.string(), baseScore: z.number() }) }),
  )
  .optional()
  .catch(undefined)

const texts = z.array(z.object({ lang: z.string(), value: z.string() }))

const vulnerability = z.object({
  cve: z.object({
    id: z.string().refine(isCveId, 'not a CVE id'),
    published: z.string().optional(),
    lastModified: z.string().optional(),
    vulnStatus: z.string().optional(),
    cveTags: z
      .array(z.object({ tags: z.array(z.string()) }))
      .optional()
      .catch(undefined),
    descriptions: texts.optional().catch(undefined),
    metrics: z
      .object({ cvssMetricV40: metric, cvssMetricV31: metric, cvssMetricV30: metric, cvssMetricV2: metric })
      .optional()
      .catch(undefined),
    weaknesses: z
      .array(z.object({ description: texts }))
      .optional()
      .catch(undefined),
  }),
})

type Cve = z.infer<typeof vulnerability>['cve']

export interface NvdPage {
  readonly startIndex: number
  readonly totalResults: number
  readonly vulnerabilities: readonly unknown[]
}

/** Reads a page's frame. Throws when it is none. */
export function parseNvdPage(text: string): NvdPage {
  const { startIndex, totalResults, vulnerabilities } = pageSchema.parse(JSON.parse(text))
  return { startIndex, totalResults, vulnerabilities }
}

/** The page's records; a bad one goes to the tally. */
export function* recordsOfNvdPage(page: NvdPage, tally: Tally): Generator<FeedRecord> {
  for (const [index, one] of page.vulnerabilities.entries()) {
    const read = vulnerability.safeParse(one)
    if (!read.success) {
      const [issue] = read.error.issues
      tally.refuse(`record ${page.startIndex + index + 1}`, `${issue?.path.join('.')}: ${issue?.message}`)
      continue
    }
    tally.date(read.data.cve.lastModified)
    yield { kind: 'signals', cve: read.data.cve.id, signals: { nvd: nvdOf(read.data.cve) } }
  }
}

function nvdOf(cve: Cve): NonNullable<Signals['nvd']> {
  const description = cve.descriptions?.find(({ lang }) => lang === 'en')?.value
  const published = isoInstant(cve.published)
  const modified = isoInstant(cve.lastModified)
  const cwes = (cve.weaknesses ?? []).flatMap(({ description: words }) => words.map(({ value }) => value))
  return {
    ...(description === undefined ? {} : { description }),
    cvss: ratingsOf(cve),
    // `NVD-CWE-noinfo` and its like are no weaknesses.
    cwes: [...new Set(cwes.filter((id) => /^CWE-\d+$/.test(id)))],
    ...(published === undefined ? {} : { published }),
    ...(modified === undefined ? {} : { modified }),
    ...(cve.vulnStatus === undefined ? {} : { status: cve.vulnStatus }),
    ...(cve.cveTags?.some(({ tags }) => tags.includes('disputed')) === true ? { disputed: true } : {}),
  }
}

function ratingsOf({ metrics }: Cve): readonly CvssRating[] {
  const of = (version: CvssVersion, list: z.infer<typeof metric>): readonly CvssRating[] =>
    (list ?? []).map(({ source, cvssData }) => ({
      version,
      vector: cvssData.vectorString,
      score: cvssData.baseScore,
      source: raterOf(source),
    }))
  return [
    ...of('4.0', metrics?.cvssMetricV40),
    ...of('3.1', metrics?.cvssMetricV31),
    ...of('3.0', metrics?.cvssMetricV30),
    ...of('2.0', metrics?.cvssMetricV2),
  ]
}

/** NVD passes on the ratings of others: the CVE's numbering authority, and CISA's enrichment. */
function raterOf(source: string): string {
  if (source === 'nvd@nist.gov') return 'NVD'
  return source === '134c704f-9b21-4f2e-91b3-4a467353bcc0' ? 'CISA-ADP' : 'CNA'
}
