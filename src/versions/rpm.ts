// RPM's versions: epoch:version-release.
// https://rpm.org/docs/latest/man/rpm-version.7 and, for the order, rpmio/rpmvercmp.c:
// https://github.com/rpm-software-management/rpm/blob/master/rpmio/rpmvercmp.c

import { keyedScheme, numberKey } from './key.ts'
import type { KeyedVersion } from './key.ts'
import type { VersionScheme } from './scheme.ts'

const specification = 'https://rpm.org/docs/latest/man/rpm-version.7'
/** rpm keeps an epoch in 32 bits. */
const largestEpoch = 0xffffffff

/**
 * No epoch is epoch 0. rpm compares releases only when both have one, which is no order (1-1 and 1-2 would both equal 1 and not each
 * other): here a version without a release is before the same version with any.
 */
export const rpm: VersionScheme<KeyedVersion> = keyedScheme('rpm', specification, (text) => {
  // The alphabet of rpm's own check, with `%{}` of macros that nobody expanded: all but letters, digits, `~` and `^` separate.
  const match = /^(?:(\d*):)?([A-Za-z0-9._+~^%{}-]+)$/.exec(text)
  if (match === null) return { reason: 'it is not an optional epoch and letters, digits and ._+~^-' }
  const [, epoch = '', evr = ''] = match
  if (Number(epoch) > largestEpoch) return { reason: 'its epoch is too large' }
  const dash = evr.lastIndexOf('-')
  const version = dash < 0 ? evr : evr.slice(0, dash)
  const release = dash < 0 ? undefined : evr.slice(dash + 1)
  if (version === '' || release === '') return { reason: 'its version or its release is empty' }
  return numberKey(epoch) + partKey(version) + (release === undefined ? '' : partKey(release))
})

// What may follow an equal beginning, lowest first. Letters come before digits.
const mark = {
  tilde: '\u0001',
  end: '\u0002',
  caret: '\u0003',
  letters: '\u0004',
  digits: '\u0005',
} as const

/** rpmvercmp's segments; what is neither letter nor digit nor `~` nor `^` only separates. */
function partKey(part: string): string {
  let key = ''
  let at = 0
  while (at < part.length) {
    const kind = kindAt(part, at)
    const start = at
    at += 1
    if (kind === 'tilde' || kind === 'caret') key += mark[kind]
    else if (kind !== undefined) {
      while (at < part.length && kindAt(part, at) === kind) at += 1
      const segment = part.slice(start, at)
      key += mark[kind] + (kind === 'digits' ? numberKey(segment) : `${segment}\0`)
    }
  }
  return key + mark.end
}

function kindAt(part: string, at: number): 'digits' | 'letters' | 'tilde' | 'caret' | undefined {
  const code = part.codePointAt(at) ?? 0
  if (code >= 0x30 && code <= 0x39) return 'digits'
  if ((code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)) return 'letters'
  if (code === 0x7e) return 'tilde'
  return code === 0x5e ? 'caret' : undefined
}
