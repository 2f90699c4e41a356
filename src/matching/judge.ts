// One advisory's entry against one installed version.

import type { AffectedEntry } from '../advisories/index.ts'
import type { AffectedRange, AffectedStatus } from '../model/index.ts'
import type { ParsedVersion, VersionScheme } from '../versions/index.ts'
import { isUnparsable, schemeNamed } from '../versions/index.ts'
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
  readonly range?: AffectedRange
  /** The stretch that holds the version. */
  readonly segment?: Segment
  readonly listedVersion?: string
  /** Affected: the fix that ends the stretch. Not affected: the fix that is in. */
  readonly fix?: ParsedVersion
}

/** Parsed and paired once for each entry that a reader hands out; the reader's own cache decides how long it lives. */
interface CompiledEntry {
  readonly ranges: readonly {
    readonly range: AffectedRange
    readonly compiled: CompiledRange
    readonly scheme: VersionScheme
  }[]
  readonly listed: ReadonlySet<string>
  equals?: readonly ParsedVersion[]
}

const compiledEntries = new WeakMap<AffectedEntry, CompiledEntry>()

function compiledOf(entry: AffectedEntry, scheme: VersionScheme): CompiledEntry {
  const known = compiledEntries.get(entry)
  if (known !== undefined) return known
  const made: CompiledEntry = {
    ranges: entry.ranges.map((range) => {
      const used = schemeFor(range, scheme)
      return { range, compiled: compileRange(range, used), scheme: used }
    }),
    listed: new Set(entry.versions),
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
const statusWords: Partial<Record<AffectedStatus, { readonly code: string; readonly message: string }>> = {
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
  const base = { entry, key, scheme, installed }
  const { status } = entry
  if (status === 'not-affected')
    return {
      ...base,
      answer: 'not-affected',
      code: 'VENDOR_NOT_AFFECTED',
      message: 'the vendor says that it is not affected',
    }
  if (status === 'investigating')
    return {
      ...base,
      answer: 'unknown',
      code: 'VENDOR_INVESTIGATING',
      message: 'the vendor has not decided yet whether it is affected',
    }
  const word = statusWords[status]
  const compiled = compiledOf(entry, scheme)
  if (compiled.ranges.length === 0 && compiled.listed.size === 0) {
    if (word !== undefined) return { ...base, answer: 'affected', ...word }
    return {
      ...base,
      answer: 'unknown',
      code: 'ADVISORY_WITHOUT_RANGE',
      message: 'the advisory names no versions that can be compared',
    }
  }
  const found = byRanges(subject, installed, compiled)
  if (isListed(subject, installed, scheme, compiled))
    return {
      ...base,
      ...(found.segment === undefined ? {} : found),
      answer: 'affected',
      code: word?.code ?? 'AFFECTED_LISTED',
      message: word?.message ?? `${subject.version} is listed as affected`,
      listedVersion: subject.version,
    }
  if (found.segment !== undefined)
    return {
      ...base,
      ...found,
      answer: 'affected',
      code: word?.code ?? 'AFFECTED_RANGE',
      message: word?.message ?? `${subject.version} is in an affected range`,
    }
  const unparsable = compiled.ranges.flatMap(({ compiled: { unparsable: texts } }) => texts)
  if (unparsable.length > 0)
    return {
      ...base,
      answer: 'unknown',
      code: 'ADVISORY_VERSION_UNPARSABLE',
      message: `the advisory's version ${unparsable[0] ?? ''} cannot be compared`,
    }
  if (found.fix !== undefined)
    return {
      ...base,
      ...found,
      answer: 'not-affected',
      code: 'FIXED',
      message: `${subject.version} has the fix of ${found.fix.text}`,
    }
  return {
    ...base,
    ...found,
    answer: 'not-affected',
    code: 'OUTSIDE_RANGE',
    message: `${subject.version} is in no affected range`,
  }
}

interface ByRanges {
  readonly range?: AffectedRange
  readonly segment?: Segment
  readonly fix?: ParsedVersion
}

function byRanges(subject: Subject, installed: ParsedVersion, { ranges }: CompiledEntry): ByRanges {
  let fixed: ByRanges = {}
  for (const { range, compiled, scheme } of ranges) {
    const version = scheme.name === subject.ecosystem.scheme ? installed : scheme.parse(subject.version)
    if (isUnparsable(version)) continue
    const segment = segmentOf(compiled, version, scheme)
    if (segment !== undefined) {
      const fix = segment.inclusive ? undefined : segment.to
      return { range, segment, ...(fix === undefined ? {} : { fix }) }
    }
    const before = fixBefore(compiled, version, scheme)
    if (before !== undefined && (fixed.fix === undefined || scheme.compare(before, fixed.fix) > 0))
      fixed = { range, fix: before }
    else fixed = { range, ...fixed }
  }
  return fixed
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
  const compiled = compiledOf(entry, scheme)
  return compiled.ranges.some((one) => {
    const parsed = one.scheme === scheme ? version : one.scheme.parse(version.text)
    return !isUnparsable(parsed) && segmentOf(one.compiled, parsed, one.scheme) !== undefined
  })
}
