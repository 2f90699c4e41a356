// Ed25519 signatures of what leaves one machine for another. https://www.rfc-editor.org/rfc/rfc8032

import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { exitCodes, LongwatchError } from '../../platform/index.ts'

export interface KeyPair {
  /** PKCS #8, PEM. */
  readonly privateKey: string
  /** SPKI, PEM. */
  readonly publicKey: string
  /** How people compare keys: `SHA256:` and base64 over the SPKI bytes. */
  readonly fingerprint: string
}

const schema = z.object({
  algorithm: z.literal('ed25519'),
  publicKey: z.base64().max(200),
  signature: z.base64().max(200),
})

/** A new key pair. */
export function generateSigningKey(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    fingerprint: fingerprintOf(publicKey),
  }
}

function fingerprintOf(key: KeyObject): string {
  return `SHA256:${createHash('sha256').update(spki(key)).digest('base64').replace(/=+$/, '')}`
}

const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' })

/** The signature of some bytes as JSON, with the public key. Throws `KEY_INVALID`. */
export function signBytes(bytes: Uint8Array, privateKeyPem: string): Buffer {
  const key = keyFrom(() => createPrivateKey(privateKeyPem), 'private')
  const publicKey = spki(createPublicKey(key)).toString('base64')
  const signature = sign(undefined, bytes, key).toString('base64')
  return Buffer.from(JSON.stringify({ algorithm: 'ed25519', publicKey, signature }))
}

function keyFrom(read: () => KeyObject, kind: 'private' | 'public'): KeyObject {
  let key: KeyObject | undefined
  try {
    key = read()
  } catch (error) {
    throw badKey(kind, error)
  }
  if (key.asymmetricKeyType !== 'ed25519') throw badKey(kind)
  return key
}

function badKey(kind: string, cause?: unknown): LongwatchError {
  return new LongwatchError('KEY_INVALID', `that is no ${kind} Ed25519 key in PEM form`, {
    remedy: 'Make a pair with `longwatch db keygen`.',
    exitCode: exitCodes.usage,
    cause,
  })
}

/** Who signed, and whether that is somebody to be trusted. */
export interface Signer {
  readonly fingerprint: string
  readonly trusted: boolean
}

/**
 * Checks a signature over bytes. With trusted keys (PEM) it has to be by one of them. Undefined: not signed, and nobody asked for
 * it. Throws `SIGNATURE_MISSING`, `SIGNATURE_WRONG`, `SIGNER_UNKNOWN`, `KEY_INVALID`.
 */
export function checkSignature(
  bytes: Uint8Array,
  signature: Uint8Array | undefined,
  trustedPem: readonly string[],
  place: string,
): Signer | undefined {
  const trusted = trustedPem.map((pem) => keyFrom(() => createPublicKey(pem), 'public'))
  if (signature === undefined || signature.length === 0) {
    if (trusted.length === 0) return undefined
    throw refused('SIGNATURE_MISSING', 'the advisory data is not signed', place)
  }
  const said = parse(signature)
  if (said === undefined)
    throw refused('SIGNATURE_WRONG', 'the signature of the advisory data cannot be read', place)
  const key = keyFrom(
    () => createPublicKey({ key: Buffer.from(said.publicKey, 'base64'), type: 'spki', format: 'der' }),
    'public',
  )
  if (!verify(undefined, bytes, key, Buffer.from(said.signature, 'base64'))) {
    throw refused('SIGNATURE_WRONG', 'the signature of the advisory data is wrong', place)
  }
  const fingerprint = fingerprintOf(key)
  const known = trusted.some((one) => one.equals(key))
  if (trusted.length > 0 && !known) {
    throw refused(
      'SIGNER_UNKNOWN',
      `the advisory data is signed by ${fingerprint}, which is not trusted`,
      place,
    )
  }
  return { fingerprint, trusted: known }
}

function parse(signature: Uint8Array): z.infer<typeof schema> | undefined {
  try {
    return schema.parse(JSON.parse(Buffer.from(signature).toString('utf8')))
  } catch {
    return undefined // the caller says that it cannot be read
  }
}

function refused(code: string, message: string, place: string): LongwatchError {
  return new LongwatchError(code, message, {
    place,
    remedy: 'Get the file again from where it was made, and the public key (--trust) by another way.',
    exitCode: exitCodes.noAdvisories,
  })
}
