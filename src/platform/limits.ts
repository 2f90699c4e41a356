// Bounds on what strangers send. Every number is a setting; going over one is a named error and is
// reported as not read, never as clean.

export interface Limits {
  /** Bytes of one layer, archive or disk after decompression. */
  readonly unpackedBytes: number
  /** Unpacked bytes per compressed byte, looked at once more than 64 MiB were unpacked. */
  readonly compressionRatio: number
  /** Entries in one layer or archive. */
  readonly entries: number
  /** Bytes of one file that a cataloger reads whole. */
  readonly fileBytes: number
  /** Bytes of one file that is put aside for random access (databases, jars, binaries). */
  readonly spilledFileBytes: number
  /** Length of one path in bytes, and how many folders deep. */
  readonly pathBytes: number
  readonly pathDepth: number
  /** Archives in archives. */
  readonly nesting: number
  /** Layers of one image. */
  readonly layers: number
  /** Bytes of one manifest, index or image configuration. */
  readonly manifestBytes: number
  /** Packages of one artifact. */
  readonly packages: number
  /** Milliseconds without a byte before a connection counts as hung. */
  readonly idleMilliseconds: number
  /** Milliseconds for one whole artifact. */
  readonly artifactMilliseconds: number
}

const mebibyte = 1024 * 1024

export const defaultLimits: Limits = {
  unpackedBytes: 16 * 1024 * mebibyte,
  compressionRatio: 200,
  entries: 2_000_000,
  fileBytes: 64 * mebibyte,
  spilledFileBytes: 2 * 1024 * mebibyte,
  pathBytes: 4096,
  pathDepth: 256,
  nesting: 8,
  layers: 1024,
  manifestBytes: 8 * mebibyte,
  packages: 500_000,
  idleMilliseconds: 30_000,
  artifactMilliseconds: 30 * 60_000,
}
