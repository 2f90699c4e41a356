// Damages bytes as accidents and attackers do, by a seed: the same seed gives the same damage on every machine.

/** A source of numbers in [0, 1) that depends on the seed alone (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export interface Damaged {
  /** What was done, for the message of a failing test. */
  readonly what: string
  readonly bytes: Uint8Array
}

type Damage = (bytes: Uint8Array, random: () => number) => Damaged

const below = (random: () => number, limit: number): number => Math.floor(random() * limit)

/** Numbers that parsers trip over. */
const edges = [0x00, 0x01, 0x7f, 0x80, 0xff]

const damages: readonly Damage[] = [
  (bytes, random) => {
    const at = below(random, bytes.length)
    return { what: `cut at ${at}`, bytes: bytes.slice(0, at) }
  },
  (bytes, random) => {
    const copy = Uint8Array.from(bytes)
    const count = 1 + below(random, 8)
    for (let index = 0; index < count; index += 1) {
      const at = below(random, copy.length)
      copy[at] = (copy[at] ?? 0) ^ (1 << below(random, 8))
    }
    return { what: `${count} bits flipped`, bytes: copy }
  },
  (bytes, random) => {
    const copy = Uint8Array.from(bytes)
    const at = below(random, copy.length)
    const value = edges[below(random, edges.length)] ?? 0
    const length = [1, 2, 4, 8][below(random, 4)] ?? 1
    copy.fill(value, at, at + length)
    return { what: `${length} bytes of ${value} at ${at}`, bytes: copy }
  },
  (bytes, random) => {
    const from = below(random, bytes.length)
    const length = 1 + below(random, Math.min(256, bytes.length - from))
    const at = below(random, bytes.length)
    const piece = bytes.slice(from, from + length)
    const joined = Buffer.concat([bytes.slice(0, at), piece, bytes.slice(at)])
    return { what: `${length} bytes of ${from} repeated at ${at}`, bytes: joined }
  },
  (bytes, random) => {
    const at = below(random, bytes.length)
    const length = 1 + below(random, 64)
    return {
      what: `${length} bytes lost at ${at}`,
      bytes: Buffer.concat([bytes.slice(0, at), bytes.slice(at + length)]),
    }
  },
  (bytes, random) => {
    const at = below(random, bytes.length)
    const noise = Uint8Array.from({ length: 1 + below(random, 64) }, () => below(random, 256))
    return {
      what: `${noise.length} bytes of noise at ${at}`,
      bytes: Buffer.concat([bytes.slice(0, at), noise, bytes.slice(at)]),
    }
  },
]

/** `count` damaged copies of `bytes`, every kind of damage in turn. Nothing for no bytes. */
export function* damagedCopies(bytes: Uint8Array, seed: number, count: number): Generator<Damaged> {
  if (bytes.length === 0) return
  const random = seeded(seed)
  for (let index = 0; index < count; index += 1) {
    const damage = damages[index % damages.length]
    if (damage !== undefined) yield damage(bytes, random)
  }
}

/** `count` copies that end too early, the cuts spread over the whole. */
export function* cutCopies(bytes: Uint8Array, count: number): Generator<Damaged> {
  for (let index = 0; index < count; index += 1) {
    const at = Math.floor((bytes.length * index) / count)
    yield { what: `cut at ${at}`, bytes: bytes.slice(0, at) }
  }
}

/** How many damaged inputs each parser gets: 2,000, or what `LONGWATCH_FUZZ` says (`npm run fuzz`). */
export const fuzzInputs: number = Number(process.env['LONGWATCH_FUZZ'] ?? 2000)

/** A seed that differs from run to run only when `LONGWATCH_FUZZ_SEED` says so: a failure can be repeated. */
export const fuzzSeed: number = Number(process.env['LONGWATCH_FUZZ_SEED'] ?? 20_261_123)
