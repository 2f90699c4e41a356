// npm packages that are installed: a package.json at the top of a folder of node_modules.

import type { Cataloger, Extraction } from '../../cataloger.ts'
import { readText, unread } from '../../diagnostics.ts'
import { field, itemsOf, parseJson, textField } from '../../json.ts'
import { assembleLanguage, isPlainWord } from '../../language.ts'

interface NodeFact {
  readonly name: string
  readonly version: string
  readonly licenses: readonly string[]
  /** The folder's name where it is another: an npm alias. */
  readonly alias?: string
}

/**
 * `node_modules/NAME` or `node_modules/@scope/NAME`, and Debian's folders of the same make. A package.json elsewhere is an application
 * or a part of a package (`esm/package.json`), which nobody published under that name.
 */
const installed =
  /(?:^|\/)(?:node_modules|usr\/(?:share|lib)\/nodejs)\/(?<folder>(?:@[^/]+\/)?[^/@.][^/]*)\/package\.json$/

export const nodeModules: Cataloger<NodeFact> = {
  name: 'javascript/node-modules',
  version: 1,
  modes: ['installed'],
  wants: [{ name: 'package.json' }],
  async extract(file): Promise<Extraction<NodeFact>> {
    const folder = installed.exec(file.path)?.groups?.['folder']
    if (folder === undefined) return { facts: [] }
    const read = await readText(file)
    if ('problem' in read) return { facts: [], diagnostics: [read.problem] }
    const parsed = parseJson(read.text)
    if ('problem' in parsed) {
      return { facts: [], diagnostics: [unread('NODE_PACKAGE_MALFORMED', file.path, parsed.problem)] }
    }
    const name = textField(parsed.value, 'name')
    const version = textField(parsed.value, 'version')
    // Folders without a name and a version are no packages of a registry: workspaces, markers of the module kind.
    if (name === undefined || version === undefined) return { facts: [] }
    if (!isPlainWord(name) || !isPlainWord(version)) {
      const problem = 'the name or the version is none that a package can have'
      return { facts: [], diagnostics: [unread('NODE_PACKAGE_MALFORMED', file.path, problem)] }
    }
    const licenses = licensesOf(parsed.value)
    return { facts: [{ name, version, licenses, ...(folder === name ? {} : { alias: folder }) }] }
  },
  assemble: (facts) =>
    assembleLanguage(
      facts.map(({ path, fact: { name, version, licenses, alias } }) => ({
        type: 'npm',
        name,
        version,
        path,
        state: 'installed',
        certainty: 'exact',
        licenses,
        notes: alias === undefined ? [] : [`installed as ${alias}`],
      })),
    ),
}

// `license: "MIT"`; in old packages `license: {type}` or `licenses: [{type}]`.
function licensesOf(value: unknown): readonly string[] {
  const license = field(value, 'license')
  const all = [license, ...itemsOf(field(value, 'licenses'))]
  return all.flatMap((one) => {
    const text = typeof one === 'string' ? one : textField(one, 'type')
    return text === undefined || text === '' || text.length > 200 ? [] : [text]
  })
}
