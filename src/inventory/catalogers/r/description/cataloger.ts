// R packages that are installed. https://cran.r-project.org/doc/manuals/r-release/R-exts.html#The-DESCRIPTION-file

import type { Cataloger, Extraction } from '../../cataloger.ts'
import { readText, unread } from '../../diagnostics.ts'
import { assembleLanguage, isPlainWord } from '../../language.ts'

interface RFact {
  readonly name: string
  readonly version: string
  readonly license?: string
}

const maximumBytes = 1024 * 1024
/** `usr/local/lib/R/site-library/jsonlite/DESCRIPTION`; elsewhere other tools have files of that name. */
const installed = /(?:^|\/)(?:library|site-library|site-packages)\/[^/]+\/DESCRIPTION$/

export const rDescription: Cataloger<RFact> = {
  name: 'r/description',
  version: 1,
  modes: ['installed'],
  wants: [{ name: 'DESCRIPTION' }],
  async extract(file): Promise<Extraction<RFact>> {
    if (!installed.test(file.path)) return { facts: [] }
    const read = await readText(file, maximumBytes)
    if ('problem' in read) return { facts: [], diagnostics: [read.problem] }
    const fields = new Map<string, string>()
    for (const line of read.text.split('\n')) {
      const colon = line.indexOf(':')
      if (colon > 0 && !/^\s/.test(line)) fields.set(line.slice(0, colon), line.slice(colon + 1).trim())
    }
    const name = fields.get('Package')
    const version = fields.get('Version')
    // `Built` is what R adds when it installs.
    if (name === undefined && !fields.has('Built')) return { facts: [] }
    if (name === undefined || version === undefined || !isPlainWord(name) || !isPlainWord(version)) {
      const problem = 'it has no name and version that a package can have'
      return { facts: [], diagnostics: [unread('R_DESCRIPTION_MALFORMED', file.path, problem)] }
    }
    const license = fields.get('License')
    return {
      facts: [{ name, version, ...(license === undefined || license.length > 200 ? {} : { license }) }],
    }
  },
  assemble: (facts) =>
    assembleLanguage(
      facts.map(({ path, fact: { name, version, license } }) => ({
        type: 'cran',
        name,
        version,
        path,
        state: 'installed',
        certainty: 'exact',
        licenses: license === undefined ? [] : [license],
      })),
    ),
}
