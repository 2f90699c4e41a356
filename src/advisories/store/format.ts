// How a generation is laid out: table names, keys, buckets and hashes. Whatever changes here or in encode.ts changes
// `schemaVersion`, because a store of another version is rebuilt and never read.

import { hash as digest } from 'node:crypto'
import type { PackageKey } from '../../model/index.ts'

/** Version of everything that is written into a generation. */
export const schemaVersion = 3

/**
 * Between the parts of a key. Ids and names with control characters are refused, so it cannot occur inside one. Not one of the
 * first five control characters: the lmdb package writes those differently in keys of more than 63 characters.
 */
export const separator = '\u001f'

/** After every key that begins with a given prefix: the last code point. */
export const afterAll = '\u{10ffff}'

/** Longest key in bytes; LMDB itself takes 1978 with pages of 4 KiB. */
const longestKey = 1800

// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const unfit = /[\u0000-\u001f\u007f]/

/** True when the text may be part of a key: not empty, short enough and without control characters. */
export function fitsKey(text: string): boolean {
  return (
    text !== '' &&
    text.length <= longestKey &&
    !unfit.test(text) &&
    text.isWellFormed() &&
    (text.length * 3 <= longestKey || Buffer.byteLength(text) <= longestKey)
  )
}

/** True when the package's ecosystem, release (which may be empty) and name fit one key together. */
export function fitsPackage(key: PackageKey): boolean {
  const { ecosystem, release, name } = key
  return (
    fitsKey(ecosystem) &&
    (release === '' || fitsKey(release)) &&
    fitsKey(name) &&
    Buffer.byteLength(packageKeyText(key)) <= longestKey
  )
}

/** Key of a package in its table, without the bucket. */
export function packageKeyText(key: PackageKey): string {
  return `${key.ecosystem}${separator}${key.release}${separator}${key.name}`
}

/** The reverse of `packageKeyText`. */
export function parsePackageKey(text: string): PackageKey {
  const [ecosystem = '', release = '', name = ''] = text.split(separator)
  return { ecosystem, release, name }
}

/** What a record is: an advisory, the signals of one CVE, or a release cycle of a product. */
export type RecordKind = 'a' | 's' | 'l'

/** Key of a record's hash: all of a part lie together, and within it by kind and bucket. */
export function recordKey(part: string, kind: RecordKind, id: string): string {
  return `${part}${separator}${kind}${bucketOf(id)}${id}`
}

/** Key of an advisory's record; in the order of the records' hashes, so that both tables are written from front to back. */
export function advisoryKey(part: string, id: string): string {
  return `${part}${separator}${bucketOf(id)}${id}`
}

/** The reverse of `advisoryKey`. */
export function parseAdvisoryKey(key: string): { readonly part: string; readonly id: string } {
  const end = key.indexOf(separator)
  return { part: key.slice(0, end), id: key.slice(end + 1 + bucketDigits) }
}

/** How many hex digits a bucket has. */
export const bucketDigits = 3
const bucketCount = 16 ** bucketDigits

const hexBuckets = Array.from({ length: bucketCount }, (_, bucket) =>
  bucket.toString(16).padStart(bucketDigits, '0'),
)

/**
 * The bucket of a key, three hex digits. A bucket's digest is kept, so that two generations are compared bucket by bucket and
 * a change costs the hashing of its buckets only. FNV-1a: https://www.rfc-editor.org/rfc/rfc9923
 */
export function bucketOf(text: string): string {
  let state = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    // oxlint-disable-next-line unicorn/prefer-code-point -- code units are all that is hashed
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193)
  }
  return hexBuckets[((state >>> 0) ^ (state >>> 16)) & (bucketCount - 1)] ?? ''
}

/** Bytes of a hash in the store: half of a SHA-256. */
export const hashBytes = 16

/** The hash that the store keeps of some bytes. */
export function hashOf(bytes: Uint8Array): Buffer {
  return digest('sha256', bytes, 'buffer').subarray(0, hashBytes)
}

/** Tables whose buckets have digests, in the order in which those enter the generation's id. */
export const digestedTables = [
  'records',
  'packages',
  'vulnerabilities',
  'ids',
  'signals',
  'lifecycles',
  'epss',
] as const
export type DigestedTable = (typeof digestedTables)[number]

/** Key of a bucket's digest; `part` is empty for tables that are not kept by part. */
export function digestKey(table: DigestedTable, part: string, bucket: string): string {
  return `${table}${separator}${part}${separator}${bucket}`
}

const cvePattern = /^CVE-\d{4}-\d{4,19}$/

/** True when the id is a CVE's. https://www.cve.org/Resources/Roles/Cnas/CNA-Rules */
export function isCve(id: string): boolean {
  return cvePattern.test(id)
}
