import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AffectedRange, RangeEvent } from '../model/index.ts'
import type { ParsedVersion, VersionScheme } from '../versions/index.ts'
import { isUnparsable, schemeNamed } from '../versions/index.ts'
import { compileRange, fixBefore, segmentOf } from './range.ts'

const semver = schemeNamed('semver')!

function parse(text: string, scheme: VersionScheme = semver): ParsedVersion {
  const parsed = scheme.parse(text)
  if (isUnparsable(parsed)) throw new Error(`${text}: ${parsed.reason}`)
  return parsed
}

const range = (events: readonly RangeEvent[], lastKnownAffected?: string): AffectedRange => ({
  type: 'SEMVER',
  events,
  ...(lastKnownAffected === undefined ? {} : { lastKnownAffected }),
})

const holds = (events: readonly RangeEvent[], version: string, bound?: string): boolean =>
  segmentOf(compileRange(range(events, bound), semver), parse(version), semver) !== undefined

const two: readonly RangeEvent[] = [
  { fixed: '2.3.0' },
  { introduced: '1.0.0' },
  { fixed: '1.4.0' },
  { introduced: '2.0.0' },
]

describe('a range holds', () => {
  const cases: readonly [string, readonly RangeEvent[], readonly string[], readonly string[]][] = [
    ['everything from 0', [{ introduced: '0' }], ['0.0.0-a', '0.0.1', '99.0.0'], []],
    [
      'up to but without the fix',
      [{ introduced: '0' }, { fixed: '1.2.0' }],
      ['1.1.9', '1.2.0-rc.1'],
      ['1.2.0', '1.3.0'],
    ],
    [
      'the last affected version itself',
      [{ introduced: '1.0.0' }, { lastAffected: '1.2.0' }],
      ['1.0.0', '1.2.0'],
      ['0.9.0', '1.2.1'],
    ],
    [
      'several stretches in any order',
      two,
      ['1.0.0', '1.3.9', '2.0.0', '2.2.9'],
      ['0.9.9', '1.4.0', '1.9.9', '2.3.0', '3.0.0'],
    ],
    ['one version', [{ introduced: '1.0.0' }, { lastAffected: '1.0.0' }], ['1.0.0'], ['0.9.0', '1.0.1']],
    [
      'nothing when it ends where it begins',
      [{ introduced: '1.0.0' }, { fixed: '1.0.0' }],
      [],
      ['0.9.0', '1.0.0', '2.0.0'],
    ],
    ['nothing when fixed in 0', [{ introduced: '0' }, { fixed: '0' }], [], ['0.0.1', '1.0.0']],
    [
      'the version where one stretch ends and the next begins',
      [{ introduced: '0' }, { fixed: '2.0.0' }, { introduced: '2.0.0' }, { fixed: '3.0.0' }],
      ['1.0.0', '2.0.0', '2.5.0'],
      ['3.0.0'],
    ],
    ['from the beginning when only an end is given', [{ fixed: '1.0.0' }], ['0.1.0'], ['1.0.0']],
    ['nothing at or above a limit', [{ introduced: '0' }, { limit: '2.0.0' }], ['1.9.9'], ['2.0.0', '2.1.0']],
    [
      'what is below any of several limits',
      [{ introduced: '0' }, { limit: '2.0.0' }, { limit: '3.0.0' }],
      ['2.5.0'],
      ['3.0.0'],
    ],
    ['everything below the limit *', [{ introduced: '1.0.0' }, { limit: '*' }], ['9.0.0'], ['0.9.0']],
    [
      'an end that stands twice once',
      [{ introduced: '0' }, { fixed: '1.0.0' }, { fixed: '1.2.0' }],
      ['0.9.0'],
      ['1.0.0', '1.1.0', '1.2.0'],
    ],
  ]
  test.each(cases)('%s', (_, events, inside, outside) => {
    expect(inside.filter((version) => !holds(events, version))).toEqual([])
    expect(outside.filter((version) => holds(events, version))).toEqual([])
  })

  test.each([
    ['<= 2.9.10', '2.9.10', true],
    ['<= 2.9.10', '2.9.11', false],
    ['< 2.9.10', '2.9.10', false],
    ['2.9.10', '2.9.10', true],
    ['> 2.9.10', '99.0.0', true],
  ])(
    'an open stretch ends at the last known affected version: %s holds %s: %s',
    (bound, version, expected) => {
      expect(holds([{ introduced: '0' }], version, bound)).toBe(expected)
    },
  )

  test('a last known affected version leaves stretches alone that have an end or begin later', () => {
    expect(holds([{ introduced: '0' }, { fixed: '3.0.0' }], '2.0.0', '<= 1.0.0')).toBe(true)
    expect(holds([{ introduced: '2.0.0' }], '2.5.0', '<= 1.0.0')).toBe(true)
  })
})

test('a bound that is no version is named and proves nothing', () => {
  const compiled = compileRange(range([{ introduced: '0' }, { fixed: 'not-a-version' }]), semver)
  expect(compiled.unparsable).toEqual(['not-a-version'])
})

test('the fix that is in is the newest at or before the version', () => {
  const compiled = compileRange(range(two), semver)
  const before = (version: string): string | undefined => fixBefore(compiled, parse(version), semver)?.text
  expect([before('0.9.0'), before('1.4.0'), before('1.9.0'), before('9.0.0')]).toEqual([
    undefined,
    '1.4.0',
    '1.4.0',
    '2.3.0',
  ])
})

/** The specification's own algorithm, for events without ties. https://ossf.github.io/osv-schema/#evaluation */
function bySpecification(events: readonly RangeEvent[], version: string): boolean {
  const at = (event: RangeEvent): string => Object.values(event)[0] as string
  const compare = (a: string, b: string): number =>
    a === '0' || b === '0' ? Number(a !== '0') - Number(b !== '0') : semver.compare(parse(a), parse(b))
  const limits = events.filter((event) => 'limit' in event)
  if (limits.length > 0 && !limits.some((event) => compare(version, at(event)) < 0)) return false
  let vulnerable = false
  for (const event of events.filter((one) => !('limit' in one)).toSorted((a, b) => compare(at(a), at(b)))) {
    if ('introduced' in event && compare(version, at(event)) >= 0) vulnerable = true
    else if ('fixed' in event && compare(version, at(event)) >= 0) vulnerable = false
    else if ('lastAffected' in event && compare(version, at(event)) > 0) vulnerable = false
  }
  return vulnerable
}

test('agrees with the algorithm of the specification, in any order of events', () => {
  const number = fc.integer({ min: 1, max: 30 }).map((minor) => `1.${minor}.0`)
  const kinds = fc.constantFrom('introduced', 'fixed', 'lastAffected', 'limit')
  const events = fc
    .uniqueArray(number, { minLength: 1, maxLength: 8 })
    .chain((versions) =>
      fc.tuple(
        ...versions.map((version) => kinds.map((kind) => ({ [kind]: version }) as unknown as RangeEvent)),
      ),
    )
    .map((some) => [{ introduced: '0' }, ...some])
  const shuffled = events.chain((some) => fc.shuffledSubarray(some, { minLength: some.length }))
  fc.assert(
    fc.property(shuffled, number, (some, version) => {
      expect(holds(some, version)).toBe(bySpecification(some, version))
    }),
    { numRuns: 1000 },
  )
})
