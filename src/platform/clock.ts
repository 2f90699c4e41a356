// The only file that asks the machine for the time.

export interface Clock {
  /** The current instant. */
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that stands still, for tests and for reproducible output. */
export function fixedClock(instant: string | Date): Clock {
  const time = new Date(instant)
  return { now: () => new Date(time) }
}
