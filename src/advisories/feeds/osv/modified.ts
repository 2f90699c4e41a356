// `modified_id.csv`: every record of an export with its time, newest first.
// https://google.github.io/osv.dev/data/#downloading-recent-changes

import { malformed } from '../part.ts'

export interface ModifiedList {
  /** As written, so that it compares as text with what the list says later. */
  readonly newest: string
  readonly count: number
  /** Ids modified after `since`; all without it. */
  readonly changed: readonly string[]
}

/** Reads the list. Throws `FEED_MALFORMED` when a line is none. */
export function readModifiedList(text: string, since: string | undefined, place: string): ModifiedList {
  const from = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since)
  const changed: string[] = []
  let newest = ''
  let latest = Number.NEGATIVE_INFINITY
  let count = 0
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const comma = line.indexOf(',')
    const time = line.slice(0, Math.max(comma, 0))
    const id = line.slice(comma + 1).trim()
    const at = Date.parse(time)
    if (comma < 0 || Number.isNaN(at) || id === '') {
      throw malformed(place, `line ${count + 1} of the list of modified records is no time and id`)
    }
    count += 1
    if (at > latest) [latest, newest] = [at, time]
    // Instants have microseconds, of which a Date keeps the milliseconds: of the same one, later text is later.
    if (at > from || (at === from && since !== undefined && time > since)) changed.push(id)
  }
  if (count === 0) throw malformed(place, 'the list of modified records is empty')
  return { newest, count, changed }
}
