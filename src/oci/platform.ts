// Which of an index's images to take. The rules are containerd's, and looser in one place: where the user named no
// variant any will do, because nothing is going to run.
// https://github.com/containerd/platforms/blob/main/defaults.go, compare.go

import { exitCodes, LongwatchError } from '../platform/index.ts'
import { shown } from './shown.ts'

export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
}

const operatingSystems = new Set([
  'linux',
  'windows',
  'darwin',
  'freebsd',
  'netbsd',
  'openbsd',
  'solaris',
  'aix',
])

const architectures: ReadonlyMap<string, readonly [architecture: string, variant?: string]> = new Map([
  ['x86_64', ['amd64']],
  ['x86-64', ['amd64']],
  ['x64', ['amd64']],
  ['i386', ['386']],
  ['i686', ['386']],
  ['ia32', ['386']],
  ['x86', ['386']],
  ['aarch64', ['arm64']],
  ['armhf', ['arm', 'v7']],
  ['armel', ['arm', 'v6']],
  ['ppc64el', ['ppc64le']],
])

/** What an architecture is when nobody says the variant. */
const plainVariants: ReadonlyMap<string, string> = new Map([
  ['amd64', 'v1'],
  ['arm64', 'v8'],
  ['arm', 'v7'],
])

/** The platform in one spelling: `x86_64` is `amd64`, `arm64/v8` is `arm64`. */
export function normalizePlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase() === 'macos' ? 'darwin' : platform.os.toLowerCase()
  const written = platform.architecture.toLowerCase()
  const [architecture, implied] = architectures.get(written) ?? [written]
  let variant = (platform.variant ?? '').toLowerCase()
  if (variant === '') variant = implied ?? ''
  if (/^\d+$/.test(variant)) variant = `v${variant}`
  // arm alone is ambiguous, so its v7 stays; the others' plain variant says nothing.
  if (architecture !== 'arm' && variant === plainVariants.get(architecture)) variant = ''
  return { os, architecture, ...(variant === '' ? {} : { variant }) }
}

/** Reads `os/arch[/variant]`, `arch` alone meaning linux. Throws `PLATFORM_INVALID`, a usage error. */
export function parsePlatform(text: string): Platform {
  const parts = text.trim().split('/')
  if (parts.length > 3 || parts.some((part) => !/^\w[\w.-]{0,63}$/.test(part))) {
    throw new LongwatchError('PLATFORM_INVALID', `not a platform: ${shown(text)}`, {
      remedy: 'Write os/architecture[/variant], for example linux/amd64 or linux/arm/v7.',
      exitCode: exitCodes.usage,
    })
  }
  const [first = '', second, variant] = parts
  if (second === undefined) {
    return operatingSystems.has(first.toLowerCase())
      ? { ...hostPlatform(), os: first.toLowerCase() }
      : normalizePlatform({ os: 'linux', architecture: first })
  }
  return normalizePlatform({
    os: first,
    architecture: second,
    ...(variant === undefined ? {} : { variant }),
  })
}

/** linux on this machine's architecture. */
export function hostPlatform(arch: string = process.arch): Platform {
  const known = arch === 'ppc64' ? 'ppc64le' : arch
  return normalizePlatform({ os: 'linux', architecture: known })
}

export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = normalizePlatform(platform)
  return `${os}/${architecture}${variant === undefined ? '' : `/${variant}`}`
}

/**
 * How well `offered` serves `wanted`: 0 is exact, higher is worse, undefined not at all. A newer arm runs what was built for an older
 * one; a wish without a variant takes any, the usual one first.
 */
export function platformDistance(wanted: Platform, offered: Platform): number | undefined {
  const want = normalizePlatform(wanted)
  const offer = normalizePlatform(offered)
  if (want.os !== offer.os || want.architecture !== offer.architecture) return undefined
  const plain = plainVariants.get(want.architecture) ?? ''
  const wish = want.variant ?? plain
  const has = offer.variant ?? plain
  if (wish === has) return 0
  const older = variantNumber(wish) - variantNumber(has)
  if (want.architecture === 'arm' && older > 0) return older
  if (want.variant !== undefined) return undefined
  return 100 + Math.abs(older)
}

function variantNumber(variant: string): number {
  const number = Number(/^v(\d{1,3})$/.exec(variant)?.[1] ?? Number.NaN)
  return Number.isNaN(number) ? 1000 : number
}
