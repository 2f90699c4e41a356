// CISA's catalogue of known exploited vulnerabilities.
// https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities_schema.json

import { z } from 'zod'
import type { KevEntry } from '../../../model/index.ts'
import { isCveId } from '../cve.ts'
import type { FeedRecord } from '../feed.ts'
import type { Tally } from '../part.ts'

const catalogue = z.object({
  dateReleased: z.string(),
  count: z.number().optional(),
  vulnerabilities: z.array(z.unknown()).max(100_000),
})

const day = z.string().regex(/^\d{4}-\d\d-\d\d$/)

const vulnerability = z.object({
  cveID: z.string().refine(isCveId, 'not a CVE id'),
  dateAdded: day,
  dueDate: day.optional().catch(undefined),
  requiredAction: z.string().optional().catch(undefined),
  knownRansomwareCampaignUse: z.string().optional().catch(undefined),
})

/** Reads the catalogue. Throws when it is none, or has fewer entries than it says. */
export function* parseKev(text: string, tally: Tally): Generator<FeedRecord> {
  const { dateReleased, count, vulnerabilities } = catalogue.parse(JSON.parse(text))
  if (count !== undefined && count !== vulnerabilities.length) {
    throw new Error(`the catalogue has ${vulnerabilities.length} entries and announces ${count}`)
  }
  tally.date(dateReleased)
  for (const [index, one] of vulnerabilities.entries()) {
    const read = vulnerability.safeParse(one)
    if (!read.success) {
      tally.refuse(`record ${index + 1}`, read.error.issues[0]?.message ?? 'not an entry')
      continue
    }
    yield { kind: 'signals', cve: read.data.cveID, signals: { kev: entryOf(read.data) } }
  }
}

function entryOf(one: z.infer<typeof vulnerability>): KevEntry {
  return {
    dateAdded: one.dateAdded,
    ...(one.dueDate === undefined ? {} : { dueDate: one.dueDate }),
    ...(one.requiredAction === undefined ? {} : { requiredAction: one.requiredAction }),
    ransomware: one.knownRansomwareCampaignUse?.toLowerCase() === 'known',
  }
}
