// Every kind of artifact, one line each, in the order in which they are asked whether a target is theirs.

import type { ArtifactKindHandler } from './artifact.ts'
import { dockerArchive } from './docker-archive/docker-archive.ts'
import { rootTar, zipArchive } from './file/file.ts'
import { lambdaFunction } from './file/lambda.ts'
import { host, project, rootFilesystem } from './folder/folder.ts'
import { ociArchive, ociLayout } from './oci-layout/oci-layout.ts'
import { registryImage } from './registry-image/registry-image.ts'
import { sbomDocument } from './sbom/sbom.ts'

export const artifactKinds: readonly ArtifactKindHandler[] = [
  ociLayout,
  rootFilesystem,
  project,
  ociArchive,
  dockerArchive,
  rootTar,
  zipArchive,
  lambdaFunction,
  sbomDocument,
  host,
  registryImage,
]
