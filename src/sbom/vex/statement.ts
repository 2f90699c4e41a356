// What every VEX format comes down to. https://www.cisa.gov/resources-tools/resources/minimum-requirements-vulnerability-exploitability-exchange-vex

import type { Diagnostic } from '../../model/index.ts'

export type VexStatus = 'not_affected' | 'affected' | 'fixed' | 'under_investigation'

/** What a statement is about: a package, or a component inside of a product. */
export interface VexProduct {
  /** purl of the package or of the image, or whatever the document calls the product. */
  readonly id: string
  /** purl of the component that the statement is about, where the product is what holds it. */
  readonly component?: string
}

export interface VexStatement {
  readonly vulnerability: string
  readonly aliases: readonly string[]
  readonly status: VexStatus
  readonly products: readonly VexProduct[]
  /** `vulnerable_code_not_present`, … */
  readonly justification?: string
  /** What the author writes about it. */
  readonly detail?: string
  /** ISO 8601. */
  readonly timestamp?: string
}

export interface VexDocument {
  readonly format: 'OpenVEX' | 'CSAF' | 'CycloneDX'
  /** File or URL it was read from. */
  readonly origin: string
  readonly author?: string
  readonly statements: readonly VexStatement[]
  /** Statements that were left out, and why. */
  readonly diagnostics: readonly Diagnostic[]
}

/** A statement that could not be used: it costs itself, and says so. */
export function leftOut(origin: string, place: string, why: string): Diagnostic {
  return {
    level: 'warning',
    code: 'VEX_STATEMENT_UNUSABLE',
    message: `a VEX statement was left out: ${why}`,
    path: origin,
    place,
  }
}
