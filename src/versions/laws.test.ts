// What must hold for every scheme in the registry, whatever its versions look like.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compare as comparePep440 } from '@renovatebot/pep440'
import * as fc from 'fast-check'
import { parse as parseNodeSemver } from 'semver'
import { describe, expect, test } from 'vitest'
import { schemeNamed, schemeNames } from './registry.ts'
import { isUnparsable } from './scheme.ts'
import type { ParsedVersion, VersionScheme } from './scheme.ts'

/** Pieces that mean something in one scheme or another. */
const pieces = (
  '0 1 2 10 01 00 007 20240101 2147483648 99999999999999999999 . .. - -- _ + ~ ^ : ! / a b c d m p r x z A Z alpha beta rc RC ' +
  'pre post dev final ga sp SNAPSHOT snapshot release cr patch stable git svn v go el9 ubuntu deb -r -r1 .dev .a .0 -0 -1 é ß 中'
).split(' ')

function tableVersions(name: string): readonly string[] {
  const lines = readFileSync(join(import.meta.dirname, 'testdata', `${name}.txt`), 'utf8').split('\n')
  return lines
    .filter((line) => line !== '' && !line.startsWith('#') && !line.endsWith(' ?'))
    .flatMap((line) => line.split(/ [<=>] /))
}

/** Versions of the table as they are and with up to four pieces put in, exchanged or taken away. */
function versionsOf(scheme: VersionScheme): fc.Arbitrary<ParsedVersion> {
  const changes = fc.array(
    fc.tuple(fc.nat(40), fc.nat(2), fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 2 }))),
    { maxLength: 4 },
  )
  return fc.tuple(fc.constantFrom(...tableVersions(scheme.name)), changes).map(([start, list]) => {
    let version = parsed(scheme, start)
    for (const [place, cut, piece] of list) {
      const { text } = version
      const at = Math.min(place, text.length)
      const next = scheme.parse(text.slice(0, at) + piece + text.slice(at + cut))
      if (!isUnparsable(next)) version = next
    }
    return version
  })
}

function parsed(scheme: VersionScheme, text: string): ParsedVersion {
  const version = scheme.parse(text)
  if (isUnparsable(version)) throw new Error(`${scheme.name} refuses ${text}: ${version.reason}`)
  return version
}

describe.each(schemeNames())('%s', (name) => {
  const scheme = schemeNamed(name)!
  const versions = versionsOf(scheme)
  const signOf = (a: ParsedVersion, b: ParsedVersion): number => Math.sign(scheme.compare(a, b))

  test('a version equals itself, and what was parsed parses again to the same', () => {
    fc.assert(
      fc.property(versions, (version) => {
        expect(scheme.compare(version, version)).toBe(0)
        expect(scheme.parse(version.text)).toEqual(version)
        expect(signOf(version, parsed(scheme, ` ${version.text}\n`))).toBe(0)
      }),
    )
  })

  test('the order is the same read backwards', () => {
    fc.assert(
      fc.property(versions, versions, (a, b) => signOf(a, b) + signOf(b, a) === 0),
      { numRuns: 2000 },
    )
  })

  test('the order is transitive, and equal versions stand at one place', () => {
    fc.assert(
      fc.property(versions, versions, versions, (...three) => {
        const [a, b, c] = three.toSorted(signOf) as [ParsedVersion, ParsedVersion, ParsedVersion]
        expect([signOf(a, b) <= 0, signOf(b, c) <= 0]).toEqual([true, true])
        expect(signOf(a, c)).toBe(Math.max(-1, signOf(a, b) + signOf(b, c)))
      }),
      { numRuns: 3000 },
    )
  })

  test('no text makes it throw, and what it refuses has a reason', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((list) => list.join('')),
    )
    fc.assert(
      fc.property(anything, (text) => {
        const result = scheme.parse(text)
        expect(isUnparsable(result) ? result.reason : result.text).not.toBe('')
      }),
      { numRuns: 2000 },
    )
  })

  test('long texts are refused, and those just short enough are read without trouble', () => {
    for (const piece of [
      '1',
      '0',
      '1.',
      '.',
      '-',
      'a',
      'a1',
      '1a',
      '-1',
      '1-',
      '~',
      'rc',
      '1.0-',
      '_p',
      '+a',
    ]) {
      const long = piece.repeat(1025).slice(0, 1025)
      expect(isUnparsable(scheme.parse(long)), long.slice(0, 9)).toBe(true)
      for (const text of [
        long.slice(1),
        `1${long.slice(2)}`,
        `1.0.0${long.slice(10)}é`,
        `1.0-${long.slice(10)}!`,
      ]) {
        const result = scheme.parse(text)
        if (!isUnparsable(result)) expect(scheme.compare(result, result)).toBe(0)
      }
    }
  })
})

describe('other implementations', () => {
  const semver = schemeNamed('semver')!
  const pep440 = schemeNamed('pep440')!

  test('semver agrees with node-semver, loose', () => {
    fc.assert(
      fc.property(versionsOf(semver), versionsOf(semver), (a, b) => {
        const [one, other] = [
          parseNodeSemver(a.text, { loose: true }),
          parseNodeSemver(b.text, { loose: true }),
        ]
        // It refuses numbers above 2^53, and minor and patch must be there.
        fc.pre(one !== null && other !== null && !/\d{16}/.test(a.text + b.text))
        expect(Math.sign(semver.compare(a, b))).toBe(one.compare(other))
      }),
      { numRuns: 3000 },
    )
  })

  test('semver reads what node-semver reads', () => {
    const texts = fc
      .array(fc.constantFrom(...pieces), { maxLength: 8 })
      .map((list) => `1.2.3${list.join('')}`)
    fc.assert(
      fc.property(texts, (text) => {
        // Loose node-semver also reads `1.2.34.a`, as 1.2.3-4.a.
        fc.pre(!/^1\.2\.3\d+\./.test(text) && !/\d{16}/.test(text))
        expect(isUnparsable(semver.parse(text)), text).toBe(parseNodeSemver(text, { loose: true }) === null)
      }),
      { numRuns: 3000 },
    )
  })

  test('pep440 agrees with @renovatebot/pep440', () => {
    fc.assert(
      fc.property(versionsOf(pep440), versionsOf(pep440), (a, b) => {
        fc.pre(!/\d{16}/.test(a.text + b.text))
        expect(Math.sign(pep440.compare(a, b)), `${a.text} ${b.text}`).toBe(
          Math.sign(comparePep440(a.text.trim(), b.text.trim())),
        )
      }),
      { numRuns: 3000 },
    )
  })
})
