// Is the advisory's entry about this build of the package at all? An entry binds itself to architectures, module streams and
// repository lines; one of another line says nothing, neither affected nor fixed.

import type { AffectedEntry } from '../advisories/index.ts'
import type { Package } from '../model/index.ts'
import type { Reason } from './match.ts'
import type { Subject } from './subject.ts'

export type Applies =
  | { readonly applies: 'yes' }
  | { readonly applies: 'no'; readonly code: string; readonly message: string }
  | { readonly applies: 'unknown'; readonly code: string; readonly message: string }

const yes: Applies = { applies: 'yes' }
const no = (reason: Reason): Applies => ({ applies: 'no', ...reason })

/** `titleOf` gives the entry's advisory's title: AlmaLinux names module streams nowhere else. */
export function appliesTo(
  subject: Subject,
  entry: AffectedEntry,
  titleOf: (entry: AffectedEntry) => string | undefined,
): Applies {
  const item = subject.package
  const { architectures } = entry
  if (
    architectures !== undefined &&
    item.arch !== undefined &&
    !architectures.includes(item.arch) &&
    item.arch !== 'noarch' &&
    !architectures.includes('noarch')
  )
    return no({
      code: 'OTHER_ARCHITECTURE',
      message: `${entry.advisory} is about ${architectures.join(', ')}, not ${item.arch}`,
    })
  if (item.type !== 'rpm') return yes
  return byFlavour(subject, entry) ?? byLine(subject, entry) ?? byModule(item, entry, titleOf) ?? yes
}

const boundsOf = (entry: AffectedEntry): readonly string[] =>
  entry.ranges.flatMap(({ events }) => events.flatMap((event) => ('fixed' in event ? [event.fixed] : [])))

const flavourOf = (version: string): string => /ksplice|_fips\b/.exec(version)?.[0] ?? ''

/** Oracle builds some packages a second time with live patching or FIPS validation, numbered apart. */
function byFlavour(subject: Subject, entry: AffectedEntry): Applies | undefined {
  const bounds = boundsOf(entry)
  if (bounds.length === 0) return undefined
  const own = flavourOf(subject.version)
  if (bounds.some((bound) => flavourOf(bound) === own)) return undefined
  return no({
    code: 'OTHER_FLAVOUR',
    message: `${entry.advisory} is about ${bounds.join(', ')}, another build than ${subject.version}`,
  })
}

const kernelPackage = /^(?:kernel|bpftool|perf|python3?-perf)(?:-|$)/

/** `5.10` of `0:5.10.205-195.807.amzn2`. */
export const versionLine = (version: string): string | undefined =>
  /^(?:\d+:)?(\d+\.\d+)(?=[.\-~^_]|$)/.exec(version)?.[1]

/**
 * Amazon Linux 2 has kernels of several lines under one name: 4.14 in core, 5.4, 5.10, 5.15 as extras. A fix of one line says
 * nothing about another. Other packages of extras are bound to their topic where the package says which it came from.
 */
function byLine(subject: Subject, entry: AffectedEntry): Applies | undefined {
  const { channel } = entry
  if (subject.ecosystem.name !== 'Amazon Linux') return undefined
  if (kernelPackage.test(subject.name)) {
    const own = versionLine(subject.version)
    const named = channel === undefined ? undefined : /kernel-(\d+\.\d+)/.exec(channel)?.[1]
    const lines = named === undefined ? boundsOf(entry).flatMap((bound) => versionLine(bound) ?? []) : [named]
    if (own === undefined || lines.length === 0 || lines.includes(own)) return undefined
    return no({
      code: 'OTHER_KERNEL_LINE',
      message: `${entry.advisory} is about kernel ${lines.join(', ')}, installed is ${own}`,
    })
  }
  const topic = channel === undefined ? undefined : /^extras\/(.+)$/.exec(channel)?.[1]
  const { origin } = subject.package
  if (topic === undefined || origin === undefined || !origin.startsWith('amzn2')) return undefined
  if (origin === `amzn2extra-${topic}`) return undefined
  return no({
    code: 'OTHER_REPOSITORY',
    message: `${entry.advisory} is about the topic ${topic}, installed from ${origin}`,
  })
}

const isModular = (version: string): boolean => /\.module[_+]/.test(version)

/**
 * Streams of a module have the same package names with versions that say nothing about each other. The package's label decides;
 * a build that is modular by its release but has no label cannot be placed.
 */
function byModule(
  item: Package,
  entry: AffectedEntry,
  titleOf: (entry: AffectedEntry) => string | undefined,
): Applies | undefined {
  const [name, stream] = (item.module ?? '').split(':')
  const label =
    name !== undefined && stream !== undefined && name !== '(none)' ? `${name}:${stream}` : undefined
  const bounds = boundsOf(entry)
  const entryModular = entry.module !== undefined || bounds.some(isModular)
  const ownModular = label !== undefined || isModular(item.version)
  if (!entryModular && !ownModular) return undefined
  if (entryModular && !ownModular)
    return no({
      code: 'OTHER_MODULE',
      message: `${entry.advisory} is about a module's build, installed is an ordinary one`,
    })
  if (!entryModular) {
    if (bounds.length === 0) return undefined
    return no({
      code: 'OTHER_MODULE',
      message: `${entry.advisory} is about an ordinary build, installed is a module's`,
    })
  }
  const named = entry.module === undefined ? streamsIn(titleOf(entry)) : [entry.module]
  if (named.length === 0) return undefined
  if (label === undefined)
    return {
      applies: 'unknown',
      code: 'MODULE_STREAM_UNKNOWN',
      message: `the package is a module's build without label; ${entry.advisory} is about ${named.join(', ')} only`,
    }
  // a title names the main module of an advisory; the build of another module in it is left to its version
  if (entry.module === undefined && !named.some((one) => one.split(':')[0] === name)) return undefined
  if (named.includes(label)) return undefined
  return no({
    code: 'OTHER_MODULE',
    message: `${entry.advisory} is about ${named.join(', ')}, installed is ${label}`,
  })
}

/** `Moderate: nodejs:18 and nodejs:20 security update` names two. */
function streamsIn(title: string | undefined): readonly string[] {
  return [...(title ?? '').matchAll(/(?<![\w.-])([a-z][\w.-]*):([\w.-]+)/g)].map(
    ([, name, stream]) => `${name}:${stream}`,
  )
}
