// Does a range hold a version? OSV's evaluation, with its gaps filled: events come in any order, bounds that end where others
// begin, GitHub's upper bounds outside of the events. https://ossf.github.io/osv-schema/#evaluation

import type { AffectedRange } from '../model/index.ts'
import type { ParsedVersion, VersionScheme } from '../versions/index.ts'
import { isUnparsable } from '../versions/index.ts'

/** A stretch of the version line that is affected. */
export interface Segment {
  /** Absent: from before every version. */
  readonly from?: ParsedVersion
  /** Absent: no end is known. */
  readonly to?: ParsedVersion
  /** The end itself is affected. */
  readonly inclusive: boolean
}

export interface CompiledRange {
  readonly segments: readonly Segment[]
  /** Versions at or above all of these are not looked at; none: all are. */
  readonly limits: readonly ParsedVersion[]
  /** Bounds that are no versions of the scheme. With any, the range proves nothing. */
  readonly unparsable: readonly string[]
}

interface Point {
  readonly kind: 'introduced' | 'fixed' | 'last'
  /** Absent: before every version. */
  readonly version?: ParsedVersion
}

/** Brings the events into order and pairs them. Never throws; what cannot be parsed is named. */
export function compileRange(range: AffectedRange, scheme: VersionScheme): CompiledRange {
  const points: Point[] = []
  const limits: ParsedVersion[] = []
  const unparsable: string[] = []
  let unlimited = false
  const parse = (text: string): ParsedVersion | undefined => {
    const parsed = scheme.parse(text)
    if (!isUnparsable(parsed)) return parsed
    unparsable.push(text)
    return undefined
  }
  const add = (kind: Point['kind'], text: string): void => {
    if (text === '0' && kind !== 'last') {
      points.push({ kind })
      return
    }
    const version = parse(text)
    if (version !== undefined) points.push({ kind, version })
  }
  for (const event of range.events) {
    if ('introduced' in event) add('introduced', event.introduced)
    else if ('fixed' in event) add('fixed', event.fixed)
    else if ('lastAffected' in event) add('last', event.lastAffected)
    else if (event.limit === '*') unlimited = true
    else {
      const limit = parse(event.limit)
      if (limit !== undefined) limits.push(limit)
    }
  }
  // a range that only ends has begun at some time
  if (!points.some(({ kind }) => kind === 'introduced')) points.unshift({ kind: 'introduced' })
  const segments = pair(points, scheme)
  const bound = range.lastKnownAffected === undefined ? undefined : parseBound(range.lastKnownAffected, parse)
  return {
    segments: bound === undefined ? segments : close(segments, bound, scheme),
    limits: unlimited ? [] : limits,
    unparsable,
  }
}

function comparePoints(a: Point, b: Point, scheme: VersionScheme): number {
  if (a.version === undefined || b.version === undefined)
    return Number(a.version !== undefined) - Number(b.version !== undefined)
  return scheme.compare(a.version, b.version)
}

/**
 * Events at one version have no order of their own. While affected, a fix there ends the stretch and an introduction begins the
 * next; while not affected, the introduction comes first, so that `introduced 1, last_affected 1` holds 1 alone and
 * `introduced 0, fixed 0` holds nothing.
 */
function pair(points: readonly Point[], scheme: VersionScheme): Segment[] {
  const sorted = points.toSorted((a, b) => comparePoints(a, b, scheme))
  const segments: Segment[] = []
  let open: { readonly from?: ParsedVersion } | undefined
  for (const { version, kinds } of groupEqual(sorted, scheme)) {
    const ended = kinds.has('fixed') || kinds.has('last')
    if (open !== undefined && ended) {
      if (version !== undefined) segments.push({ ...open, to: version, inclusive: kinds.has('last') })
      open = kinds.has('introduced') ? opening(version) : undefined
    } else if (open === undefined && kinds.has('introduced')) {
      const last = kinds.has('last') && version !== undefined
      if (last) segments.push({ ...opening(version), to: version, inclusive: true })
      open = ended ? undefined : opening(version)
    }
  }
  if (open !== undefined) segments.push({ ...open, inclusive: false })
  return segments
}

interface Group {
  readonly version?: ParsedVersion
  readonly kinds: Set<Point['kind']>
}

function groupEqual(sorted: readonly Point[], scheme: VersionScheme): readonly Group[] {
  const groups: Group[] = []
  let previous: Point | undefined
  for (const point of sorted) {
    const group = groups.at(-1)
    if (group !== undefined && previous !== undefined && comparePoints(previous, point, scheme) === 0)
      group.kinds.add(point.kind)
    else
      groups.push({
        ...(point.version === undefined ? {} : { version: point.version }),
        kinds: new Set([point.kind]),
      })
    previous = point
  }
  return groups
}

const opening = (version: ParsedVersion | undefined): { readonly from?: ParsedVersion } =>
  version === undefined ? {} : { from: version }

interface Bound {
  readonly version: ParsedVersion
  readonly inclusive: boolean
}

/** `<= 2.9.10.3`, `< 5`, `2.9`; undefined when it is none of these. */
function parseBound(text: string, parse: (text: string) => ParsedVersion | undefined): Bound | undefined {
  const [, operator, version] = /^\s*(<=|<|=)?\s*(\S+)\s*$/.exec(text) ?? []
  const parsed = version === undefined ? undefined : parse(version)
  return parsed === undefined ? undefined : { version: parsed, inclusive: operator !== '<' }
}

/** Ends the stretch that has no end at the bound, unless it begins above. */
function close(segments: readonly Segment[], bound: Bound, scheme: VersionScheme): Segment[] {
  return segments.map((segment) => {
    if (segment.to !== undefined) return segment
    if (segment.from !== undefined && scheme.compare(segment.from, bound.version) > 0) return segment
    return { ...segment, to: bound.version, inclusive: bound.inclusive }
  })
}

/** The stretch that holds the version, or undefined. */
export function segmentOf(
  range: CompiledRange,
  version: ParsedVersion,
  scheme: VersionScheme,
): Segment | undefined {
  if (range.limits.length > 0 && !range.limits.some((limit) => scheme.compare(version, limit) < 0))
    return undefined
  return range.segments.find((segment) => holds(segment, version, scheme))
}

function holds({ from, to, inclusive }: Segment, version: ParsedVersion, scheme: VersionScheme): boolean {
  if (from !== undefined && scheme.compare(version, from) < 0) return false
  if (to === undefined) return true
  const order = scheme.compare(version, to)
  return order < 0 || (inclusive && order === 0)
}

/** The newest fix at or before the version: proof that somebody looked and that it is in. */
export function fixBefore(
  range: CompiledRange,
  version: ParsedVersion,
  scheme: VersionScheme,
): ParsedVersion | undefined {
  let best: ParsedVersion | undefined
  for (const { to, inclusive } of range.segments) {
    if (to === undefined || inclusive || scheme.compare(to, version) > 0) continue
    if (best === undefined || scheme.compare(to, best) > 0) best = to
  }
  return best
}
