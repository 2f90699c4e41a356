// Diagnostics that several catalogers give.

import type { Diagnostic } from '../../model/index.ts'
import { hasCode, messageOf } from '../../platform/index.ts'
import type { CatalogedFile } from './cataloger.ts'

/** Something of `path`, a record or the whole, could not be read: the inventory has a gap. */
export function unread(code: string, path: string, message: string, place?: string): Diagnostic {
  return { level: 'error', code, message: plain(message), path, ...placed(place) }
}

/** Something of `path` is odd, and no installed package is missing because of it. */
export function doubtful(code: string, path: string, message: string, place?: string): Diagnostic {
  return { level: 'warning', code, message: plain(message), path, ...placed(place) }
}

const placed = (place: string | undefined): { readonly place?: string } =>
  place === undefined ? {} : { place: plain(place) }

/** Text that quotes a file, safe to show: short, what steers terminals or turns the direction of writing escaped. */
function plain(text: string): string {
  return text.slice(0, 500).replaceAll(
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Problems of one file that are listed one by one; a file may have a million. */
const mostListed = 100

/** Adds a problem of a file to the others, or, from the hundredth on, says once that there are more. */
export function addProblem<Problem extends { readonly message: string }>(
  problems: Problem[],
  problem: Problem,
): void {
  if (problems.length < mostListed) problems.push(problem)
  else if (problems.length === mostListed) {
    problems.push({ ...problem, message: `${problem.message}; more that is wrong with it is not listed` })
  }
}

/** What `bytes()` gave, or the diagnostic of a file that is too large to be read whole. */
async function readWhole(
  file: CatalogedFile,
  maximumBytes: number,
): Promise<{ readonly bytes: Uint8Array } | { readonly problem: Diagnostic }> {
  if (file.content.size > maximumBytes) {
    const message = `it has ${file.content.size} bytes, and files of its kind above ${maximumBytes} are not read`
    return { problem: unread('FILE_TOO_LARGE', file.path, message) }
  }
  try {
    return { bytes: await file.content.bytes() }
  } catch (error) {
    if (!hasCode(error, 'FILE_TOO_LARGE')) throw error
    return { problem: unread('FILE_TOO_LARGE', file.path, messageOf(error)) }
  }
}

/**
 * The file as UTF-8 text without a byte order mark; wrong sequences become U+FFFD. `maximumBytes`: of files that are never large and
 * whose reader is not made for large ones, below the limit on all files.
 */
export async function readText(
  file: CatalogedFile,
  maximumBytes: number = Number.POSITIVE_INFINITY,
): Promise<{ readonly text: string } | { readonly problem: Diagnostic }> {
  const read = await readWhole(file, maximumBytes)
  return 'problem' in read ? read : { text: new TextDecoder().decode(read.bytes) }
}
