// A document that states its packages.

import { readFile, stat } from 'node:fs/promises'
import { LongwatchError } from '../../../platform/index.ts'
import { decodeSbom, looksLikeSbom } from '../../../sbom/index.ts'
import type { ArtifactKindHandler } from '../artifact.ts'
import { unreadable } from '../blob-store.ts'
import { headOf } from '../on-disk.ts'

const headBytes = 64 * 1024
const largestDocument = 512 * 1024 * 1024

export const sbomDocument: ArtifactKindHandler = {
  scheme: 'sbom',
  summary: 'an SBOM: CycloneDX (JSON, XML) or SPDX (JSON, tag-value)',
  recognizes: async (target) => looksLikeSbom(await headOf(target, headBytes)),
  async open(target) {
    const bytes = await read(target)
    const stated = decodeSbom(bytes, target)
    return {
      summary: stated.artifact,
      mode: 'installed',
      layers: [],
      diagnostics: stated.diagnostics,
      stated,
      close: async () => Promise.resolve(),
    }
  },
}

async function read(target: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(target)
    if (size <= largestDocument) return await readFile(target)
  } catch (error) {
    throw unreadable(target, error)
  }
  throw new LongwatchError('SBOM_TOO_LARGE', `the SBOM has more than ${largestDocument} bytes`, {
    place: target,
  })
}
