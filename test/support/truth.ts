// Compares an inventory with what the lab's independent tools say: precision and recall, per ecosystem.
import { normalizeName } from '../../src/model/index.ts'
import type { Inventory } from '../../src/model/index.ts'
import { compareText } from '../../src/platform/index.ts'
import type { Truth, TruthPackage } from './lab.ts'

export interface Comparison {
  readonly type: string
  readonly expected: number
  readonly found: number
  readonly missing: readonly string[]
  readonly surplus: readonly string[]
  readonly precision: number
  readonly recall: number
}

/** purl types by the names that truth files use. */
const truthTypes: ReadonlyMap<string, TruthPackage['type']> = new Map([
  ['deb', 'deb'],
  ['rpm', 'rpm'],
  ['npm', 'npm'],
  ['pypi', 'python'],
  ['gem', 'gem'],
  ['maven', 'java'],
  ['golang', 'go'],
  ['cargo', 'rust'],
  ['nuget', 'nuget'],
])

/** One row per package and place, since truth has one row per place. */
function rowOf(type: string, name: string, version: string, path: string): string {
  const plain = type === 'python' ? normalizeName('PyPI', name) : name
  // `go version` writes go1.19.8 where advisories write 1.19.8.
  const comparable = plain === 'stdlib' ? version.replace(/^go/, '') : version
  const at = path
    .replace(/^\/+/, '')
    .replace(/\/(?:METADATA|PKG-INFO)$|!\/META-INF\/maven\/.*\/pom\.properties$/, '')
  return `${plain} ${comparable} ${at}`
}

function expectedRow(one: TruthPackage): string {
  const version =
    one.type === 'rpm' ? `${one.epoch ? `${one.epoch}:` : ''}${one.version}-${one.release}` : one.version
  return rowOf(one.type, one.name + (one.arch === undefined ? '' : `:${one.arch}`), version, one.path)
}

/** The types of the truth and of the inventory, sorted; `only` leaves out the others. */
export function compareWithTruth(
  inventory: Inventory,
  truth: Truth,
  only?: readonly string[],
): readonly Comparison[] {
  const expected = new Map<string, string[]>()
  for (const one of truth.packages)
    expected.set(one.type, [...(expected.get(one.type) ?? []), expectedRow(one)])
  const found = new Map<string, string[]>()
  for (const one of inventory.packages) {
    const type = truthTypes.get(one.type)
    // Java's truth is pom.properties; what manifests and file names tell is told apart as derived.
    if (type === undefined || (type === 'java' && one.certainty === 'derived')) continue
    const withArch =
      one.name + (one.arch === undefined || (type !== 'deb' && type !== 'rpm') ? '' : `:${one.arch}`)
    const version = type === 'rpm' ? one.version.replace(/^0:/, '') : one.version
    // A module that was built in its own folder has no version to compare.
    if (one.version === '(devel)') continue
    for (const { path } of one.locations) {
      found.set(type, [...(found.get(type) ?? []), rowOf(type, withArch, version, path)])
    }
  }
  return [...new Set([...expected.keys(), ...found.keys()])]
    .filter((type) => only?.includes(type) ?? true)
    .sort(compareText)
    .map((type) => comparison(type, expected.get(type) ?? [], found.get(type) ?? []))
}

function comparison(type: string, expected: readonly string[], found: readonly string[]): Comparison {
  const missing = without(expected, found)
  const surplus = without(found, expected)
  return {
    type,
    expected: expected.length,
    found: found.length,
    missing,
    surplus,
    precision: found.length === 0 ? 1 : (found.length - surplus.length) / found.length,
    recall: expected.length === 0 ? 1 : (expected.length - missing.length) / expected.length,
  }
}

/** The rows of `all` that `others` lacks, counting how often each occurs. */
function without(all: readonly string[], others: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const row of others) counts.set(row, (counts.get(row) ?? 0) + 1)
  return all.filter((row) => {
    const left = counts.get(row) ?? 0
    counts.set(row, left - 1)
    return left <= 0
  })
}
