// A bounded cache of decoded values.

export interface Cache<Value> {
  get(key: string): Value | undefined
  /** `weight` in arbitrary units, the bound's. */
  set(key: string, value: Value, weight: number): void
}

/**
 * Two halves: what was used since the last turn stays, the rest goes when the young half is full. Almost as good as strict order
 * of use, without a list to keep.
 */
export function boundedCache<Value>(maximumWeight: number): Cache<Value> {
  let young = new Map<string, Value>()
  let old = new Map<string, Value>()
  let used = 0
  const put = (key: string, value: Value, weight: number): void => {
    young.set(key, value)
    used += weight
    if (used * 2 <= maximumWeight) return
    old = young
    young = new Map()
    used = 0
  }
  return {
    get(key) {
      const fresh = young.get(key)
      if (fresh !== undefined) return fresh
      const aged = old.get(key)
      // The weight of what is carried over is unknown here; one unit keeps turns coming.
      if (aged !== undefined) put(key, aged, 1)
      return aged
    },
    set: put,
  }
}
