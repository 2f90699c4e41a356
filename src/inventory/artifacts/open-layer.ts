// From a layer's source to its tree, in whichever thread asks.

import { createReadStream } from 'node:fs'
import type { Http, Limits } from '../../platform/index.ts'
import { decompress } from '../filesystems/decompress.ts'
import { fileTree, folderTree } from '../filesystems/folder.ts'
import { walkTar } from '../filesystems/tar/tar.ts'
import type { Tree } from '../filesystems/tree.ts'
import { zipTree } from '../filesystems/zip.ts'
import type { LayerSource } from './artifact.ts'
import { openBlob } from './open-blob.ts'

export interface OpenLayerOptions {
  readonly limits: Limits
  /** A folder for temporary files. */
  readonly scratch: string
  readonly http?: Http
  /** Told how many bytes of the stored layer were read, now and then. */
  readonly onBytes?: (done: number) => void
}

/**
 * The tree of a layer. A walk rejects with the errors of `openBlob`, of `decompress` and of the tree; what was visited before stays
 * visited, and the digest is vouched for when a walk ends well.
 */
export function openLayerTree(source: LayerSource, options: OpenLayerOptions): Tree {
  const { limits, scratch } = options
  if (source.kind === 'folder') {
    const { folder, oneFilesystem, except } = source
    return folderTree(folder, { limits, oneFilesystem, ...(except === undefined ? {} : { except }) })
  }
  if (source.kind === 'zip') {
    const { file, prefix = '' } = source
    return zipTree(file, { limits, scratch, place: file, prefix })
  }
  if (source.kind === 'file') return fileTree(source.file, limits)
  if (source.kind === 'tar') {
    const { file } = source
    return {
      async walk(visitor, signal) {
        const stored = createReadStream(file, { highWaterMark: 256 * 1024, signal })
        const stream = decompress(stored, limits, file, options.onBytes)
        await walkTar(stream, visitor, { limits, scratch, place: file, whiteouts: false, signal })
      },
    }
  }
  return {
    async walk(visitor, signal) {
      const place = `layer ${source.digest}`
      const { http } = options
      const stored = await openBlob(source, { signal, limits, ...(http === undefined ? {} : { http }) })
      const stream = decompress(stored, limits, place, options.onBytes)
      await walkTar(stream, visitor, { limits, scratch, place, whiteouts: true, signal })
    },
  }
}
