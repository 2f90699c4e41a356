// Which layers of an image are its base's: those that it shares with the base image, where that is named by the user or by the image's
// own labels; otherwise what its build history tells.
// https://github.com/opencontainers/image-spec/blob/main/annotations.md#pre-defined-annotation-keys

import { LongwatchError } from '../../platform/index.ts'
import type { Artifact, ArtifactLayer, ArtifactOptions } from './artifact.ts'

type Open = (target: string, options: ArtifactOptions) => Promise<Artifact>

/** The artifact with its base told apart. A base that the user names must be there; one that only a label names may be gone. */
export async function withBase(
  artifact: Artifact,
  named: string | undefined,
  options: ArtifactOptions,
  open: Open,
): Promise<Artifact> {
  if (artifact.summary.kind !== 'image') return artifact
  if (named !== undefined) {
    const layers = sharedLayers(artifact, await layersOf(named, options, open))
    if (layers > 0) return { ...artifact, base: { layers, how: `shared with ${named}` } }
    throw new LongwatchError('BASE_NOT_SHARED', `${artifact.summary.target} shares no layer with ${named}`, {
      place: named,
      remedy: 'Name the image that it was built from, in the version that it was built from.',
      exitCode: 2,
    })
  }
  const labelled = labelledBase(artifact)
  if (labelled === undefined) return artifact
  try {
    const layers = sharedLayers(artifact, await layersOf(labelled, options, open))
    return layers === 0 ? artifact : { ...artifact, base: { layers, how: `label: ${labelled}` } }
  } catch (error) {
    options.signal.throwIfAborted()
    if (error instanceof LongwatchError) return artifact // the label is a hint and nothing more
    throw error
  }
}

async function layersOf(
  target: string,
  options: ArtifactOptions,
  open: Open,
): Promise<readonly ArtifactLayer[]> {
  const { platform: _, ...others } = options
  const base = await open(target, options.platform === undefined ? others : options)
  try {
    return base.layers
  } finally {
    await base.close()
  }
}

/** How many layers from the bottom are the same, by what is stored or by what it unpacks to. */
function sharedLayers(artifact: Artifact, base: readonly ArtifactLayer[]): number {
  const differs = (layer: ArtifactLayer | undefined, other: ArtifactLayer): boolean =>
    layer === undefined ||
    (layer.digest !== other.digest && (layer.diffId === undefined || layer.diffId !== other.diffId))
  if (base.length > artifact.layers.length) return 0
  return base.some((other, position) => differs(artifact.layers[position], other)) ? 0 : base.length
}

/** The base that the image's labels name, only where it is in the same registry: nobody else is asked because an image says so. */
function labelledBase({ layers, summary }: Artifact): string | undefined {
  const name = summary.labels?.['org.opencontainers.image.base.name']
  const digest = summary.labels?.['org.opencontainers.image.base.digest']
  const source = layers[0]?.source
  if (name === undefined || digest === undefined || source?.kind !== 'registry-blob') return undefined
  if (!name.startsWith(`${new URL(source.url).host}/`)) return undefined
  return `registry:${name.replace(/@.*$/, '')}@${digest}`
}
