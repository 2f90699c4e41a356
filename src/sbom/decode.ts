// Any SBOM we know, told apart by what it says of itself.

import type { Inventory } from '../model/index.ts'
import { LongwatchError, messageOf } from '../platform/index.ts'
import { decodeCycloneDx } from './cyclonedx/decode.ts'
import { cycloneDxFromXml } from './cyclonedx/xml.ts'
import { inventoryOf } from './inventory.ts'
import type { RawDocument } from './raw.ts'
import { decodeSpdx, spdxFromTagValue } from './spdx/decode.ts'

/** Larger documents are refused. */
const largestDocument = 512 * 1024 * 1024

/** True when the first bytes look like an SBOM that `decodeSbom` knows. `head` should have a few kilobytes. */
export function looksLikeSbom(head: Uint8Array): boolean {
  const start = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
  if (start.startsWith('{')) return /"bomFormat"\s*:\s*"CycloneDX"|"spdxVersion"\s*:/.test(start)
  if (start.startsWith('<')) return /<(?:\w+:)?bom\b[^>]*cyclonedx/.test(start)
  return /^(?:#[^\n]*\n|\s)*SPDXVersion:/.test(start)
}

/**
 * The inventory that a CycloneDX (JSON or XML, 1.2 to 1.7) or SPDX (JSON or tag-value, 2.2 and 2.3) document states. `target` names it
 * in the result and in errors: `SBOM_UNKNOWN`, `SBOM_MALFORMED`, `SBOM_VERSION`, `SBOM_TOO_LARGE`, `SBOM_TOO_DEEP`.
 */
export function decodeSbom(bytes: Uint8Array, target: string): Inventory {
  if (bytes.byteLength > largestDocument) {
    throw new LongwatchError('SBOM_TOO_LARGE', `the SBOM has more than ${largestDocument} bytes`, {
      place: target,
    })
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
  return inventoryOf(rawDocument(text, target), target)
}

function rawDocument(text: string, place: string): RawDocument {
  const start = text.slice(0, 4096).trimStart()
  if (start.startsWith('<')) return decodeCycloneDx(cycloneDxFromXml(text, place), place)
  if (/^(?:#[^\n]*\n|\s)*SPDXVersion:/.test(start)) return decodeSpdx(spdxFromTagValue(text), place)
  if (start.startsWith('{')) {
    const value = parseJson(text, place)
    if (typeof value === 'object' && value !== null && 'spdxVersion' in value) return decodeSpdx(value, place)
    if (typeof value === 'object' && value !== null && 'bomFormat' in value)
      return decodeCycloneDx(value, place)
  }
  throw new LongwatchError('SBOM_UNKNOWN', 'neither CycloneDX nor SPDX', {
    place,
    remedy: 'Give CycloneDX 1.4 to 1.6 (JSON or XML) or SPDX 2.3 (JSON or tag-value).',
  })
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new LongwatchError('SBOM_MALFORMED', `not well-formed JSON: ${messageOf(error)}`, {
      place,
      cause: error,
    })
  }
}
