// What an artifact carries: one package of one version, with the proof.

import type { Location } from './location.ts'

/** The package an OS package was built from; advisories of Debian and Alpine name these. */
export interface SourcePackage {
  readonly name: string
  /** The version of the source package, which can differ from the binary's. rpm: epoch:version-release of the source. */
  readonly version: string
}

/** `installed`: it is there. `locked`: a lock file names it. `declared`: a manifest alone names it. */
export type PackageState = 'installed' | 'locked' | 'declared'

/** One package at one version, found at one or more places of an artifact. */
export interface Package {
  /** Canonical purl with its qualifiers: the identity of the package. https://github.com/package-url/purl-spec */
  readonly purl: string
  /** purl type: `deb`, `rpm`, `apk`, `npm`, `pypi`, `maven`, `golang`, `gem`, `cargo`, `nuget`, `composer`, `generic`. */
  readonly type: string
  /** Name as the ecosystem's advisories write it: `@scope/name`, `group:artifact`, `github.com/x/y`, dpkg binary name. */
  readonly name: string
  /** Version as installed and in the ecosystem's own form, dpkg with epoch and revision, rpm `epoch:version-release`. */
  readonly version: string
  readonly arch?: string
  readonly source?: SourcePackage
  /** rpm modularity label, `name:stream:version:context`. */
  readonly module?: string
  /** The repository, vendor or topic it came from, where the package database says so. */
  readonly origin?: string
  readonly licenses?: readonly string[]
  readonly state: PackageState
  /** The purl of the OS package that owns all files of this one; it is judged through its owner. */
  readonly ownedBy?: string
  /** Where, sorted by path. At least one. */
  readonly locations: readonly Location[]
  /** Name of the cataloger that found it, for example `os/dpkg`. */
  readonly foundBy: string
  /** How sure the name and version are: `exact` from metadata, `derived` from a file name or a binary's text. */
  readonly certainty: 'exact' | 'derived'
  /** Free facts for output: `main-module`, `kernel-running`, `replaced-by …`. */
  readonly notes?: readonly string[]
}
