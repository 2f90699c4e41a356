// A generation packed for the way: a payload (the dump, zstd), a manifest that names its digest, a signature over the
// manifest. As one file: magic, payload, manifest, signature, trailer. As an OCI artifact: config, layer, layer.

import { createHash } from 'node:crypto'
import { createWriteStream, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib'
import { z } from 'zod'
import type { Digest } from '../../model/index.ts'
import type { Clock } from '../../platform/index.ts'
import { exitCodes, LongwatchError, messageOf } from '../../platform/index.ts'
import { dump, load } from './dump.ts'
import { openForBuilding, openForReading, storeError } from './environment.ts'
import { schemaVersion } from './format.ts'
import {
  buildingFolder,
  generationFolder,
  readHeader,
  readStates,
  sidecarOf,
  writeSidecar,
} from './generations.ts'
import { takeLease } from './lease.ts'
import { takeLock } from './lock.ts'
import { publishBuild } from './publish.ts'
import type { Published } from './publish.ts'
import { verifyEnvironment } from './verify.ts'

const format = 'longwatch-advisories'

const schema = z.object({
  format: z.literal(format),
  container: z.literal(1),
  schemaVersion: z.number(),
  id: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  origin: z.enum(['synced', 'starter']),
  createdAt: z.iso.datetime(),
  payload: z.object({
    digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
    bytes: z.int().nonnegative(),
    uncompressed: z.int().nonnegative(),
  }),
})

/** What a package says of itself. */
export interface PackageManifest {
  readonly schemaVersion: number
  /** The generation's content id. */
  readonly id: string
  readonly origin: 'synced' | 'starter'
  readonly createdAt: string
  readonly payload: { readonly digest: Digest; readonly bytes: number; readonly uncompressed: number }
}

/** Largest manifest that is read. */
export const largestManifest: number = 64 * 1024

/** Writes the payload of a generation after `prefix`, and gives the manifest's bytes. */
export async function packGeneration(
  dbDir: string,
  name: string,
  path: string,
  prefix: Uint8Array,
  signal: AbortSignal,
): Promise<{ readonly manifest: PackageManifest; readonly bytes: Buffer }> {
  const folder = generationFolder(dbDir, name)
  const endLease = takeLease(dbDir, name)
  try {
    const { id, origin, createdAt, bytes } = readHeader(folder)
    readStates(folder)
    const environment = openForReading(folder, bytes)
    try {
      const input = counter()
      const output = counter()
      const file = createWriteStream(path)
      file.write(prefix)
      const zstd = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 6 } })
      await pipeline(
        Readable.from(dump(environment, sidecarOf(folder))),
        input.stream,
        zstd,
        output.stream,
        file,
        { signal },
      )
      const payload = { digest: output.digest(), bytes: output.bytes(), uncompressed: input.bytes() }
      const manifest = { format, container: 1, schemaVersion, id, origin, createdAt, payload } as const
      return { manifest, bytes: Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`) }
    } finally {
      await environment.root.close()
    }
  } catch (error) {
    throw storeError(error, path)
  } finally {
    endLease()
  }
}

/** Counts and hashes what goes through; `most` bytes may. */
function counter(most = Number.MAX_SAFE_INTEGER): {
  readonly stream: Transform
  bytes(): number
  digest(): Digest
} {
  const hash = createHash('sha256')
  let bytes = 0
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > most) {
        done(new Error('it holds more than it says'))
        return
      }
      hash.update(chunk)
      done(undefined, chunk)
    },
  })
  return { stream, bytes: () => bytes, digest: () => `sha256:${hash.digest('hex')}` }
}

/** Reads a manifest. Throws `PACKAGE_INVALID`, and `STORE_VERSION` when it was packed by another version. */
export function parseManifest(bytes: Uint8Array, place: string): PackageManifest {
  let value: z.infer<typeof schema>
  try {
    value = schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
  } catch (error) {
    throw invalid(place, 'its manifest cannot be read', error)
  }
  if (value.schemaVersion !== schemaVersion) {
    throw new LongwatchError(
      'STORE_VERSION',
      `the package has store format ${value.schemaVersion}, and this Longwatch reads format ${schemaVersion}`,
      {
        place,
        remedy: 'Export it again with the same version of Longwatch.',
        exitCode: exitCodes.noAdvisories,
      },
    )
  }
  const { payload, id, origin, createdAt } = value
  return { schemaVersion, id, origin, createdAt, payload: { ...payload, digest: payload.digest as Digest } }
}

/** The error for a package that is damaged or none. */
export function invalid(place: string, why: string, cause?: unknown): LongwatchError {
  return new LongwatchError('PACKAGE_INVALID', `that is no usable package of advisory data: ${why}`, {
    place,
    remedy: 'Copy it again, and check that it came whole.',
    exitCode: exitCodes.noAdvisories,
    cause,
  })
}

export interface UnpackOptions {
  readonly dbDir: string
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly keep?: number
}

/**
 * Makes a generation out of a payload and publishes it as the live one, unless the live one has the same content. Everything is
 * checked first: size, digest, every hash inside. Throws `PACKAGE_INVALID`, `STORE_LOCKED`, `STORE_DISK_FULL`.
 */
export async function unpackGeneration(
  manifest: PackageManifest,
  payload: Readable,
  place: string,
  options: UnpackOptions,
): Promise<Published> {
  const { dbDir, clock, signal } = options
  const pause = async (): Promise<void> => {
    await setImmediate()
    signal.throwIfAborted()
  }
  let folder: string | undefined
  const lock = takeLock(dbDir, clock)
  try {
    folder = join(buildingFolder(dbDir), `import-${process.pid}`)
    rmSync(buildingFolder(dbDir), { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    await unpack(folder, manifest, payload, place, pause, signal)
    return await publishBuild(folder, manifest, { ...options, pause })
  } catch (error) {
    signal.throwIfAborted()
    throw storeError(error, dbDir)
  } finally {
    payload.destroy()
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    lock.release()
  }
}

async function unpack(
  folder: string,
  manifest: PackageManifest,
  payload: Readable,
  place: string,
  pause: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const packed = counter(manifest.payload.bytes)
  const unpacked = counter(manifest.payload.uncompressed)
  const environment = openForBuilding(folder)
  try {
    await pipeline(
      payload,
      packed.stream,
      createZstdDecompress(),
      unpacked.stream,
      async (chunks: AsyncIterable<Uint8Array>) =>
        writeSidecar(folder, await load(environment, chunks, pause)),
      { signal },
    )
    let problem: string | undefined
    if (packed.bytes() !== manifest.payload.bytes) problem = 'it ends early'
    else if (packed.digest() !== manifest.payload.digest) problem = 'its digest is wrong'
    problem ??= await verifyEnvironment(environment, manifest.id, 'thorough', pause)
    if (problem !== undefined) throw invalid(place, problem)
    readStates(folder)
    await environment.root.flushed
  } catch (error) {
    signal.throwIfAborted()
    const ours = storeError(error, folder)
    if (ours instanceof LongwatchError && ours.code !== 'STORE_CORRUPT') throw ours
    throw invalid(place, messageOf(error), error)
  } finally {
    await environment.root.close()
  }
}
