// What every SBOM format comes down to before it becomes an inventory.

import type { Diagnostic } from '../model/index.ts'

/** One component as the document states it. */
export interface RawComponent {
  /** Where in the document, for diagnostics: `components[12]`, `SPDXRef-x`, `line 80`. */
  readonly place: string
  /** The document's own word: `library`, `operating-system`, `application`, `OPERATING-SYSTEM`, … */
  readonly kind: string
  readonly name: string
  readonly version?: string
  readonly purl?: string
  readonly cpe?: string
  readonly licenses: readonly string[]
  /** Properties or annotations, by name, in document order. */
  readonly properties: ReadonlyMap<string, readonly string[]>
}

export interface RawDocument {
  /** `CycloneDX 1.6`, `SPDX-2.3`. */
  readonly format: string
  /** What the document is about. */
  readonly subject?: RawComponent
  readonly created?: string
  readonly components: readonly RawComponent[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Collects properties that may repeat. */
export function propertyMap(
  pairs: Iterable<readonly [string, string]>,
): ReadonlyMap<string, readonly string[]> {
  const map = new Map<string, string[]>()
  for (const [name, value] of pairs) {
    const values = map.get(name)
    if (values === undefined) map.set(name, [value])
    else values.push(value)
  }
  return map
}
