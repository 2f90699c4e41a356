// Every kind of artifact, one line each, in the order in which a target without a prefix is tried.

import type { ArtifactKindHandler } from './artifact.ts'

export const artifactKinds: readonly ArtifactKindHandler[] = []
