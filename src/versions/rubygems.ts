// Versions of Ruby's gems.
// https://docs.ruby-lang.org/en/3.4/Gem/Version.html and lib/rubygems/version.rb, whose order this is:
// https://github.com/ruby/rubygems/blob/master/lib/rubygems/version.rb

import { keyedScheme, numberKey } from './key.ts'
import type { KeyedVersion } from './key.ts'
import type { VersionScheme } from './scheme.ts'

const specification = 'https://docs.ruby-lang.org/en/3.4/Gem/Version.html'

/** Gem::Version::VERSION_PATTERN. A platform (`-x86_64-linux`) is no part of a version and is refused for its underscore. */
const pattern = /^\d+(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

export const rubygems: VersionScheme<KeyedVersion> = keyedScheme('rubygems', specification, (text) => {
  if (!pattern.test(text)) return { reason: 'it is not numbers and words with dots between' }
  // A dash means a pre-release.
  const segments = text.replaceAll('-', '.pre.').match(/\d+|[A-Za-z]+/g) ?? []
  const word = segments.findIndex((segment) => /^\D/.test(segment))
  const numbers = word < 0 ? segments : segments.slice(0, word)
  const rest = word < 0 ? [] : segments.slice(word)
  return segmentsKey([...withoutTrailingZeros(numbers), ...withoutTrailingZeros(rest)])
})

const isZero = (segment: string): boolean => /^0+$/.test(segment)

function withoutTrailingZeros(segments: readonly string[]): readonly string[] {
  return segments.slice(0, segments.findLastIndex((segment) => !isZero(segment)) + 1)
}

// What may follow an equal beginning, lowest first.
const mark = { word: '\u0001', end: '\u0002', number: '\u0003' } as const
const mostSegments = 2048

/**
 * Words are before numbers, and a version that ended goes on with zeros. So zeros before a word bring it nearer to the end from
 * below, zeros before a number from above: they are counted, and what comes after them is put in front.
 */
function segmentsKey(segments: readonly string[]): string {
  let key = ''
  let zeros = 0
  for (const segment of segments) {
    if (isZero(segment)) zeros += 1
    else {
      const isWord = /^\D/.test(segment)
      key += isWord
        ? `${mark.word}${numberKey(String(zeros))}${segment}\0`
        : mark.number + numberKey(String(mostSegments - zeros)) + numberKey(segment)
      zeros = 0
    }
  }
  return key + mark.end
}
