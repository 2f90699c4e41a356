// One advisory's entry against one installed version.

import type { AffectedEntry } from '../advisories/index.ts'
import type { AffectedRange, AffectedStatus } from '../model/index.ts'
import type { ParsedVersion, VersionScheme } from '../versions/index.ts'
import { isUnparsable, schemeNamed } from '../versions/index.ts'
import type { Reason } from './match.ts'
import type { ReleaseKey } from './releases.ts'
import type { CompiledRange, Segment } from './range.ts'
import { compileRange, fixBefore, segmentOf } from './range.ts'
import type { Subject } from './subject.ts'

/** What one entry says of the installed version. */
export interface Verdict {
  readonly entry: AffectedEntry
  readonly key: ReleaseKey
  readonly answer: 'affected' | 'not-affected' | 'unknown'
  readonly code: string
  readonly message: string
  readonly scheme: VersionScheme
  readonly installed: ParsedVersion
  // Always present, so that all verdicts have one shape: this is the hottest object of matching.
  readonly range: AffectedRange | undefined
  /** The stretch that holds the version. */
  readonly segment: Segment | undefined
  readonly listedVersion: string | undefined
  /** Affected: the fix that ends the stretch. Not affected: the fix that is in. */
  readonly fix: ParsedVersion | undefined
}

/** Parsed and paired once for each entry that a reader hands out; the reader's own cache decides how long it lives. */
interface CompiledEntry {
  readonly ranges: readonly {
    readonly range: AffectedRange
    readonly compiled: CompiledRange
    readonly scheme: VersionScheme
  }[]
  readonly listed: ReadonlySet<string>
  /** The first bound that is no version. */
  readonly unparsable: string | undefined
  equals?: readonly ParsedVersion[]
}

const noVersions: ReadonlySet<string> = new Set()

const compiledEntries = new WeakMap<AffectedEntry, CompiledEntry>()

function compiledOf(entry: AffectedEntry, scheme: VersionScheme): CompiledEntry {
  const known = compiledEntries.get(entry)
  if (known !== undefined) return known
  const ranges = entry.ranges.map((range) => {
    const used = schemeFor(range, scheme)
    return { range, compiled: compileRange(range, used), scheme: used }
  })
  const made: CompiledEntry = {
    ranges,
    listed: entry.versions.length === 0 ? noVersions : new Set(entry.versions),
    unparsable: ranges.find(({ compiled }) => compiled.unparsable.length > 0)?.compiled.unparsable[0],
  }
  compiledEntries.set(entry, made)
  return made
}

/** `SEMVER` ranges compare as SemVer wherever the ecosystem's own order is not a dialect of it already. */
function schemeFor(range: AffectedRange, scheme: VersionScheme): VersionScheme {
  if (range.type !== 'SEMVER' || scheme.name === 'semver' || scheme.name === 'go') return scheme
  return schemeNamed('semver') ?? scheme
}

/** What the vendor says instead of a range. */
const statusWords: Partial<Record<AffectedStatus, Reason>> = {
  unfixed: { code: 'VENDOR_UNFIXED', message: 'affected, the vendor has no fix yet' },
  'wont-fix': { code: 'VENDOR_WONT_FIX', message: 'affected, the vendor will not fix it' },
  deferred: { code: 'VENDOR_DEFERRED', message: 'affected, the vendor fixes it later' },
  'end-of-life': {
    code: 'VENDOR_END_OF_LIFE',
    message: 'affected, the vendor no longer maintains the package',
  },
}

/** The entry's word on the installed version. Never throws. */
export function judge(
  subject: Subject,
  installed: ParsedVersion,
  scheme: VersionScheme,
  entry: AffectedEntry,
  key: ReleaseKey,
): Verdict {
  const verdict = (
    answer: Verdict['answer'],
    { code, message }: Reason,
    { range, segment, fix }: ByRanges = nothing,
    listedVersion?: string,
  ): Verdict => ({ entry, key, answer, code, message, scheme, installed, range, segment, listedVersion, fix })
  const { status } = entry
  if (status === 'not-affected') return verdict('not-affected', notAffected)
  if (status === 'investigating') return verdict('unknown', investigating)
  const word = statusWords[status]
  const compiled = compiledOf(entry, scheme)
  if (compiled.ranges.length === 0 && compiled.listed.size === 0)
    return word === undefined ? verdict('unknown', withoutRange) : verdict('affected', word)
  const { version } = subject
  const found = byRanges(subject, installed, compiled)
  if (found.segment !== undefined) {
    const listed = compiled.listed.has(version)
    return verdict(
      'affected',
      word ??
        (listed
          ? listedReason(version)
          : { code: 'AFFECTED_RANGE', message: `${version} is in an affected range` }),
      found,
      listed ? version : undefined,
    )
  }
  if (isListed(subject, installed, scheme, compiled))
    return verdict('affected', word ?? listedReason(version), nothing, version)
  if (compiled.unparsable !== undefined)
    return verdict('unknown', {
      code: 'ADVISORY_VERSION_UNPARSABLE',
      message: `the advisory's version ${compiled.unparsable} cannot be compared`,
    })
  if (found.fix !== undefined)
    return verdict(
      'not-affected',
      { code: 'FIXED', message: `${version} has the fix of ${found.fix.text}` },
      found,
    )
  return verdict(
    'not-affected',
    { code: 'OUTSIDE_RANGE', message: `${version} is in no affected range` },
    found,
  )
}

const notAffected: Reason = {
  code: 'VENDOR_NOT_AFFECTED',
  message: 'the vendor says that it is not affected',
}
const investigating: Reason = {
  code: 'VENDOR_INVESTIGATING',
  message: 'the vendor has not decided yet whether it is affected',
}
const withoutRange: Reason = {
  code: 'ADVISORY_WITHOUT_RANGE',
  message: 'the advisory names no versions that can be compared',
}
const listedReason = (version: string): Reason => ({
  code: 'AFFECTED_LISTED',
  message: `${version} is listed as affected`,
})

const nothing: ByRanges = { range: undefined, segment: undefined, fix: undefined }

interface ByRanges {
  readonly range: AffectedRange | undefined
  readonly segment: Segment | undefined
  readonly fix: ParsedVersion | undefined
}

function byRanges(subject: Subject, installed: ParsedVersion, { ranges }: CompiledEntry): ByRanges {
  let looked: AffectedRange | undefined
  let fix: ParsedVersion | undefined
  for (const { range, compiled, scheme } of ranges) {
    // a range with a bound that cannot be read has no end that could be believed
    if (compiled.unparsable.length > 0) continue
    const version = scheme.name === subject.ecosystem.scheme ? installed : scheme.parse(subject.version)
    if (isUnparsable(version)) continue
    const segment = segmentOf(compiled, version, scheme)
    if (segment !== undefined) return { range, segment, fix: segment.inclusive ? undefined : segment.to }
    const before = fixBefore(compiled, version, scheme)
    if (before !== undefined && (fix === undefined || scheme.compare(before, fix) > 0)) {
      fix = before
      looked = range
    } else looked ??= range
  }
  return { range: looked, segment: undefined, fix }
}

/** Lists hold exact texts; where a version has several spellings (`1.0`, `1.0.0`), one that is equal counts as well. */
function isListed(
  subject: Subject,
  installed: ParsedVersion,
  scheme: VersionScheme,
  compiled: CompiledEntry,
): boolean {
  if (compiled.listed.size === 0) return false
  if (compiled.listed.has(subject.version)) return true
  if (subject.ecosystem.matchBy !== 'language') return false
  compiled.equals ??= [...compiled.listed]
    .flatMap((text) => {
      const parsed = scheme.parse(text)
      return isUnparsable(parsed) ? [] : [parsed]
    })
    .sort((a, b) => scheme.compare(a, b))
  return containsSorted(compiled.equals, installed, scheme)
}

function containsSorted(
  sorted: readonly ParsedVersion[],
  wanted: ParsedVersion,
  scheme: VersionScheme,
): boolean {
  let low = 0
  let high = sorted.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const candidate = sorted[middle]
    if (candidate === undefined) return false
    const order = scheme.compare(candidate, wanted)
    if (order === 0) return true
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return false
}

/** True when the verdict's entry would hold `version` as well. */
export function stillHolds({ entry, scheme }: Verdict, version: ParsedVersion): boolean {
  const { ranges } = compiledOf(entry, scheme)
  // one stretch ends where its own fix is
  if (
    ranges.length === 1 &&
    ranges[0]?.compiled.segments.length === 1 &&
    ranges[0].compiled.segments[0]?.to === version
  )
    return false
  return ranges.some((one) => {
    const parsed = one.scheme === scheme ? version : one.scheme.parse(version.text)
    return !isUnparsable(parsed) && segmentOf(one.compiled, parsed, one.scheme) !== undefined
  })
}
