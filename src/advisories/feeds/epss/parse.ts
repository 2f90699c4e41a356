// EPSS's daily CSV: a comment line with model and date, a header, one line per CVE.
// https://www.first.org/epss/data_stats

import { isCveId } from '../cve.ts'
import type { FeedRecord } from '../feed.ts'
import type { Tally } from '../part.ts'
import { isoInstant } from '../part.ts'

/** Reads the CSV's text, in pieces of any size. Throws when it is no EPSS file or ends inside a line. */
export async function* parseEpss(pieces: AsyncIterable<string>, tally: Tally): AsyncGenerator<FeedRecord> {
  let rest = ''
  let number = 0
  let date: string | undefined
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > 10_000) throw new Error('a line is longer than any of this file can be')
    for (const line of lines) {
      number += 1
      if (number === 1) {
        date = dateOf(line)
        tally.date(date)
      } else if (number === 2) checkHeader(line)
      else if (date !== undefined && line.trim() !== '') {
        const record = recordOf(line.trim(), date)
        if (record === undefined) tally.refuse(`line ${number}`, 'not a CVE, a score and a percentile')
        else yield record
      }
    }
  }
  if (number < 2) throw new Error('the file ends before its first score')
  if (rest !== '') throw new Error('the file ends inside a line')
}

/** The instants come as `…T00:00:00+0000` and as `…T12:00:22Z`. */
function dateOf(line: string): string {
  const date = isoInstant(/score_date:([^,\s]+)/.exec(line)?.[1])
  if (!line.startsWith('#') || date === undefined) throw new Error('the first line does not name the day')
  return date.slice(0, 10)
}

function checkHeader(line: string): void {
  if (line.trim() !== 'cve,epss,percentile') throw new Error('the columns are not cve, epss and percentile')
}

function recordOf(line: string, date: string): FeedRecord | undefined {
  const [cve = '', first = '', second = '', ...more] = line.split(',')
  const score = fraction(first)
  const percentile = fraction(second)
  if (!isCveId(cve) || score === undefined || percentile === undefined || more.length > 0) return undefined
  return { kind: 'signals', cve, signals: { epss: { score, percentile, date } } }
}

function fraction(text: string): number | undefined {
  const value = Number(text)
  return text !== '' && value >= 0 && value <= 1 ? value : undefined
}
