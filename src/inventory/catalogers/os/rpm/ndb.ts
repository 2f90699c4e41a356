// rpm's own database, `Packages.db`, of SUSE: a table of slots, each pointing to a blob.
// https://github.com/rpm-software-management/rpm/blob/master/lib/backend/ndb/rpmpkg.c

import type { FileContent } from '../../../filesystems/tree.ts'
import { DatabaseDamage, readExactly } from './blob-database.ts'
import type { Blob, DatabaseLimits } from './blob-database.ts'

const magic = (text: string): number => Buffer.from(text).readUInt32LE(0)
const headerMagic = magic('RpmP')
const slotMagic = magic('Slot')
const blobMagic = magic('BlbS')
const pageBytes = 4096
const slotBytes = 16
/** Offsets and lengths of blobs are counted in these. */
const blockBytes = 16

export async function* readNdb(content: FileContent, limits: DatabaseLimits): AsyncGenerator<Blob> {
  const header = await readExactly(content, 0, 32)
  if (header.readUInt32LE(0) !== headerMagic) throw new DatabaseDamage('it is no ndb database', 'offset 0')
  const version = header.readUInt32LE(4)
  if (version !== 0)
    throw new DatabaseDamage(`it is ndb of version ${version}, which is not known`, 'offset 4')
  const pages = header.readUInt32LE(12)
  if (pages === 0 || pages * pageBytes > content.size) {
    throw new DatabaseDamage('the table of slots is longer than the file', 'offset 12')
  }
  let blobs = 0
  for (let page = 0; page < pages; page += 1) {
    const slots = await readExactly(content, page * pageBytes, pageBytes)
    // The first two slots' room is the header's.
    for (let at = page === 0 ? 2 * slotBytes : 0; at < pageBytes; at += slotBytes) {
      const place = `offset ${page * pageBytes + at}`
      if (slots.readUInt32LE(at) !== slotMagic) throw new DatabaseDamage('a slot is damaged', place)
      const index = slots.readUInt32LE(at + 4)
      // A free slot.
      if (index === 0) continue
      blobs += 1
      if (blobs > limits.blobs) throw new DatabaseDamage(`it has more than ${limits.blobs} packages`, place)
      yield readBlob(content, slots.readUInt32LE(at + 8) * blockBytes, index, limits)
    }
  }
}

async function readBlob(
  content: FileContent,
  offset: number,
  index: number,
  limits: DatabaseLimits,
): Promise<Blob> {
  const place = `package ${index}`
  if (offset + 16 > content.size) return { place, problem: 'its blob is outside of the file' }
  const head = await readExactly(content, offset, 16)
  if (head.readUInt32LE(0) !== blobMagic || head.readUInt32LE(4) !== index) {
    return { place, problem: 'its blob is damaged' }
  }
  const length = head.readUInt32LE(12)
  if (length > limits.blobBytes) return { place, problem: `its blob has ${length} bytes` }
  if (offset + 16 + length > content.size) return { place, problem: 'its blob is outside of the file' }
  return { place, bytes: await readExactly(content, offset + 16, length) }
}
