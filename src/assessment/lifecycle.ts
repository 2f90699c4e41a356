// Operating systems and runtimes that nobody mends any more. Dates come from endoflife.date through the advisory generation.

import type { AdvisoryReader, ProductCycle } from '../advisories/index.ts'
import type { Distribution, Inventory, Package, Severity } from '../model/index.ts'
import { compareText } from '../platform/index.ts'
import type { Finding, FindingPackage } from './finding.ts'
import { findingId } from './identity.ts'

/** Products of endoflife.date by os-release `ID`. */
const systems: ReadonlyMap<string, string> = new Map([
  ['debian', 'debian'],
  ['ubuntu', 'ubuntu'],
  ['alpine', 'alpine-linux'],
  ['amzn', 'amazon-linux'],
  ['almalinux', 'almalinux'],
  ['rocky', 'rocky-linux'],
  ['rhel', 'rhel'],
  ['centos', 'centos'],
  ['fedora', 'fedora'],
  ['ol', 'oracle-linux'],
  ['sles', 'sles'],
  ['sl-micro', 'suse-linux-micro'],
  ['opensuse-leap', 'opensuse'],
])

/** Products by purl type and name, of runtimes that no distribution looks after. */
const runtimes: ReadonlyMap<string, string> = new Map([
  ['generic/node', 'nodejs'],
  ['generic/nodejs', 'nodejs'],
  ['generic/python', 'python'],
  ['generic/cpython', 'python'],
  ['generic/ruby', 'ruby'],
  ['generic/php', 'php'],
  ['generic/perl', 'perl'],
  ['generic/go', 'go'],
  ['generic/openjdk', 'openjdk-builds-from-oracle'],
  ['generic/temurin', 'eclipse-temurin'],
  ['generic/corretto', 'amazon-corretto'],
  ['generic/zulu', 'azul-zulu'],
  ['generic/dotnet', 'dotnet'],
  ['golang/stdlib', 'go'],
  ['nuget/Microsoft.NETCore.App', 'dotnet'],
  ['nuget/Microsoft.AspNetCore.App', 'dotnet'],
])

/** One finding for each product and cycle of the inventory whose last day was before `today` (`2026-08-22`). */
export function lifecycleFindings(
  inventory: Inventory,
  reader: AdvisoryReader,
  today: string,
): readonly Finding[] {
  const { distribution, packages } = inventory
  const ended = new Map<string, { readonly end: End; readonly packages: FindingPackage[] }>()
  const note = (end: End | undefined, item: FindingPackage): void => {
    if (end === undefined) return
    const key = `${end.product} ${end.cycle}`
    const group = ended.get(key)
    if (group === undefined) ended.set(key, { end, packages: [item] })
    else group.packages.push(item)
  }
  if (distribution !== undefined) note(systemEnd(distribution, reader, today), systemPackage(distribution))
  for (const item of packages) {
    const product = runtimes.get(`${item.type}/${item.name}`)
    if (product === undefined || item.ownedBy !== undefined) continue
    note(endOf(product, plainVersion(item), reader, today), runtimePackage(item))
  }
  return [...ended.values()].map(({ end, packages: items }) => finding(end, items))
}

interface End {
  readonly product: string
  readonly cycle: string
  /** The last day, where a day is known. */
  readonly date?: string
  /** Somebody still mends it until then, or without a date. */
  readonly extended?: string
}

function systemEnd(distribution: Distribution, reader: AdvisoryReader, today: string): End | undefined {
  const { id, versionId, supportEnd } = distribution
  const product = systems.get(id)
  if (product !== undefined && versionId !== undefined) {
    if (reader.lifecycle(product).length > 0) return endOf(product, versionId, reader, today)
  }
  if (supportEnd === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(supportEnd) || supportEnd >= today)
    return undefined
  return { product: id, cycle: versionId ?? '', date: supportEnd }
}

const plainVersion = ({ version }: Package): string => version.replace(/^(?:go|v)(?=\d)/, '')

function endOf(product: string, version: string, reader: AdvisoryReader, today: string): End | undefined {
  const cycle = cycleOf(reader.lifecycle(product), version)
  if (cycle === undefined || !isPast(cycle.endOfLife, today)) return undefined
  const { endOfLife, extendedSupport } = cycle
  return {
    product,
    cycle: cycle.cycle,
    ...(typeof endOfLife === 'string' ? { date: endOfLife } : {}),
    ...(typeof extendedSupport === 'string' && !isPast(extendedSupport, today)
      ? { extended: extendedSupport }
      : {}),
  }
}

/** The cycle whose name is the version or its longest beginning: `3.11` for `3.11.4`, `12` for `12`. */
function cycleOf(cycles: readonly ProductCycle[], version: string): ProductCycle | undefined {
  return cycles
    .filter(({ cycle }) => version === cycle || version.startsWith(`${cycle}.`))
    .toSorted((a, b) => b.cycle.length - a.cycle.length)[0]
}

/** The day itself is the last day of support. */
const isPast = (end: string | boolean, today: string): boolean =>
  typeof end === 'string' ? end < today : end

function finding(end: End, packages: readonly FindingPackage[]): Finding {
  const { product, cycle, date, extended } = end
  const vulnerabilityId = `EOL-${product}-${cycle}`
  const since = date === undefined ? 'is past its end of life' : `reached its end of life on ${date}`
  const until = extended === undefined ? '' : `; extended support until ${extended}`
  const severity: Severity = extended === undefined ? 'HIGH' : 'LOW'
  return {
    id: findingId('END_OF_LIFE', vulnerabilityId),
    type: 'END_OF_LIFE',
    vulnerabilityId,
    aliases: [],
    title: `${product} ${cycle} ${since}${until}`,
    description:
      extended === undefined
        ? 'New vulnerabilities in it are no longer mended, and often no longer announced: few findings are no good sign.'
        : 'Only extended support still mends it; whether this system gets that depends on its repositories or contract.',
    severity,
    cvss: [],
    fixAvailable: 'NO',
    exploitAvailable: 'NO',
    packages: packages.toSorted((a, b) => compareText(a.purl, b.purl)),
    cwes: ['CWE-1104'],
    references: [`https://endoflife.date/${product}`],
  }
}

function systemPackage({ id, versionId = '', paths }: Distribution): FindingPackage {
  return {
    purl: `pkg:generic/${encodeURIComponent(id)}${versionId === '' ? '' : `@${encodeURIComponent(versionId)}`}`,
    type: 'os',
    name: id,
    version: versionId,
    locations: paths.map((path) => ({ path })),
    foundBy: 'os/release',
    confidence: 'vendor',
    evidence: [],
  }
}

function runtimePackage({ purl, type, name, version, arch, locations, foundBy }: Package): FindingPackage {
  return {
    purl,
    type,
    name,
    version,
    ...(arch === undefined ? {} : { arch }),
    locations,
    foundBy,
    confidence: 'vendor',
    evidence: [],
  }
}
