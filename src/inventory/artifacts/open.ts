// From what a user wrote to an artifact: a prefix says what it is, otherwise the disk is asked, and what is nothing there is an image
// in a registry.

import { LongwatchError } from '../../platform/index.ts'
import type { Artifact, ArtifactKindHandler, ArtifactOptions } from './artifact.ts'
import { withBase } from './base.ts'
import { exists } from './on-disk.ts'
import { artifactKinds } from './registry.ts'

/** Opens `target`. Throws a LongwatchError that names what is wrong and the remedy. The caller closes the artifact. */
export async function openArtifact(target: string, options: ArtifactOptions): Promise<Artifact> {
  const artifact = await openPlain(target, options)
  const { base, ...plain } = options
  const named = { ...artifact, summary: { ...artifact.summary, target } }
  try {
    return await withBase(named, base, plain, openPlain)
  } catch (error) {
    await artifact.close()
    throw error
  }
}

/** Without asking for its base. */
async function openPlain(target: string, options: ArtifactOptions): Promise<Artifact> {
  const prefixed = artifactKinds.find(({ scheme }) => target.startsWith(`${scheme}:`))
  return prefixed === undefined
    ? await (await kindOf(target)).open(target, options)
    : await prefixed.open(target.slice(prefixed.scheme.length + 1), options)
}

async function kindOf(target: string): Promise<ArtifactKindHandler> {
  for (const kind of artifactKinds)
    if (kind.scheme !== 'registry' && (await kind.recognizes(target))) return kind
  if (await exists(target)) {
    throw new LongwatchError('TARGET_UNKNOWN', `${target} is nothing that can be scanned`, {
      place: target,
      remedy: `It can be ${artifactKinds.map(({ summary }) => summary).join('; ')}.`,
    })
  }
  if (/^(?:[./~]|[A-Za-z]:\\)/.test(target)) {
    throw new LongwatchError('TARGET_NOT_FOUND', `there is no file or folder ${target}`, {
      place: target,
      remedy: 'Check the path.',
    })
  }
  const registry = artifactKinds.find(({ scheme }) => scheme === 'registry')
  if (registry === undefined) throw new Error('no artifact kind takes references')
  return registry
}
