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
  if (!/^\d+$/.test(epoch) || Number(epoch) > largestEpoch) {
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
const tilde = '\u0001'
const end = '\u0002'
const characters: ReadonlyMap<string, string> = new Map([
  ['~', tilde],
  ...Array.from(
    '.+-:',
    (character) => [character, String.fromCodePoint((character.codePointAt(0) ?? 0) + 0x80)] as const,
  ),
])

/** Runs of other characters and runs of digits in turn; a run of digits that is missing is zero. */
function partKey(part: string): string {
  let key = ''
  for (const [, others = '', digits = ''] of part.matchAll(/(\D*)(\d*)/g)) {
    if (others === '' && digits === '') break
    for (const character of others) key += characters.get(character) ?? character
    key += end + numberKey(digits)
  }
  return key === '' ? noPart : key + end
}

/** What an absent revision shares with `0`. */
const noPart = end + numberKey('0') + end
