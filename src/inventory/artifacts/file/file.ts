// Single files that hold a tree: ZIPs, Java archives, tars.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LongwatchError } from '../../../platform/index.ts'
import type { Artifact, ArtifactKindHandler, ArtifactOptions } from '../artifact.ts'
import { unreadable } from '../blob-store.ts'
import { archiveKind, headOf } from '../on-disk.ts'

export const zipArchive: ArtifactKindHandler = {
  scheme: 'zip',
  summary: 'a ZIP file: a Lambda function or layer, a jar, war or ear',
  async recognizes(target) {
    const [p, k, third] = await headOf(target, 4)
    return p === 0x50 && k === 0x4b && (third === 3 || third === 5)
  },
  async open(target, options) {
    const size = await sizeOf(target)
    const digest = await digestOf(target, options)
    return {
      summary: { kind: 'zip', target, digest: `sha256:${digest}` },
      mode: 'installed',
      layers: [
        {
          digest: `sha256:${digest}`,
          size,
          // A Java archive is a package itself, not a folder of packages.
          source: { kind: /\.[jwe]ar$/i.test(target) ? 'file' : 'zip', file: resolve(target) },
        },
      ],
      diagnostics: [],
      close: async () => Promise.resolve(),
    } satisfies Artifact
  },
}

/** A tar of a root filesystem: `docker export`, `tar -c`. */
export const rootTar: ArtifactKindHandler = {
  scheme: 'tar',
  summary: 'a tar of a root filesystem, from docker export or tar',
  recognizes: async (target) => (await archiveKind(target)) === 'tar',
  async open(target) {
    const size = await sizeOf(target)
    return {
      summary: { kind: 'root-filesystem', target },
      mode: 'installed',
      layers: [{ size, source: { kind: 'tar', file: resolve(target) } }],
      diagnostics: [],
      close: async () => Promise.resolve(),
    } satisfies Artifact
  },
}

async function sizeOf(target: string): Promise<number> {
  const status = await stat(target).catch((error: unknown) => {
    throw unreadable(target, error)
  })
  if (status.isFile()) return status.size
  throw new LongwatchError('TARGET_UNREADABLE', `${target} is no file`, {
    place: target,
    remedy: 'Name a file.',
  })
}

/** Lambda's `CodeSha256`, in hex: what it was read as is known from then on. */
async function digestOf(target: string, { signal }: ArtifactOptions): Promise<string> {
  const sum = createHash('sha256')
  const stream = createReadStream(target, { highWaterMark: 1024 * 1024, signal })
  for await (const chunk of stream as AsyncIterable<Buffer>) sum.update(chunk)
  return sum.digest('hex')
}
