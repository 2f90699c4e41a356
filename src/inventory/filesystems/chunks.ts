// A byte stream read in pieces of exact length, synchronously wherever the bytes are already there.

export interface Chunks {
  /** Bytes handed out or skipped so far. */
  readonly position: number
  /** Exactly `length` bytes if they are there already, without waiting. */
  take(length: number): Uint8Array | undefined
  /** Exactly `length` bytes; fewer only at the end of the stream. */
  read(length: number): Promise<Uint8Array>
  /** Passes over bytes that are there already; gives how many are left to pass over. */
  drop(length: number): number
  /** Passes over `length` bytes; gives how many the stream did not have. */
  skip(length: number): Promise<number>
  /** Some bytes, at most `length`; undefined at the end. */
  some(length: number): Promise<Uint8Array | undefined>
  /** Gives up: the stream may let go of what it holds. */
  close(): Promise<void>
}

export function chunksOf(stream: AsyncIterable<Uint8Array>): Chunks {
  const source = stream[Symbol.asyncIterator]()
  let current: Uint8Array = new Uint8Array(0)
  let at = 0
  let position = 0
  let ended = false

  const fill = async (): Promise<boolean> => {
    while (!ended && at >= current.length) {
      const next = await source.next()
      if (next.done === true) ended = true
      else {
        current = next.value
        at = 0
      }
    }
    return at < current.length
  }
  const cut = (length: number): Uint8Array => {
    const piece = current.subarray(at, at + length)
    at += piece.length
    position += piece.length
    return piece
  }
  return {
    get position() {
      return position
    },
    take: (length) => (current.length - at >= length ? cut(length) : undefined),
    async read(length) {
      if (current.length - at >= length) return cut(length)
      const pieces: Uint8Array[] = []
      let missing = length
      while (missing > 0 && (await fill())) {
        const piece = cut(missing)
        pieces.push(piece)
        missing -= piece.length
      }
      const [only] = pieces
      return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces)
    },
    drop(length) {
      return length - cut(Math.min(length, current.length - at)).length
    },
    async skip(length) {
      let missing = length
      while (missing > 0 && (await fill())) missing -= cut(missing).length
      return missing
    },
    async some(length) {
      return (await fill()) ? cut(length) : undefined
    },
    async close() {
      ended = true
      await source.return?.()
    },
  }
}
