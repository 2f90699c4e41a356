// Errors that people see: a stable code, one sentence, and what to do next.

/** What the command exits with. docs/exit-codes.md */
export const exitCodes = {
  clean: 0,
  gateFailed: 1,
  usage: 2,
  partial: 3,
  noAdvisories: 4,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export interface LongwatchErrorOptions {
  /** What the user can do about it. */
  readonly remedy?: string
  /** The file, layer, URL or record it is about. */
  readonly place?: string
  readonly exitCode?: ExitCode
  readonly cause?: unknown
}

/** An outcome that is nobody's bug: bad input, a missing file, a refused connection. Match on `code`. */
export class LongwatchError extends Error {
  readonly code: string
  readonly remedy: string | undefined
  readonly place: string | undefined
  readonly exitCode: ExitCode

  /** `code` in capitals and stable; `message` one sentence without a full stop that names what failed. */
  constructor(code: string, message: string, options: LongwatchErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'LongwatchError'
    this.code = code
    this.remedy = options.remedy
    this.place = options.place
    this.exitCode = options.exitCode ?? exitCodes.partial
  }
}

/** True when `error` is ours and has that code. */
export function hasCode(error: unknown, code: string): error is LongwatchError {
  return error instanceof LongwatchError && error.code === code
}

/** One line for people out of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message === '' ? error.name : error.message
}
