export { cycloneDxModel, encodeCycloneDx, serializeCycloneDx } from './cyclonedx/encode.ts'
export type { EncodeOptions } from './cyclonedx/encode.ts'
export { decodeSbom, looksLikeSbom } from './decode.ts'
export { encodeSpdx } from './spdx/encode.ts'
