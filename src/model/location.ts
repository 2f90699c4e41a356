import type { Digest } from './digest.ts'

/** Where in an artifact a package was found. */
export interface Location {
  /** Path from the artifact's root, `/`-separated, without a leading slash. Nested archives: `app.jar!/BOOT-INF/lib/x.jar`. */
  readonly path: string
  /** The layer that first brought the package at this path and from which on it stayed; absent outside of images. */
  readonly layer?: Digest
}
