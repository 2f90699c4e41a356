// Debian's versions: epoch:upstream-revision.
// https://manpages.debian.org/bookworm/dpkg-dev/deb-version.7.en.html
// https://www.debian.org/doc/debian-policy/ch-controlfields.html#version

import { keyedScheme, numberKey } from './key.ts'
import type { KeyedVersion } from './key.ts'
import type { Unparsable, VersionScheme } from './scheme.ts'

const specification = 'https://manpages.debian.org/bookworm/dpkg-dev/deb-version.7.en.html'
const largestEpoch = 0x7fffffff

/** Refused is what dpkg says has bad syntax, also where it then goes on: a letter in front, a character outside the alphabet. */
export const dpkg: VersionScheme<KeyedVersion> = keyedScheme('dpkg', specification, (text) => {
  const colon = text.indexOf(':')
  const epoch = colon < 0 ? '0' : text.slice(0, colon)
  if (colon >= 0 && (!/^\d+$/.test(epoch) || Number(epoch) > largestEpoch)) {
    return refuse('what is before the colon is no epoch')
  }
  const rest = text.slice(colon + 1)
  const dash = rest.lastIndexOf('-')
  const upstream = dash < 0 ? rest : rest.slice(0, dash)
  const revision = dash < 0 ? '' : rest.slice(dash + 1)
  if (upstream === '') return refuse('it has no upstream version')
  if (dash >= 0 && revision === '') return refuse('its revision is empty')
  if (!/^\d/.test(upstream)) return refuse('its upstream version does not begin with a digit')
  if (!/^[A-Za-z0-9.+~:-]+$/.test(upstream)) {
    return refuse('its upstream version has a character that none may have')
  }
  if (!/^[A-Za-z0-9.+~]*$/.test(revision)) {
    return refuse('its revision has a character that none may have')
  }
  return numberKey(epoch) + partKey(upstream) + partKey(revision)
})

const refuse = (reason: string): Unparsable => ({ reason })

// `~` before the end, the end before letters, letters before everything else.
const end = '\u0002'
const characters: readonly string[] = Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCodePoint(code)
  if (character === '~') return '\u0001'
  return /[a-z]/i.test(character) ? character : String.fromCodePoint(code + 0x80)
})

/** Runs of other characters and runs of digits in turn; a run of digits that is missing is zero. */
function partKey(part: string): string {
  let key = ''
  let at = 0
  do {
    while (at < part.length && !isDigit(part, at)) {
      key += characters[part.codePointAt(at) ?? 0] ?? ''
      at += 1
    }
    const start = at
    while (at < part.length && isDigit(part, at)) at += 1
    key += end + numberKey(part.slice(start, at))
  } while (at < part.length)
  return key + end
}

function isDigit(text: string, at: number): boolean {
  const code = text.codePointAt(at) ?? 0
  return code >= 0x30 && code <= 0x39
}
