// Diagnostics that several catalogers give.

import type { Diagnostic } from '../../model/index.ts'
import { hasCode, messageOf } from '../../platform/index.ts'
import type { CatalogedFile } from './cataloger.ts'

/** Something of `path`, a record or the whole, could not be read: the inventory has a gap. */
export function unread(code: string, path: string, message: string, place?: string): Diagnostic {
  return { level: 'error', code, message, path, ...(place === undefined ? {} : { place }) }
}

/** Something of `path` is odd, and no installed package is missing because of it. */
export function doubtful(code: string, path: string, message: string, place?: string): Diagnostic {
  return { level: 'warning', code, message, path, ...(place === undefined ? {} : { place }) }
}

/** What `bytes()` gave, or the diagnostic of a file that is too large to be read whole. */
export async function readWhole(
  file: CatalogedFile,
): Promise<{ readonly bytes: Uint8Array } | { readonly problem: Diagnostic }> {
  try {
    return { bytes: await file.content.bytes() }
  } catch (error) {
    if (!hasCode(error, 'FILE_TOO_LARGE')) throw error
    return { problem: unread('FILE_TOO_LARGE', file.path, messageOf(error)) }
  }
}

/** The file as UTF-8 text without a byte order mark; wrong sequences become U+FFFD. */
export async function readText(
  file: CatalogedFile,
): Promise<{ readonly text: string } | { readonly problem: Diagnostic }> {
  const read = await readWhole(file)
  return 'problem' in read ? read : { text: new TextDecoder().decode(read.bytes) }
}
