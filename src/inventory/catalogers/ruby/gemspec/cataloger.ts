// Ruby gems that are installed: the specification that RubyGems writes for each. It is a Ruby program, and is read, never run.
// https://guides.rubygems.org/specification-reference/

import type { Cataloger, Extraction } from '../../cataloger.ts'
import { doubtful, readText, unread } from '../../diagnostics.ts'
import { assembleLanguage, isPlainWord } from '../../language.ts'

interface GemFact {
  readonly name: string
  readonly version: string
  /** `x86_64-linux`, `java`; absent for pure Ruby. */
  readonly platform?: string
  readonly licenses: readonly string[]
  readonly isDefault: boolean
  readonly certainty: 'exact' | 'derived'
}

const installed = /(?:^|\/)specifications\/(?<default>default\/)?(?<file>[^/]+)\.gemspec$/

const maximumBytes = 4 * 1024 * 1024

export const gemspec: Cataloger<GemFact> = {
  name: 'ruby/gemspec',
  version: 1,
  modes: ['installed'],
  wants: [{ suffix: '.gemspec' }],
  async extract(file): Promise<Extraction<GemFact>> {
    const place = installed.exec(file.path)?.groups
    if (place?.['file'] === undefined) return { facts: [] }
    const read = await readText(file, maximumBytes)
    if ('problem' in read) return { facts: [], diagnostics: [read.problem] }
    const isDefault = place['default'] !== undefined
    const licenses = licensesOf(read.text)
    const stated = fromStub(read.text) ?? fromCode(read.text)
    if (stated !== undefined) return { facts: [{ ...stated, licenses, isDefault, certainty: 'exact' }] }
    const named = fromFileName(place['file'])
    if (named === undefined) {
      const problem = 'neither the specification nor its file name gives a name and a version'
      return { facts: [], diagnostics: [unread('GEMSPEC_MALFORMED', file.path, problem)] }
    }
    return {
      facts: [{ ...named, licenses, isDefault, certainty: 'derived' }],
      diagnostics: [
        doubtful(
          'GEMSPEC_INCOMPLETE',
          file.path,
          'the specification gives no name and version that can be read without running it; they were taken from its file name',
        ),
      ],
    }
  },
  assemble: (facts) =>
    assembleLanguage(
      facts.map(({ path, fact }) => ({
        type: 'gem',
        name: fact.name,
        version: fact.version,
        path,
        state: 'installed',
        certainty: fact.certainty,
        licenses: fact.licenses,
        notes: fact.isDefault ? ['default gem of the Ruby it came with'] : [],
        qualifiers: { platform: fact.platform },
      })),
    ),
}

type Gem = Pick<GemFact, 'name' | 'version' | 'platform'>

function gem(
  name: string | undefined,
  version: string | undefined,
  platform: string | undefined,
): Gem | undefined {
  if (name === undefined || version === undefined || !isPlainWord(name)) return undefined
  // https://github.com/rubygems/rubygems: Gem::Version::VERSION_PATTERN
  if (!/^[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/.test(version)) return undefined
  const own = platform !== undefined && platform !== '' && platform !== 'ruby'
  return { name, version, ...(own ? { platform } : {}) }
}

// `# stub: NAME VERSION PLATFORM PATHS`, in the first lines, is there so that the file need not be run.
function fromStub(text: string): Gem | undefined {
  const stub = /^# stub: (?<name>\S+) (?<version>\S+) (?<platform>\S+)/m.exec(text.slice(0, 4096))?.groups
  return gem(stub?.['name'], stub?.['version'], stub?.['platform'])
}

function fromCode(text: string): Gem | undefined {
  const value = (key: string): string | undefined =>
    new RegExp(
      `^[ \\t]*\\w+\\.${key}[ \\t]*=[ \\t]*(?:Gem::Version\\.new\\()?["'](?<value>[^"'\\s#]{1,200})["']`,
      'm',
    ).exec(text)?.groups?.['value']
  return gem(value('name'), value('version'), value('platform'))
}

// `nokogiri-1.13.10-x86_64-linux`
function fromFileName(file: string): Gem | undefined {
  const found = /^(?<name>.+?)-(?<version>\d[0-9A-Za-z.]*)(?:-(?<platform>.+))?$/.exec(file)?.groups
  return gem(found?.['name'], found?.['version'], found?.['platform'])
}

function licensesOf(text: string): readonly string[] {
  const list = /^[ \t]*\w+\.licenses?[ \t]*=[ \t]*(?<list>\[[^\]\n]{0,500}\]|["'][^"'\n]{1,100}["'])/m.exec(
    text,
  )?.groups?.['list']
  return [...(list ?? '').matchAll(/["'](?<license>[^"']{1,100})["']/g)].map((match) => match[1] ?? '')
}
