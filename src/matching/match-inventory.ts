// All packages of an artifact: what only the whole inventory tells (owners, strangers among the packages) and then each by itself.

import type { AdvisoryReader } from '../advisories/index.ts'
import type { Inventory, Package } from '../model/index.ts'
import { isKernel } from './kernel.ts'
import type { Match, Reason } from './match.ts'
import type { MatchOptions, Surroundings } from './package.ts'
import { matchPackage } from './package.ts'
import { comprehensivenessOf } from './policy.ts'
import type { ReleaseTarget } from './releases.ts'
import { releasesOf } from './releases.ts'
import { isOsPackage } from './subject.ts'

/**
 * Judges every package of an inventory. Pure: the same inventory and the same generation give the same answers, in the order of
 * the packages and then of the vulnerabilities.
 */
export function matchInventory(
  inventory: Inventory,
  reader: AdvisoryReader,
  options: MatchOptions = {},
): readonly Match[] {
  const { distribution, packages } = inventory
  const strangers = findStrangers(packages)
  const surroundings = surroundingsOf(inventory)
  const target = distribution === undefined ? undefined : releasesOf(distribution)
  const owners = ownersIn(packages)
  const running = runningKernels(packages)
  return packages.flatMap((item) => {
    const foreign = strangers.get(item)
    const here = foreign === undefined ? surroundings : { ...surroundings, foreign }
    const own = matchPackage(item, reader, here, options)
    const shadow = item.notes?.find((note) => note.startsWith('shadowed by '))
    if (shadow !== undefined) return own.flatMap((match) => shadowed(match, shadow, options))
    if (running.size > 0 && isKernel(item) && !running.has(item.version)) return own.map(notRunning)
    if (item.ownedBy === undefined || isOsPackage(item) || own.length === 0) return own
    return throughOwner(own, item.ownedBy, owners.get(item.ownedBy), target, reader, surroundings, options)
  })
}

/** What an inventory tells about all of its packages. */
export function surroundingsOf({ artifact, distribution }: Inventory): Surroundings {
  return { kind: artifact.kind, ...(distribution === undefined ? {} : { distribution }) }
}

/** The versions of the kernels that run, where the inventory knows. */
function runningKernels(packages: readonly Package[]): ReadonlySet<string> {
  return new Set(
    packages.filter(({ notes }) => notes?.includes('kernel-running')).map(({ version }) => version),
  )
}

/** An installed kernel that does not run is one reboot away: still affected, and said so. */
const notRunning = (match: Match): Match =>
  match.answer === 'affected'
    ? {
        ...match,
        reason: { code: 'KERNEL_NOT_RUNNING', message: `${match.reason.message}; another kernel is running` },
      }
    : match

/** A copy that another one in front of it keeps from being loaded (Lambda's layers) has none of its flaws there. */
function shadowed(match: Match, note: string, { include }: MatchOptions): readonly Match[] {
  if (match.answer !== 'affected') return [match]
  if (include !== 'all') return []
  const message = `it is ${note}, which is loaded in its place`
  return [{ ...match, answer: 'not-affected', reason: { code: 'SHADOWED', message } }]
}

function ownersIn(packages: readonly Package[]): ReadonlyMap<string, Package> {
  const wanted = new Set(packages.flatMap(({ ownedBy }) => ownedBy ?? []))
  return new Map(packages.filter(({ purl }) => wanted.has(purl)).map((item) => [item.purl, item]))
}

/**
 * A language package whose files the distribution ships carries the distribution's patches: its version proves little. Where the
 * distribution names what it has not fixed as well, its word is all. Where it lists fixes only, its word counts for what it
 * mentions, and about the rest upstream's is kept with less confidence.
 */
function throughOwner(
  matches: readonly Match[],
  ownerPurl: string,
  owner: Package | undefined,
  target: ReleaseTarget | undefined,
  reader: AdvisoryReader,
  surroundings: Surroundings,
  options: MatchOptions,
): readonly Match[] {
  const covered =
    target?.releases.some(({ release }) => reader.covers(target.ecosystem.name, release)) === true
  if (target === undefined || !covered) return matches.map(asUpstream)
  const shown = (match: Match): boolean => options.include === 'all' || match.answer !== 'not-affected'
  if (comprehensivenessOf(target.ecosystem.name) === 'comprehensive')
    return matches.map((match) => judgedByOwner(match, ownerPurl, target.ecosystem.name)).filter(shown)
  const spoken = owner === undefined ? [] : matchPackage(owner, reader, surroundings, { include: 'all' })
  const ids = new Set(spoken.flatMap(({ vulnerabilityId }) => vulnerabilityId ?? []))
  return matches
    .map((match) =>
      match.vulnerabilityId !== undefined && ids.has(match.vulnerabilityId)
        ? judgedByOwner(match, ownerPurl, target.ecosystem.name)
        : asUpstream(match),
    )
    .filter(shown)
}

const asUpstream = (match: Match): Match => {
  if (match.answer !== 'affected') return match
  return {
    ...match,
    confidence: 'upstream',
    reason: {
      code: 'VENDOR_SILENT',
      message: `${match.reason.message}; the distribution that ships it says nothing about it`,
    },
  }
}

function judgedByOwner(match: Match, owner: string, ecosystem: string): Match {
  const { fixedVersion: _, ...rest } = match
  const reason: Reason = {
    code: 'OWNED_BY_OS_PACKAGE',
    message: `its files belong to ${owner}, which is judged by the advisories of ${ecosystem}`,
  }
  return { ...rest, answer: 'not-affected', reason, fix: 'no' }
}

/**
 * An Alpine release has one version of each origin. Where one is installed in two major versions (libssl1.1 beside libssl3), the
 * older was brought from the repository of another release, and this one's advisories are not about it.
 */
function findStrangers(packages: readonly Package[]): ReadonlyMap<Package, Reason> {
  const newest = new Map<string, number>()
  const apk = packages.filter(({ type }) => type === 'apk')
  for (const item of apk) {
    const { name, major } = originOf(item)
    newest.set(name, Math.max(major, newest.get(name) ?? 0))
  }
  const strangers = new Map<Package, Reason>()
  for (const item of apk) {
    const { name, major } = originOf(item)
    const best = newest.get(name) ?? 0
    if (major >= best) continue
    strangers.set(item, {
      code: 'FOREIGN_RELEASE',
      message: `${item.name} ${item.version} was brought from another release: ${name} is here in version ${best} as well: not assessed`,
    })
  }
  return strangers
}

function originOf(item: Package): { readonly name: string; readonly major: number } {
  const { name, version } = item.source ?? item
  return { name, major: Number(/^\d+/.exec(version)?.[0] ?? 0) }
}
