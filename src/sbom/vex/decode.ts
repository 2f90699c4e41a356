// Any VEX document we know, told apart by what it says of itself.

import { LongwatchError, messageOf } from '../../platform/index.ts'
import { decodeCsaf, isCsaf } from './csaf.ts'
import { decodeCycloneDxVex, isCycloneDx } from './cyclonedx.ts'
import { decodeOpenVex, isOpenVex } from './openvex.ts'
import type { VexDocument } from './statement.ts'

const largestDocument = 256 * 1024 * 1024

/**
 * The statements of an OpenVEX, CSAF or CycloneDX (JSON) document. `origin` names it in errors: `VEX_TOO_LARGE`, `VEX_MALFORMED`,
 * `VEX_UNKNOWN`. A bad statement costs itself and is among the diagnostics.
 */
export function decodeVex(bytes: Uint8Array, origin: string): VexDocument {
  if (bytes.byteLength > largestDocument)
    throw new LongwatchError('VEX_TOO_LARGE', `the VEX document has more than ${largestDocument} bytes`, {
      place: origin,
    })
  const value = parse(bytes, origin)
  const document = decode(value, origin)
  if (document !== undefined) return document
  throw new LongwatchError(
    'VEX_UNKNOWN',
    `${origin} is neither OpenVEX nor CSAF nor CycloneDX with vulnerabilities`,
    {
      place: origin,
      remedy: 'Give a JSON document of one of these formats.',
    },
  )
}

function decode(value: unknown, origin: string): VexDocument | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (isOpenVex(value)) return decodeOpenVex(value, origin)
  if (isCsaf(value)) return decodeCsaf(value, origin)
  return isCycloneDx(value) ? decodeCycloneDxVex(value, origin) : undefined
}

function parse(bytes: Uint8Array, origin: string): unknown {
  try {
    return JSON.parse(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    )
  } catch (error) {
    throw new LongwatchError('VEX_MALFORMED', `${origin} is not well-formed JSON: ${messageOf(error)}`, {
      place: origin,
      cause: error,
    })
  }
}
