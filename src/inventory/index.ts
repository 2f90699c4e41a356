export { openArtifact } from './artifacts/open.ts'
export type { Artifact, ArtifactOptions, RegistryOptions } from './artifacts/artifact.ts'
export { catalog } from './engine/catalog.ts'
export type { CatalogOptions } from './engine/catalog.ts'
