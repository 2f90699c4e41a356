// What went wrong with one part while the rest went on. Nothing that failed may look clean, so each
// diagnostic says whether something was left unread because of it.

/** `error`: a part was not read. `warning`: read, but something about it is doubtful. `info`: worth knowing. */
export type DiagnosticLevel = 'error' | 'warning' | 'info'

export interface Diagnostic {
  readonly level: DiagnosticLevel
  /** Stable, in capitals, for example `LAYER_TRUNCATED`; docs/errors.md lists every one. */
  readonly code: string
  /** One sentence for people: what happened. */
  readonly message: string
  /** What to do about it, when something can be done. */
  readonly remedy?: string
  /** The file inside the artifact, or the file or record of a feed. */
  readonly path?: string
  /** The layer the file is in. */
  readonly layer?: string
  /** Line, record or byte offset, as text: `line 12`, `record GHSA-…`, `offset 4096`. */
  readonly place?: string
}

/** True when the diagnostic means that a part of the artifact was not read: the result is partial. */
export function leavesGap(diagnostic: Diagnostic): boolean {
  return diagnostic.level === 'error'
}
