// Versions of Bitnami's packages: semantic versions in which what follows the dash is a revision, and after the version without.
// https://github.com/bitnami/go-version/blob/main/pkg/version/version.go and https://github.com/bitnami/vulndb

import { keyedScheme, numberKey } from './key.ts'
import type { KeyedVersion } from './key.ts'
import type { VersionScheme } from './scheme.ts'
import { prereleaseKey } from './semver.ts'

const number = String.raw`(0|[1-9]\d*)`
const identifier = String.raw`(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)`
const word = '[0-9A-Za-z-]+'
const pattern = new RegExp(
  String.raw`^${number}\.${number}\.${number}(?:-(${identifier}(?:\.${identifier})*))?(?:\+${word}(?:\.${word})*)?$`,
)

/** As strict as Bitnami's own library. Revisions compare as pre-releases do, but no revision is before every revision, `-rc.1` and `-0` too. */
export const bitnami: VersionScheme<KeyedVersion> = keyedScheme(
  'bitnami',
  'https://github.com/bitnami/go-version',
  (text) => {
    const match = pattern.exec(text)
    if (match === null) return { reason: 'it is not three numbers and an optional revision' }
    const [, major = '', minor = '', patch = '', revision] = match
    const numbers = numberKey(major) + numberKey(minor) + numberKey(patch)
    return revision === undefined ? numbers : numbers + prereleaseKey(revision)
  },
)
