// Reads artifacts as the commands do, for tests that look at packages.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { catalog, openArtifact } from '../../src/inventory/index.ts'
import type { ArtifactOptions, CatalogOptions } from '../../src/inventory/index.ts'
import type { Inventory } from '../../src/model/index.ts'
import { defaultLimits, fixedClock, silentProgress } from '../../src/platform/index.ts'

/** The inventory of a target, with default limits and nothing remembered. */
export async function inventoryOf(
  target: string,
  options: Partial<ArtifactOptions & CatalogOptions> = {},
): Promise<Inventory> {
  const scratch = await mkdtemp(join(tmpdir(), 'longwatch-test-'))
  const common = {
    limits: defaultLimits,
    clock: fixedClock('2026-11-23T12:00:00Z'),
    progress: silentProgress,
    scratch,
    signal: new AbortController().signal,
    ...options,
  }
  try {
    const artifact = await openArtifact(target, { registry: { insecure: [], mirrors: {} }, ...common })
    try {
      return await catalog(artifact, common)
    } finally {
      await artifact.close()
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
