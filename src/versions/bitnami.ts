// Versions of Bitnami's packages: three numbers and a revision (`1.2.3-4`), which is after 1.2.3 and no pre-release.
// https://github.com/bitnami/go-version and https://github.com/bitnami/vulndb

import { keyedScheme, numberKey } from './key.ts'
import type { KeyedVersion } from './key.ts'
import type { VersionScheme } from './scheme.ts'
import { prereleaseKey } from './semver.ts'

const pattern =
  /^v?(\d+)(?:\.(\d+)(?:\.(\d+))?)?(?:-(?:(\d+)|([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

/**
 * No revision is revision 0. Advisories also have pre-releases of the packaged software (`1.2.3-rc.1`): what follows the dash and
 * is more than one number is one, as in semantic versions.
 */
export const bitnami: VersionScheme<KeyedVersion> = keyedScheme(
  'bitnami',
  'https://github.com/bitnami/go-version',
  (text) => {
    const match = pattern.exec(text)
    if (match === null) return { reason: 'it is not up to three numbers and an optional revision' }
    const [, major = '', minor = '', patch = '', revision = '', prerelease] = match
    return (
      numberKey(major) + numberKey(minor) + numberKey(patch) + prereleaseKey(prerelease) + numberKey(revision)
    )
  },
)
