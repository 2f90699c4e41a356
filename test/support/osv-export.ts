// Reads an OSV export zip record by record, without any of the code under test.
import { buffer } from 'node:stream/consumers'
import yauzl from 'yauzl'

export interface OsvRecord {
  readonly id: string
  readonly summary?: string
  readonly withdrawn?: string
  readonly aliases?: readonly string[]
  readonly upstream?: readonly string[]
  readonly related?: readonly string[]
  readonly affected?: readonly {
    readonly package?: { readonly ecosystem: string; readonly name: string }
    readonly ranges?: readonly {
      readonly type: string
      readonly events: readonly Readonly<Record<string, string>>[]
    }[]
    readonly versions?: readonly string[]
  }[]
}

/** The records of an `all.zip`, in its order. */
export async function* readOsvExport(file: string): AsyncGenerator<OsvRecord> {
  const zip = await yauzl.openPromise(file)
  try {
    for await (const entry of zip.eachEntry()) {
      const stream = await zip.openReadStreamPromise(entry)
      yield JSON.parse((await buffer(stream)).toString('utf8')) as OsvRecord
    }
  } finally {
    zip.close()
  }
}
