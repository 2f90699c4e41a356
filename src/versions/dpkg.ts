// Debian's versions: epoch:upstream-revision.
// https://manpages.debian.org/bookworm/dpkg-dev/deb-version.7.en.html
// https://www.debian.org/doc/debian-policy/ch-controlfields.html#version

import type { ParsedVersion, Unparsable, VersionScheme } from './scheme.ts'

interface DpkgVersion extends ParsedVersion {
  readonly epoch: number
  readonly upstream: string
  /** Empty where there is none, which equals `0`. */
  readonly revision: string
}

const longest = 1024

export const dpkg: VersionScheme<DpkgVersion> = {
  name: 'dpkg',
  specification: 'https://manpages.debian.org/bookworm/dpkg-dev/deb-version.7.en.html',
  parse,
  compare: (a, b) =>
    a.epoch - b.epoch || comparePart(a.upstream, b.upstream) || comparePart(a.revision, b.revision),
}

/** As lenient as dpkg itself when it reads a status file: a letter in front is accepted, anything outside the alphabet is not. */
function parse(text: string): DpkgVersion | Unparsable {
  const trimmed = text.trim()
  if (trimmed === '') return { reason: 'it is empty' }
  if (trimmed.length > longest) return { reason: `it is longer than ${longest} characters` }
  const colon = trimmed.indexOf(':')
  const epochText = colon < 0 ? '0' : trimmed.slice(0, colon)
  if (!/^\d{1,10}$/.test(epochText) || Number(epochText) > 0x7fffffff) {
    return { reason: 'what is before the colon is no epoch' }
  }
  const rest = trimmed.slice(colon + 1)
  const dash = rest.lastIndexOf('-')
  const upstream = dash < 0 ? rest : rest.slice(0, dash)
  const revision = dash < 0 ? '' : rest.slice(dash + 1)
  if (upstream === '') return { reason: 'it has no upstream version' }
  if (dash >= 0 && revision === '') return { reason: 'its revision is empty' }
  if (!/^[A-Za-z0-9.+~:-]+$/.test(upstream))
    return { reason: 'its upstream version has a character that none may have' }
  if (!/^[A-Za-z0-9.+~]*$/.test(revision))
    return { reason: 'its revision has a character that none may have' }
  return { text, epoch: Number(epochText), upstream, revision }
}

/** `~` before the end, the end before letters, letters before everything else. */
function orderOf(code: number): number {
  if (code === 0x7e) return -1
  if (isDigit(code) || Number.isNaN(code)) return 0
  return isLetter(code) ? code : code + 256
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39
const isLetter = (code: number): boolean => (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)

/** dpkg's own algorithm: runs of other characters and runs of digits in turn. */
function comparePart(a: string, b: string): number {
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(codeAt(a, i))) || (j < b.length && !isDigit(codeAt(b, j)))) {
      const difference = orderOf(codeAt(a, i)) - orderOf(codeAt(b, j))
      if (difference !== 0) return difference
      i += 1
      j += 1
    }
    while (codeAt(a, i) === 0x30) i += 1
    while (codeAt(b, j) === 0x30) j += 1
    let first = 0
    while (isDigit(codeAt(a, i)) && isDigit(codeAt(b, j))) {
      if (first === 0) first = codeAt(a, i) - codeAt(b, j)
      i += 1
      j += 1
    }
    if (isDigit(codeAt(a, i))) return 1
    if (isDigit(codeAt(b, j))) return -1
    if (first !== 0) return first
  }
  return 0
}

// oxlint-disable-next-line unicorn/prefer-code-point -- the alphabet is ASCII, and NaN at the end is what is wanted
const codeAt = (text: string, index: number): number => text.charCodeAt(index)
