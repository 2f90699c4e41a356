// The arithmetic of the score: odds multiply, so the order of the factors does not matter and no product leaves 0 to 10.

/** A 10 has infinite odds, which nothing could lower: it counts as a little less as soon as something is to be multiplied. */
const highest = 0.995

/** `base` (0 to 10) with its odds multiplied by each factor, to one decimal. No factor, or none but 1, gives `base` itself. */
export function multiplyOdds(base: number, factors: readonly number[]): number {
  const product = factors.reduce((sum, factor) => sum * factor, 1)
  if (product === 1 || base <= 0) return base
  const share = Math.min(base / 10, highest)
  const odds = (share / (1 - share)) * product
  return Math.round((100 * odds) / (1 + odds)) / 10
}
