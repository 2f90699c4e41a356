// NuGet's versions: up to four numbers, then a pre-release that is read without regard to case.
// https://learn.microsoft.com/nuget/concepts/package-versioning and NuGet.Versioning, whose order this is:
// https://github.com/NuGet/NuGet.Client/blob/dev/src/NuGet.Core/NuGet.Versioning/VersionComparer.cs

import { keyedScheme, numberKey } from './key.ts'
import type { KeyedVersion } from './key.ts'
import type { VersionScheme } from './scheme.ts'

const specification = 'https://learn.microsoft.com/nuget/concepts/package-versioning'
const largestNumber = 0x7fffffff
const pattern =
  /^(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

/** Missing numbers are zero; metadata says nothing. Numbers above 32 bits are refused, as NuGet does. */
export const nuget: VersionScheme<KeyedVersion> = keyedScheme('nuget', specification, (text) => {
  const match = pattern.exec(text)
  if (match === null) return { reason: 'it is not one to four numbers, a pre-release and metadata' }
  const [, major = '', minor = '', patch = '', revision = '', prerelease] = match
  const numbers = [major, minor, patch, revision]
  if (numbers.some((digits) => Number(digits) > largestNumber)) {
    return { reason: 'one of its numbers is above 2147483647' }
  }
  return numbers.map(numberKey).join('') + prereleaseKey(prerelease)
})

function prereleaseKey(prerelease: string | undefined): string {
  if (prerelease === undefined) return '\u0003'
  return `${prerelease.toLowerCase().split('.').map(identifierKey).join('')}\0`
}

/** Numbers are before words. A number is what fits into 32 bits with its sign; longer ones (dates with times) are words. */
function identifierKey(identifier: string): string {
  const number = /^-?\d+$/.test(identifier) ? Number(identifier) : Number.NaN
  return number >= -largestNumber - 1 && number <= largestNumber
    ? `\u0001${numberKey(String(number + largestNumber + 1))}`
    : `\u0002${identifier}\0`
}
