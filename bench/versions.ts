// Version schemes: the pairs of the tables in src/versions/testdata, parsed and compared over and over. The baseline is what the
// same pairs take as plain texts (`<` and the making of one object each); npm's and Python's versions also against the libraries
// that others use.

import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { compare as comparePep440 } from '@renovatebot/pep440'
import { compareLoose } from 'semver'
import { isUnparsable, schemeNamed, schemeNames } from '../src/versions/index.ts'
import type { ParsedVersion, VersionScheme } from '../src/versions/index.ts'
import { print, ratio } from './support/print.ts'

type Pair = readonly [string, string]

const testdata = resolve(import.meta.dirname, '../src/versions/testdata')
const rounds = 7
const millisecondsARound = 40

const libraries: ReadonlyMap<string, readonly [name: string, compare: (a: string, b: string) => number]> =
  new Map([
    ['semver', ['node-semver', compareLoose]],
    ['pep440', ['@renovatebot/pep440', comparePep440]],
  ])

/** Prints the table. */
// oxlint-disable-next-line typescript/require-await -- every benchmark is awaited
export async function run(): Promise<void> {
  const rows: (string | number)[][] = []
  for (const name of schemeNames()) {
    const scheme = schemeNamed(name)
    if (scheme === undefined) continue
    const pairs = pairsOf(name, scheme)
    const parsed = pairs.map(
      (pair) => pair.map((text) => scheme.parse(text)) as unknown as [ParsedVersion, ParsedVersion],
    )
    const library = libraries.get(name)
    const tasks = [
      () => pairs.reduce((sum, [a, b]) => sum + compareTexts({ text: a }, { text: b }), 0),
      () => pairs.reduce((sum, [a, b]) => sum + compareParsed(scheme, a, b), 0),
      () => parsed.reduce((sum, [a, b]) => sum + scheme.compare(a, b), 0),
      ...(library === undefined ? [] : [() => pairs.reduce((sum, [a, b]) => sum + library[1](a, b), 0)]),
    ]
    const [texts = 0, both = 0, compared = 0, other] = nanosecondsOf(tasks, pairs.length)
    rows.push([
      name,
      pairs.length,
      Math.round(texts),
      Math.round(both),
      ratio(both, texts),
      Math.round(compared),
      ratio(compared, texts),
      library === undefined || other === undefined ? '' : `${library[0]} ${Math.round(other)}`,
      library === undefined || other === undefined ? '' : ratio(both, other),
    ])
  }
  print({
    title: 'nanoseconds a pair',
    columns: [
      'scheme',
      'pairs',
      'as texts',
      'parse + compare',
      'ratio',
      'compare',
      'ratio',
      'library',
      'ratio to it',
    ],
    rows,
  })
}

function pairsOf(name: string, scheme: VersionScheme): readonly Pair[] {
  return readdirSync(testdata)
    .filter((file) => file.startsWith(`${name}.`))
    .flatMap((file) => readFileSync(resolve(testdata, file), 'utf8').split('\n'))
    .map((line) => line.split(' '))
    .filter(([first, , third]) => first !== '#' && third !== undefined)
    .map(([a = '', , b = '']): Pair => [a, b])
    .filter((pair) => pair.every((text) => !isUnparsable(scheme.parse(text))))
    .filter(
      ([a, b]) => name !== 'semver' || [a, b].every((text) => /^\d{1,9}\.\d{1,9}\.\d{1,9}(?:-|$)/.test(text)),
    )
}

function compareTexts(a: ParsedVersion, b: ParsedVersion): number {
  return a.text < b.text ? -1 : a.text > b.text ? 1 : 0
}

function compareParsed(scheme: VersionScheme, a: string, b: string): number {
  const [one, other] = [scheme.parse(a), scheme.parse(b)]
  return isUnparsable(one) || isUnparsable(other) ? 0 : scheme.compare(one, other)
}

/** The best of several rounds for each task, in turn, so that what else the machine does falls on all of them. */
function nanosecondsOf(tasks: readonly (() => number)[], pairs: number): readonly number[] {
  const best = tasks.map(() => Number.POSITIVE_INFINITY)
  let kept = 0
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, task] of tasks.entries()) {
      const start = process.hrtime.bigint()
      let runs = 0
      let elapsed = 0
      while (elapsed < millisecondsARound * 1e6) {
        kept += task()
        runs += 1
        elapsed = Number(process.hrtime.bigint() - start)
      }
      best[index] = Math.min(best[index] ?? elapsed, elapsed / runs / pairs)
    }
  }
  // The sum is used, so that no work is left out.
  if (Number.isNaN(kept)) throw new Error('a comparison gave no number')
  return best
}
