// What Bitnami put into its images, which no package manager knows: `/opt/bitnami/.bitnami_components.json`.

import type { Diagnostic } from '../../../../model/index.ts'
import type { Cataloger, Extraction } from '../../cataloger.ts'
import { addProblem, readText, unread } from '../../diagnostics.ts'
import { entriesOf, parseJson, textField } from '../../json.ts'
import { assembleLanguage, isPlainWord } from '../../language.ts'

interface ComponentFact {
  readonly name: string
  readonly version: string
  readonly arch?: string
  readonly distro?: string
}

export const bitnamiComponents: Cataloger<ComponentFact> = {
  name: 'bitnami/components',
  version: 1,
  modes: ['installed'],
  wants: [{ path: 'opt/bitnami/.bitnami_components.json' }],
  async extract(file): Promise<Extraction<ComponentFact>> {
    const read = await readText(file)
    if ('problem' in read) return { facts: [], diagnostics: [read.problem] }
    const parsed = parseJson(read.text)
    if ('problem' in parsed) {
      return { facts: [], diagnostics: [unread('BITNAMI_COMPONENTS_MALFORMED', file.path, parsed.problem)] }
    }
    const facts: ComponentFact[] = []
    const diagnostics: Diagnostic[] = []
    for (const [name, record] of entriesOf(parsed.value)) {
      const version = textField(record, 'version')
      if (version === undefined || !isPlainWord(name) || !isPlainWord(version)) {
        const place = JSON.stringify(name.slice(0, 100))
        addProblem(
          diagnostics,
          unread('BITNAMI_COMPONENTS_MALFORMED', file.path, 'a component has no version', place),
        )
        continue
      }
      const arch = textField(record, 'arch')
      const distro = textField(record, 'distro')
      facts.push({
        name,
        version,
        ...(arch === undefined ? {} : { arch }),
        ...(distro === undefined ? {} : { distro }),
      })
    }
    return { facts, diagnostics }
  },
  assemble: (facts) =>
    assembleLanguage(
      facts.map(({ path, fact: { name, version, arch, distro } }) => ({
        type: 'bitnami',
        name,
        version,
        path,
        state: 'installed',
        certainty: 'exact',
        qualifiers: { arch, distro },
      })),
    ),
}
