// Errors for people: what failed, where, what to do, and the stable code to search for.

import type { Diagnostic } from '../../model/index.ts'
import { LongwatchError, messageOf } from '../../platform/index.ts'
import { printable } from './style.ts'
import type { Styles } from './style.ts'

/** Lines for standard error. A bug of ours shows its stack; anything foreseen shows one message and its remedy. */
export function describeError(error: unknown, style: Styles): string {
  if (error instanceof LongwatchError) {
    const place = error.place === undefined ? '' : ` (${printable(error.place)})`
    const remedy = error.remedy === undefined ? '' : `\n  ${printable(error.remedy)}`
    return `${style.red('longwatch:')} ${printable(error.message)}${place} ${style.dim(`[${error.code}]`)}${remedy}\n`
  }
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  return (
    `${style.red('longwatch: a bug:')} ${printable(messageOf(error))}\n${stack}\n` +
    '  Please report this with the command that shows it.\n'
  )
}

/** Lines for standard error about one part that was not read, or is doubtful. */
export function describeDiagnostic(diagnostic: Diagnostic, style: Styles): string {
  const { code, layer, message, path, remedy } = diagnostic
  const where = [path, layer].filter((part) => part !== undefined && !message.includes(part))
  const place = where.length === 0 ? '' : ` (${printable(where.join(' in layer '))})`
  const advice = remedy === undefined ? '' : `\n  ${printable(remedy)}`
  const about = diagnostic.level === 'error' ? style.red('longwatch: not read:') : style.yellow('longwatch:')
  return `${about} ${printable(message)}${place} ${style.dim(`[${code}]`)}${advice}\n`
}
