// Which process holds something, written into a file, and whether that process still lives.

import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process: its number may be used again later, its start time makes it one of a kind. */
export interface Owner {
  readonly host: string
  readonly pid: number
  /** Clock ticks since boot when it began, on Linux; empty elsewhere. */
  readonly started: string
}

/** This process. */
export function self(): Owner {
  return { host: hostname(), pid: process.pid, started: startOf(process.pid) ?? '' }
}

/**
 * `dead` only when that is sure: the process is not there, or its number belongs to a younger one. A process of another host (a
 * shared folder, another container) is `unknown`.
 */
export function stateOf(owner: Owner): 'alive' | 'dead' | 'unknown' {
  if (owner.host !== hostname()) return 'unknown'
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return 'dead'
    return 'alive'
  }
  const started = startOf(owner.pid)
  return started === undefined || owner.started === '' || started === owner.started ? 'alive' : 'dead'
}

/** Field 22 of `/proc/PID/stat`. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold anything, so fields are counted from its end.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined // not Linux, or gone: the caller asks for the process itself
  }
}

/** The owner in a text that `JSON.stringify` made of one, undefined when it is none. */
export function parseOwner(text: string): Owner | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined // torn or foreign
  }
  if (typeof value !== 'object' || value === null || !('host' in value) || !('pid' in value)) return undefined
  const { host, pid } = value
  const started = 'started' in value && typeof value.started === 'string' ? value.started : ''
  if (typeof host !== 'string' || typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0)
    return undefined
  return { host, pid, started }
}
