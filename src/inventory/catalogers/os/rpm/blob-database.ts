// What the three forms of rpm's database have in common: each holds one header blob per installed package.

import type { FileContent } from '../../../filesystems/tree.ts'

export interface DatabaseLimits {
  /** Bytes of one header. */
  readonly blobBytes: number
  /** Headers of one database. */
  readonly blobs: number
}

/** One header blob, or why it could not be read. `place` says where it is. */
export type Blob =
  | { readonly place: string; readonly bytes: Uint8Array }
  | { readonly place: string; readonly problem: string }

/** Reads the header blobs of a database; throws `DatabaseDamage` when it cannot go on. */
export type ReadBlobs = (content: FileContent, limits: DatabaseLimits) => AsyncGenerator<Blob>

/** A database that cannot be read on: the sentence says why, `place` where. */
export class DatabaseDamage extends Error {
  readonly place: string
  constructor(message: string, place: string) {
    super(message)
    this.name = 'DatabaseDamage'
    this.place = place
  }
}

/** Exactly `length` bytes from `offset`; damage when the file ends before. */
export async function readExactly(content: FileContent, offset: number, length: number): Promise<Buffer> {
  const bytes = offset + length > content.size ? undefined : await content.read(offset, length)
  if (bytes?.length !== length) throw new DatabaseDamage('the file ends too early', `offset ${offset}`)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
