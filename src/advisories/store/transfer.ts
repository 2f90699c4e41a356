// A generation as one file, for machines without a network:
//
//   LONGWATCH-ADVISORIES-1 LF   payload   manifest   signature   their three lengths (8, 4, 4 bytes)   LWADV1 LF

import { createReadStream, renameSync, rmSync } from 'node:fs'
import { appendFile, open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { exitCodes, LongwatchError, messageOf } from '../../platform/index.ts'
import { storeError } from './environment.ts'
import { invalid, largestManifest, packGeneration, parseManifest, unpackGeneration } from './package.ts'
import type { PackageManifest, UnpackOptions } from './package.ts'
import type { Published } from './publish.ts'
import { checkSignature, signBytes } from './signature.ts'
import type { Signer } from './signature.ts'

const magic = Buffer.from('LONGWATCH-ADVISORIES-1\n')
const endMark = Buffer.from('LWADV1\n')
const trailerBytes = 16 + endMark.length
const largestSignature = 4096

export interface ExportOptions {
  readonly dbDir: string
  /** Name of the generation. */
  readonly name: string
  readonly file: string
  /** Ed25519 private key, PEM; without one the file is not signed. */
  readonly privateKey?: string
  readonly signal: AbortSignal
}

export interface Exported {
  readonly manifest: PackageManifest
  readonly bytes: number
  readonly signed: boolean
}

/** Writes a generation into a file, at once or not at all. Throws as opening a generation does, `KEY_INVALID`, `STORE_DISK_FULL`. */
export async function exportGeneration(options: ExportOptions): Promise<Exported> {
  const { dbDir, name, file, privateKey, signal } = options
  const draft = `${file}.${process.pid}.part`
  try {
    const { manifest, bytes } = await packGeneration(dbDir, name, draft, magic, signal)
    const signature = privateKey === undefined ? Buffer.alloc(0) : signBytes(bytes, privateKey)
    const lengths = Buffer.alloc(16)
    lengths.writeBigUInt64LE(BigInt(manifest.payload.bytes), 0)
    lengths.writeUInt32LE(bytes.length, 8)
    lengths.writeUInt32LE(signature.length, 12)
    const end = Buffer.concat([bytes, signature, lengths, endMark])
    await appendFile(draft, end, { flush: true })
    renameSync(draft, file)
    const total = magic.length + manifest.payload.bytes + end.length
    return { manifest, bytes: total, signed: signature.length > 0 }
  } catch (error) {
    throw fileError(storeError(error, file), file)
  } finally {
    rmSync(draft, { force: true })
  }
}

export interface ImportOptions extends UnpackOptions {
  readonly file: string
  /** Public keys, PEM: with any, the file has to be signed by one of them. */
  readonly trusted?: readonly string[]
}

export interface Imported extends Published {
  readonly manifest: PackageManifest
  /** Undefined when it is not signed. */
  readonly signer: Signer | undefined
}

/**
 * Makes the generation in a file the live one. Nothing of it is used before everything was checked. Throws `PACKAGE_INVALID`,
 * `STORE_VERSION`, `SIGNATURE_MISSING`, `SIGNATURE_WRONG`, `SIGNER_UNKNOWN`, `STORE_LOCKED`, `STORE_DISK_FULL`.
 */
export async function importGeneration(options: ImportOptions): Promise<Imported> {
  const { file, trusted = [] } = options
  const { manifestBytes, signature } = await readEnds(file)
  const manifest = parseManifest(manifestBytes, file)
  const signer = checkSignature(manifestBytes, signature, trusted, file)
  const { bytes } = manifest.payload
  const start = magic.length
  // An empty payload would make the end come before the start; it is no dump, and unpacking says so.
  const payload =
    bytes === 0
      ? Readable.from([])
      : createReadStream(file, { start, end: start + bytes - 1, highWaterMark: 1024 * 1024 })
  return { ...(await unpackGeneration(manifest, payload, file, options)), manifest, signer }
}

/** Manifest and signature of a file. Throws `PACKAGE_INVALID` unless its outside is in order. */
async function readEnds(
  file: string,
): Promise<{ readonly manifestBytes: Buffer; readonly signature: Buffer }> {
  let handle: FileHandle
  try {
    handle = await open(file, 'r')
  } catch (error) {
    throw fileError(error, file)
  }
  try {
    const { size } = await handle.stat()
    if (!(await readAt(handle, 0, magic.length)).equals(magic))
      throw invalid(file, 'it does not begin like one')
    const trailer = await readAt(handle, Math.max(0, size - trailerBytes), trailerBytes)
    if (trailer.length < trailerBytes || !trailer.subarray(16).equals(endMark))
      throw invalid(file, 'it ends early')
    const payload = Number(trailer.readBigUInt64LE(0))
    const manifestLength = trailer.readUInt32LE(8)
    const signatureLength = trailer.readUInt32LE(12)
    if (
      manifestLength > largestManifest ||
      signatureLength > largestSignature ||
      magic.length + payload + manifestLength + signatureLength + trailerBytes !== size
    ) {
      throw invalid(file, 'its lengths do not add up')
    }
    const both = await readAt(handle, magic.length + payload, manifestLength + signatureLength)
    const manifestBytes = both.subarray(0, manifestLength)
    if (parseManifest(manifestBytes, file).payload.bytes !== payload)
      throw invalid(file, 'its lengths do not add up')
    return { manifestBytes, signature: both.subarray(manifestLength) }
  } catch (error) {
    throw fileError(error, file)
  } finally {
    await handle.close()
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await handle.read(bytes, 0, length, position)
  return bytes.subarray(0, bytesRead)
}

function fileError(error: unknown, file: string): unknown {
  if (error instanceof LongwatchError || !(error instanceof Error) || !('code' in error)) return error
  if (!['ENOENT', 'EISDIR', 'EACCES', 'ENOTDIR', 'EPERM'].includes(String(error.code))) return error
  return new LongwatchError('FILE_UNUSABLE', `that file cannot be used: ${messageOf(error)}`, {
    place: file,
    exitCode: exitCodes.usage,
    cause: error,
  })
}
