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
  const word = segments.findIndex(isWord)
  return word < 0
    ? segmentsKey(segments, []) + mark.end
    : segmentsKey(segments.slice(0, word), segments.slice(word)) + mark.end
})

const isWord = (segment: string): boolean => (segment.codePointAt(0) ?? 0) > 0x39

// What may follow an equal beginning, lowest first.
const mark = { word: '\u0001', end: '\u0002', number: '\u0003' } as const
const mostSegments = 2048

/**
 * Zeros at the end of the numbers, and at the end of all, do not count. Words are before numbers, and a version that ended goes on
 * with zeros. So zeros before a word bring it nearer to the end from below, zeros before a number from above: they are counted, and
 * what comes after them is put in front.
 */
function segmentsKey(numbers: readonly string[], rest: readonly string[]): string {
  let key = ''
  for (const list of [numbers, rest]) {
    let zeros = 0
    for (const segment of list) {
      const digits = isWord(segment) ? undefined : numberKey(segment)
      if (digits === zero) {
        zeros += 1
        continue
      }
      key +=
        digits === undefined
          ? `${mark.word}${numberKey(String(zeros))}${segment}\0`
          : mark.number + numberKey(String(mostSegments - zeros)) + digits
      zeros = 0
    }
  }
  return key
}

const zero = numberKey('0')
