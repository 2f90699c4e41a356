// What all feeds share about one part: counting, refusing single records, judging the whole, and failures as values.

import { rm } from 'node:fs/promises'
import { ZodError } from 'zod'
import type { Diagnostic } from '../../model/index.ts'
import { LongwatchError, messageOf } from '../../platform/index.ts'
import type { FeedContext, FeedRecord, FeedUpdate } from './feed.ts'

/** Diagnostics kept of one part; refusals beyond are counted only. */
const keptDiagnostics = 1000

export interface Tally {
  /** One record was bad: it alone is left out. `place` names it. */
  refuse(place: string, message: string): void
  /** A date of the data, ISO 8601; the newest counts. Anything else is ignored. */
  date(text: string | undefined): void
}

export interface PartNews {
  readonly part: string
  readonly mode: 'full' | 'delta'
  readonly cursor: Readonly<Record<string, string>>
  /** The file or URL the records come from, for diagnostics. */
  readonly path: string
  /** Temporary files that go when the part is done. */
  readonly files: readonly string[]
  /** A part without any record is what it claims to be: a new repository without fixes. */
  readonly mayBeEmpty?: boolean
  read(tally: Tally): AsyncIterable<FeedRecord> | Iterable<FeedRecord>
}

/**
 * The update that `read` makes. A part without any record, or where most records are refused, throws `FEED_MALFORMED`: it is
 * not what it claims to be. Whatever else `read` throws becomes a LongwatchError, too.
 */
export function changedPart(context: FeedContext, news: PartNews): FeedUpdate {
  const { part, mode, cursor, path } = news
  const diagnostics: Diagnostic[] = []
  let records = 0
  let refused = 0
  let dataDate = ''
  const tally: Tally = {
    refuse(place, message) {
      refused += 1
      if (diagnostics.length >= keptDiagnostics) return
      diagnostics.push({
        level: 'error',
        code: 'FEED_RECORD_INVALID',
        message: message.slice(0, 500),
        path,
        place: place.slice(0, 200),
      })
    },
    date(text) {
      const instant = isoInstant(text)
      if (instant !== undefined && instant > dataDate) dataDate = instant
    },
  }

  async function* counted(): AsyncGenerator<FeedRecord> {
    try {
      for await (const record of news.read(tally)) {
        records += 1
        if (records % 256 === 0) context.signal.throwIfAborted()
        yield record
      }
    } catch (error) {
      context.signal.throwIfAborted()
      throw asMalformed(error, path)
    }
    if (mode === 'full' && records === 0 && news.mayBeEmpty !== true)
      throw malformed(path, `${part} has no record that can be read`)
    if (refused > records && refused > 10) {
      throw malformed(path, `${refused} of ${records + refused} records of ${part} cannot be read`)
    }
  }

  return {
    outcome: 'changed',
    part,
    mode,
    records: counted(),
    finish() {
      const previous = mode === 'delta' ? context.previous(part) : undefined
      const older = previous?.dataDate ?? ''
      return {
        state: {
          part,
          checkedAt: context.clock.now().toISOString(),
          dataDate: dataDate > older ? dataDate : older,
          records,
          refused,
          cursor,
        },
        diagnostics,
      }
    },
    async dispose() {
      for (const file of news.files) await rm(file, { force: true, recursive: true })
    },
  }
}

/** `unchanged`, as of now. */
export function unchangedPart(context: FeedContext, part: string): FeedUpdate {
  return { outcome: 'unchanged', part, checkedAt: context.clock.now().toISOString() }
}

/** The failure as a value; rethrows the signal's reason. */
export function failedPart(context: FeedContext, part: string, error: unknown): FeedUpdate {
  context.signal.throwIfAborted()
  const known = error instanceof LongwatchError ? error : undefined
  return {
    outcome: 'failed',
    part,
    diagnostic: {
      level: 'error',
      code: known?.code ?? 'FEED_FAILED',
      message: messageOf(error),
      ...(known?.remedy === undefined ? {} : { remedy: known.remedy }),
      ...(known?.place === undefined ? {} : { path: known.place }),
    },
  }
}

/** The part is not where it should be. */
export function missingPart(context: FeedContext, url: string): LongwatchError {
  return new LongwatchError('FEED_MISSING', 'upstream or the mirror does not have it', {
    place: context.client.locate(url),
    remedy: 'Check the address that `--feeds` names.',
  })
}

/** The whole is not what it should be. */
export function malformed(path: string, message: string, cause?: unknown): LongwatchError {
  return new LongwatchError('FEED_MALFORMED', message, {
    place: path,
    remedy: 'The last good data stays in use; if it lasts, report it.',
    cause,
  })
}

/** LongwatchErrors as they are, anything else as `FEED_MALFORMED`. */
export function asMalformed(error: unknown, path: string): LongwatchError {
  if (error instanceof LongwatchError) return error
  const issue = error instanceof ZodError ? error.issues[0] : undefined
  const message = issue === undefined ? messageOf(error) : `${issue.path.join('.')}: ${issue.message}`
  return malformed(path, message.slice(0, 500), error)
}

/** Dates and times of any ISO form as `YYYY-MM-DDTHH:MM:SSZ`; undefined when it is none. Without a zone it is UTC. */
export function isoInstant(text: string | undefined): string | undefined {
  const match =
    text === undefined
      ? null
      : /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*(Z|UTC|[+-]\d\d:?\d\d)?)?$/.exec(
          text.trim(),
        )
  if (match === null) return undefined
  const [, day, time = '00:00:00', zone = 'Z'] = match
  const clock = time.length === 5 ? `${time}:00` : time
  const offset = zone === 'UTC' ? 'Z' : zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')
  const instant = Date.parse(`${day}T${clock}${offset}`)
  return Number.isNaN(instant) ? undefined : `${new Date(instant).toISOString().slice(0, 19)}Z`
}
