// Content digests as OCI writes them: `algorithm:hex`.
// https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests

/** A checked digest, for example `sha256:` and 64 hex digits. */
export type Digest = `sha256:${string}` | `sha512:${string}`

const pattern = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/

/** The digest in `text`, or undefined when it is not a sha256 or sha512 digest in canonical form. */
export function parseDigest(text: unknown): Digest | undefined {
  return typeof text === 'string' && pattern.test(text) ? (text as Digest) : undefined
}
