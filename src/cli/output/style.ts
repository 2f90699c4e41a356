// Colours, when a person is looking and did not ask for none. https://no-color.org

import picocolors from 'picocolors'
import type { OutputStream } from '../io.ts'

export type Styles = ReturnType<typeof picocolors.createColors>

/** Plain text, for files. */
export const plainStyles: Styles = picocolors.createColors(false)

/** Colour functions for that stream: plain for pipes, `NO_COLOR` and dumb terminals; `FORCE_COLOR` forces them. */
export function stylesFor(stream: OutputStream, environment: (name: string) => string | undefined): Styles {
  return picocolors.createColors(wantsColour(stream, environment))
}

function wantsColour(stream: OutputStream, environment: (name: string) => string | undefined): boolean {
  if (environment('NO_COLOR') !== undefined) return false
  const forced = environment('FORCE_COLOR')
  if (forced !== undefined) return forced !== '0'
  return stream.isTTY === true && environment('TERM') !== 'dumb'
}

// Control characters, and the marks that turn the direction of text: what is scanned must not drive the terminal.
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** The text with control characters shown as `\\xNN`, fit for a terminal. */
export function printable(text: string): string {
  return text.replaceAll(unprintable, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 256
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`
  })
}
