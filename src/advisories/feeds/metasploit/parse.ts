// Metasploit's module index, `modules_metadata_base.json`. https://github.com/rapid7/metasploit-framework

import { z } from 'zod'
import type { ExploitReference } from '../../../model/index.ts'
import { isCveId } from '../cve.ts'
import type { FeedRecord } from '../feed.ts'
import type { Tally } from '../part.ts'
import { groupedSignals } from '../signals.ts'

const index = z.record(z.string(), z.unknown())

const module = z.object({
  name: z.string().optional().catch(undefined),
  fullname: z.string().min(1).max(500),
  disclosure_date: z.string().nullish().catch(undefined),
  references: z.array(z.string()).nullish(),
  mod_time: z.string().nullish().catch(undefined),
  path: z.string().nullish().catch(undefined),
})

/** Reads the index; one record per CVE that has a module. Throws when it is no such index. */
export function* parseMetasploit(text: string, tally: Tally): Generator<FeedRecord> {
  const byCve = new Map<string, ExploitReference[]>()
  for (const [key, value] of Object.entries(index.parse(JSON.parse(text)))) {
    const read = module.safeParse(value)
    if (!read.success) {
      tally.refuse(`record ${key}`, read.error.issues[0]?.message ?? 'not a module')
      continue
    }
    tally.date(read.data.mod_time?.replace(/ ([+-]\d{4})$/, '$1'))
    const exploit = exploitOf(read.data)
    for (const cve of new Set((read.data.references ?? []).filter(isCveId))) {
      const known = byCve.get(cve)
      if (known === undefined) byCve.set(cve, [exploit])
      else known.push(exploit)
    }
  }
  yield* groupedSignals(byCve, (metasploit) => ({ metasploit }))
}

function exploitOf(one: z.infer<typeof module>): ExploitReference {
  const published = /^\d{4}-\d\d-\d\d/.exec(one.disclosure_date ?? '')?.[0]
  const path = one.path ?? ''
  return {
    id: one.fullname,
    ...(one.name === undefined || one.name === '' ? {} : { title: one.name }),
    ...(path.startsWith('/modules/')
      ? { url: `https://github.com/rapid7/metasploit-framework/blob/master${path}` }
      : {}),
    ...(published === undefined ? {} : { published }),
  }
}
