// A path as a number: what a layer is remembered by is every path it writes, and a number each is small.

/** 53 bits of FNV-1a, run twice with different seeds. https://www.rfc-editor.org/rfc/rfc9923 */
export function hashPath(path: string): number {
  let low = 0x811c9dc5
  let high = 0x01234567
  for (let index = 0; index < path.length; index += 1) {
    // oxlint-disable-next-line unicorn/prefer-code-point -- code units are all that is hashed
    const unit = path.charCodeAt(index)
    low = Math.imul(low ^ unit, 0x01000193)
    high = Math.imul(high ^ unit, 0x01000193) ^ (low >>> 15)
  }
  return (high & 0x1fffff) * 0x100000000 + (low >>> 0)
}

/** True when the sorted numbers contain `wanted`. */
export function containsHash(sorted: Float64Array, wanted: number): boolean {
  let from = 0
  let to = sorted.length
  while (from < to) {
    const middle = (from + to) >>> 1
    const value = sorted[middle] ?? 0
    if (value === wanted) return true
    if (value < wanted) from = middle + 1
    else to = middle
  }
  return false
}
