// PHP packages that Composer installed: `vendor/composer/installed.json`.

import type { Diagnostic } from '../../../../model/index.ts'
import type { Cataloger, Extraction } from '../../cataloger.ts'
import { addProblem, readText, unread } from '../../diagnostics.ts'
import { field, itemsOf, parseJson } from '../../json.ts'
import { assembleLanguage } from '../../language.ts'
import { composerPackage } from '../composer.ts'
import type { ComposerPackage } from '../composer.ts'

export const installedJson: Cataloger<ComposerPackage> = {
  name: 'php/installed-json',
  version: 1,
  modes: ['installed'],
  wants: [{ suffix: 'composer/installed.json' }],
  async extract(file): Promise<Extraction<ComposerPackage>> {
    const read = await readText(file)
    if ('problem' in read) return { facts: [], diagnostics: [read.problem] }
    const parsed = parseJson(read.text)
    if ('problem' in parsed) {
      return { facts: [], diagnostics: [unread('COMPOSER_INSTALLED_MALFORMED', file.path, parsed.problem)] }
    }
    // Composer 1 writes the list alone.
    const records = Array.isArray(parsed.value) ? parsed.value : itemsOf(field(parsed.value, 'packages'))
    const facts: ComposerPackage[] = []
    const diagnostics: Diagnostic[] = []
    for (const [index, record] of records.entries()) {
      const found = composerPackage(record)
      if (found !== undefined) facts.push(found)
      else {
        const problem = 'a package has no name or version'
        addProblem(
          diagnostics,
          unread('COMPOSER_INSTALLED_MALFORMED', file.path, problem, `package ${index}`),
        )
      }
    }
    return { facts, diagnostics }
  },
  assemble: (facts) =>
    assembleLanguage(
      facts.map(({ path, fact: { name, version, licenses } }) => ({
        type: 'composer',
        name,
        version,
        path,
        state: 'installed',
        certainty: 'exact',
        licenses,
      })),
    ),
}
