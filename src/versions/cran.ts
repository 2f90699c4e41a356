// Versions of R's packages: numbers with dots or dashes, in which 1.0 is before 1.0.0.
// https://cran.r-project.org/doc/manuals/r-release/R-exts.html#The-DESCRIPTION-file
// https://stat.ethz.ch/R-manual/R-devel/library/base/html/numeric_version.html

import { listKey } from './hackage.ts'
import { keyedScheme } from './key.ts'
import type { KeyedVersion } from './key.ts'
import type { VersionScheme } from './scheme.ts'

const specification = 'https://stat.ethz.ch/R-manual/R-devel/library/base/html/numeric_version.html'

/** What `numeric_version` reads; 1.0-1 is 1.0.1. */
export const cran: VersionScheme<KeyedVersion> = keyedScheme('cran', specification, (text) =>
  /^\d+(?:[.-]\d+)*$/.test(text)
    ? listKey(text.split(/[.-]/))
    : { reason: 'it is not numbers with dots or dashes between' },
)
