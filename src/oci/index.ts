export type { RegistryOptions } from './access.ts'
export { downloadBlob, verifiedBlob } from './blob.ts'
export type { BlobIdentity, BlobRequest } from './blob.ts'
export { createOciClient } from './client.ts'
export type { BlobAddress, OciClient, OciClientOptions, PulledManifest } from './client.ts'
export { parseImageConfig } from './image-config.ts'
export type { HistoryEntry, ImageConfig } from './image-config.ts'
export { parseManifest } from './manifest.ts'
export type { Descriptor, ImageIndex, ImageManifest, ParseManifestOptions } from './manifest.ts'
export {
  isForeignLayerType,
  isImageConfigType,
  isIndexType,
  isLayerType,
  isManifestType,
  mediaTypes,
} from './media-types.ts'
export { nearest } from './nearest.ts'
export {
  formatPlatform,
  hostPlatform,
  normalizePlatform,
  parsePlatform,
  platformDistance,
} from './platform.ts'
export type { Platform } from './platform.ts'
export { readBounded } from './read-bounded.ts'
export { formatReference, parseReference } from './reference.ts'
export type { ImageReference, Repository } from './reference.ts'
export { shown } from './shown.ts'
