// Whose rating the score starts from. As Inspector: the vendor of the package, then NVD, then others; CVSS 3 before 4.

import type { CvssRating, Vulnerability } from '../model/index.ts'
import type { CvssVector } from './cvss.ts'
import { parseCvss } from './cvss.ts'
import type { ScoreContext } from './score.ts'
import type { WordRating } from './vendor.ts'
import { isAnyVendor, isDismissed, isVendorOf, ratingOfWord } from './vendor.ts'

export type Base =
  | {
      readonly kind: 'vector'
      readonly rating: CvssRating
      readonly vector: CvssVector
      readonly score: number
    }
  | {
      readonly kind: 'word'
      readonly word: string
      readonly source: string
      readonly rating: WordRating
      readonly score: number
    }

/** The rating to start from; undefined when nobody has rated the vulnerability. */
export function baseOf(vulnerability: Vulnerability, context: ScoreContext): Base | undefined {
  const word = wordBase(context)
  if (word !== undefined && isDismissed(context.vendorSeverity)) return word
  const rated = vulnerability.cvss
    .flatMap((rating) => {
      const vector = parseCvss(rating.vector)
      return vector === undefined ? [] : [{ rating, vector }]
    })
    .toSorted((a, b) => rank(a.rating, context) - rank(b.rating, context))
  const modern = rated.find(({ rating }) => rating.version !== '2.0')
  if (modern !== undefined) return { kind: 'vector', ...modern, score: modern.vector.baseScore }
  if (word !== undefined) return word
  const [old] = rated
  return old === undefined ? undefined : { kind: 'vector', ...old, score: old.vector.baseScore }
}

function wordBase({ vendorSeverity, vendorSource, ecosystem }: ScoreContext): Base | undefined {
  const rating = ratingOfWord(vendorSeverity)
  if (rating === undefined || vendorSeverity === undefined) return undefined
  return {
    kind: 'word',
    word: vendorSeverity,
    source: vendorSource ?? ecosystem ?? 'vendor',
    rating,
    score: rating.score,
  }
}

const versionRank = { '3.1': 0, '3.0': 1, '4.0': 2, '2.0': 3 } as const

/** Another distribution's vendor has rated its own builds and comes last. */
function rank({ source, version }: CvssRating, { ecosystem }: ScoreContext): number {
  return sourceRank(source, ecosystem) * 10 + versionRank[version]
}

function sourceRank(source: string, ecosystem: string | undefined): number {
  if (isVendorOf(ecosystem, source)) return 0
  if (source === 'NVD') return 1
  if (source === 'GITHUB') return 2
  return isAnyVendor(source) ? 4 : 3
}
