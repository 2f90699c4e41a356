// The operating system that an artifact says it is, from os-release.
// https://www.freedesktop.org/software/systemd/man/latest/os-release.html

export interface Distribution {
  /** `ID`, lower case: `debian`, `amzn`, `alpine`. */
  readonly id: string
  readonly idLike: readonly string[]
  /** `NAME`. */
  readonly name: string
  /** `VERSION_ID`; absent on rolling and unreleased systems. */
  readonly versionId?: string
  /** `VERSION_CODENAME`, for example `bookworm`. */
  readonly codename?: string
  /** `PRETTY_NAME`. */
  readonly prettyName?: string
  readonly variantId?: string
  readonly cpeName?: string
  /** `SUPPORT_END`, a date. */
  readonly supportEnd?: string
  /** Paid or extended channels the system is subscribed to, where the artifact tells: `esm-infra`, `esm-apps`, `eus`. */
  readonly channels: readonly string[]
  /** The files it was read from. */
  readonly paths: readonly string[]
}
