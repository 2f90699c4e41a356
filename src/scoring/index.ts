export { scoreOf } from './score.ts'
export type { Adjustment, Score, ScoreContext, ScoreDetails } from './score.ts'
