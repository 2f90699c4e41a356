export { parseCvss } from './cvss.ts'
export type { CvssVector } from './cvss.ts'
export { scoreOf } from './score.ts'
export type { Adjustment, Score, ScoreContext, ScoreDetails } from './score.ts'
