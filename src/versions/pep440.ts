// Python's versions.
// https://packaging.python.org/en/latest/specifications/version-specifiers/

import { keyedScheme, numberKey } from './key.ts'
import type { KeyedVersion } from './key.ts'
import type { VersionScheme } from './scheme.ts'

const specification = 'https://packaging.python.org/en/latest/specifications/version-specifiers/'

/** The specification's own expression (appendix "Parsing version strings"), without its names. */
const pattern =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?(?:[-_.]?dev[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/i

export const pep440: VersionScheme<KeyedVersion> = keyedScheme('pep440', specification, (text) => {
  const match = pattern.exec(text)
  if (match === null) return { reason: 'it is not what PEP 440 allows' }
  const [, epoch = '0', release = '', word, number = '', dashPost, wordPost, dev, local] = match
  const post = dashPost ?? wordPost
  // A bare development release is before every pre-release, a release after all of them.
  const bare = post === undefined && dev !== undefined ? '0' : '4'
  return (
    numberKey(epoch) +
    releaseKey(release) +
    (word === undefined ? bare : (preRanks.get(word.toLowerCase()) ?? '3')) +
    numberKey(number) +
    (post === undefined ? '0' : `1${numberKey(post)}`) +
    (dev === undefined ? '1' : `0${numberKey(dev)}`) +
    localKey(local)
  )
})

const preRanks: ReadonlyMap<string, string> = new Map([
  ['a', '1'],
  ['alpha', '1'],
  ['b', '2'],
  ['beta', '2'],
  ['c', '3'],
  ['rc', '3'],
  ['pre', '3'],
  ['preview', '3'],
])

/** Zeros at the end do not count: `1.0` is `1`. */
function releaseKey(release: string): string {
  let key = ''
  let zeros = ''
  for (const digits of release.split('.')) {
    const number = `\u0001${numberKey(digits)}`
    zeros += number
    if (/[^0]/.test(digits)) {
      key += zeros
      zeros = ''
    }
  }
  return `${key}\0`
}

/** None before any; numbers after words; fewer segments before more. */
function localKey(local: string | undefined): string {
  if (local === undefined) return '\0'
  let key = '\u0001'
  for (const segment of local.toLowerCase().split(/[-_.]/)) {
    key += /^\d+$/.test(segment) ? `\u0002${numberKey(segment)}` : `\u0001${segment}\0`
  }
  return `${key}\0`
}
