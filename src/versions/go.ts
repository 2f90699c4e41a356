// Go's module versions (`v1.2.3`, pseudo-versions, `+incompatible`) and the versions of Go itself (`go1.21.3`, `1.21rc1`).
// https://go.dev/ref/mod#versions and https://pkg.go.dev/golang.org/x/mod/semver
// https://go.dev/doc/toolchain#version

import { keyedScheme, numberKey } from './key.ts'
import type { KeyedVersion } from './key.ts'
import type { VersionScheme } from './scheme.ts'
import { prereleaseKey } from './semver.ts'

/** golang.org/x/mod/semver with the `v` optional, since advisories leave it out. Metadata, `+incompatible` included, says nothing. */
const modulePattern =
  /^v?(0|[1-9]\d*)(?:\.(0|[1-9]\d*)(?:\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)?)?$/

/** What follows a dash or a space is a vendor's mark or a list of experiments (`go1.21.3-fips`, `go1.21.3 X:boringcrypto`). */
const toolchainPattern =
  /^go(0|[1-9]\d*)(?:\.(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?)?(?:(alpha|beta|rc)(\d+))?(?:[- ][\x21-\x7e]+)*$/
const bareCandidate = /^\d+(?:\.\d+){0,2}(?:alpha|beta|rc)\d+$/

export const go: VersionScheme<KeyedVersion> = keyedScheme(
  'go',
  'https://go.dev/ref/mod#versions',
  (text) => {
    const toolchain = toolchainPattern.exec(bareCandidate.test(text) ? `go${text}` : text)
    if (toolchain !== null) return toolchainKey(toolchain)
    const match = modulePattern.exec(text)
    if (match === null) return { reason: "it is neither a module's version nor one of Go itself" }
    const [, major = '', minor = '', patch = '', prerelease] = match
    if (prerelease?.split('.').some((identifier) => /^0\d+$/.test(identifier)) === true) {
      return { reason: 'a number of its pre-release begins with zero' }
    }
    return numberKey(major) + numberKey(minor) + numberKey(patch) + prereleaseKey(prerelease)
  },
)

/**
 * As Go's advisories write them: go1.21rc2 is 1.21.0-rc.2. Since Go 1.21, `go1.21` is the language and before its release
 * candidates; before, `go1.20` was the release.
 */
function toolchainKey([, major = '', minor = '0', patch, kind, number]: RegExpExecArray): string {
  const numbers = numberKey(major) + numberKey(minor) + numberKey(patch ?? '0')
  if (kind !== undefined) return numbers + prereleaseKey(`${kind}.${number ?? '0'}`)
  const isLanguage = patch === undefined && Number(major) === 1 && Number(minor) >= 21
  return numbers + prereleaseKey(isLanguage ? '0' : undefined)
}
