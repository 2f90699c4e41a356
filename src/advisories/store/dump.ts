// A generation as a stream of keys and values, for the way to another machine. No pages of LMDB travel: LMDB trusts the files
// it maps, and what comes from elsewhere deserves no such trust.

import type { Environment, Table } from './environment.ts'

const tableNames = [
  'advisories',
  'records',
  'packages',
  'vulnerabilities',
  'ids',
  'canonical',
  'signals',
  'epss',
  'lifecycles',
  'digests',
  'meta',
] as const

/** What lies beside the LMDB file. */
export interface Sidecar {
  /** `states.json` and `diagnostics.json` as text. */
  readonly states: string
  readonly diagnostics: string
}

const statesMark = 254
const diagnosticsMark = 255

/** table (1 byte), length of the key (2), of the value (4). */
const headBytes = 7
/** The largest value that is believed: a package with tens of thousands of advisories has a few MiB. */
const largestValue = 128 * 1024 * 1024
const chunkBytes = 256 * 1024

function frame(table: number, key: string, value: Uint8Array): readonly Uint8Array[] {
  const name = Buffer.from(key)
  const head = Buffer.alloc(headBytes)
  head.writeUInt8(table, 0)
  head.writeUInt16LE(name.length, 1)
  head.writeUInt32LE(value.length, 3)
  return [head, name, value]
}

/** All of a generation in chunks; equal generations give equal bytes. */
export function* dump(environment: Environment, { states, diagnostics }: Sidecar): Generator<Buffer> {
  yield Buffer.concat([
    ...frame(statesMark, 'states', Buffer.from(states)),
    ...frame(diagnosticsMark, 'diagnostics', Buffer.from(diagnostics)),
  ])
  let waiting: Uint8Array[] = []
  let bytes = 0
  for (const [index, name] of tableNames.entries()) {
    const table: Table = environment[name]
    for (const { key, value } of table.getRange({})) {
      waiting.push(...frame(index, key, value))
      bytes += headBytes + key.length + value.length
      if (bytes < chunkBytes) continue
      yield Buffer.concat(waiting)
      waiting = []
      bytes = 0
    }
  }
  if (waiting.length > 0) yield Buffer.concat(waiting)
}

/**
 * Writes a dump into an empty file that is open for building. Throws an Error that says what is wrong with the stream; what it
 * says of itself is not believed here, so the caller verifies the result.
 */
export async function load(
  environment: Environment,
  chunks: AsyncIterable<Uint8Array>,
  pause: () => Promise<void>,
): Promise<Sidecar> {
  const beside = new Map<number, string>()
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    environment.root.transactionSync(() => {
      let at = 0
      for (;;) {
        const end = frameEnd(rest, at)
        if (end === undefined || end > rest.length) break
        store(environment, rest, at, beside)
        at = end
      }
      rest = rest.subarray(at)
    })
    await pause()
  }
  if (rest.length > 0) throw new Error('it ends in the middle of an entry')
  const states = beside.get(statesMark)
  const diagnostics = beside.get(diagnosticsMark)
  if (states === undefined || diagnostics === undefined)
    throw new Error('the states of its feeds are missing')
  return { states, diagnostics }
}

/** Where the frame ends that begins at `at`; undefined while its head is not all there. */
function frameEnd(bytes: Buffer, at: number): number | undefined {
  if (bytes.length < at + headBytes) return undefined
  const valueBytes = bytes.readUInt32LE(at + 3)
  if (valueBytes > largestValue) throw new Error(`an entry has ${valueBytes} bytes`)
  return at + headBytes + bytes.readUInt16LE(at + 1) + valueBytes
}

/** Longest key that LMDB takes. */
const longestKey = 1978

function store(environment: Environment, bytes: Buffer, at: number, beside: Map<number, string>): void {
  const index = bytes.readUInt8(at)
  const keyBytes = bytes.readUInt16LE(at + 1)
  const start = at + headBytes + keyBytes
  const value = Buffer.from(bytes.subarray(start, start + bytes.readUInt32LE(at + 3)))
  if (index === statesMark || index === diagnosticsMark) {
    beside.set(index, value.toString('utf8'))
    return
  }
  const name = tableNames[index]
  const key = bytes.toString('utf8', at + headBytes, start)
  if (name === undefined) throw new Error(`there is no table ${index}`)
  if (keyBytes === 0 || keyBytes > longestKey || key.includes('\0')) throw new Error('a key cannot be one')
  const table: Table = environment[name]
  table.putSync(key, value)
}
