// Bottlerocket has no package database; it lists what it was built from for AWS Systems Manager.
// https://github.com/bottlerocket-os/bottlerocket: /usr/share/bottlerocket/application-inventory.json

import type { Diagnostic } from '../../../../model/index.ts'
import { compareText } from '../../../../platform/index.ts'
import type { Cataloger, Extraction, FoundPackage } from '../../cataloger.ts'
import { addProblem, readText, unread } from '../../diagnostics.ts'
import { field, itemsOf, parseJson, textField } from '../../json.ts'
import { isPlainWord } from '../../language.ts'
import { purlOf } from '../../purl.ts'
import { distroQualifier } from '../distro.ts'

interface BottlerocketFact {
  readonly name: string
  readonly epoch?: string
  readonly version: string
  readonly release: string
  readonly arch?: string
}

export const bottlerocket: Cataloger<BottlerocketFact> = {
  name: 'os/bottlerocket',
  version: 1,
  modes: ['installed'],
  wants: [{ path: 'usr/share/bottlerocket/application-inventory.json' }],
  async extract(file): Promise<Extraction<BottlerocketFact>> {
    const read = await readText(file)
    if ('problem' in read) return { facts: [], diagnostics: [read.problem] }
    const parsed = parseJson(read.text)
    if ('problem' in parsed) {
      return {
        facts: [],
        diagnostics: [unread('BOTTLEROCKET_INVENTORY_MALFORMED', file.path, parsed.problem)],
      }
    }
    const facts: BottlerocketFact[] = []
    const diagnostics: Diagnostic[] = []
    for (const [index, record] of itemsOf(field(parsed.value, 'Content')).entries()) {
      const fact = factOf(record)
      if (fact !== undefined) facts.push(fact)
      else {
        const problem = 'an application has no name, version or release'
        addProblem(
          diagnostics,
          unread('BOTTLEROCKET_INVENTORY_MALFORMED', file.path, problem, `application ${index + 1}`),
        )
      }
    }
    return { facts, diagnostics }
  },
  assemble(facts, context) {
    const packages = facts.flatMap(({ path, fact }): FoundPackage[] => {
      const { name, arch, epoch } = fact
      const version = `${fact.version}-${fact.release}`
      const purl = purlOf({
        type: 'rpm',
        namespace: 'bottlerocket',
        name,
        version,
        qualifiers: { arch, distro: distroQualifier(context.distribution), epoch },
      })
      if (purl === undefined) return []
      return [
        {
          purl,
          type: 'rpm',
          name,
          version: `${epoch ?? '0'}:${version}`,
          ...(arch === undefined ? {} : { arch }),
          state: 'installed',
          certainty: 'exact',
          path,
        },
      ]
    })
    return { packages: packages.sort((a, b) => compareText(a.purl, b.purl)) }
  },
}

function factOf(record: unknown): BottlerocketFact | undefined {
  const name = textField(record, 'Name')
  const version = textField(record, 'Version')
  const release = textField(record, 'Release')
  const arch = textField(record, 'Architecture')
  const epoch = textField(record, 'Epoch')
  if (name === undefined || version === undefined || release === undefined) return undefined
  if (![name, version, release].every(isPlainWord)) return undefined
  return {
    name,
    version,
    release,
    ...(arch === undefined ? {} : { arch }),
    ...(epoch !== undefined && /^\d{1,9}$/.test(epoch) ? { epoch } : {}),
  }
}
