// Python packages that are installed: dist-info folders, and egg-info folders and files of older tools.
// https://packaging.python.org/en/latest/specifications/recording-installed-packages/

import { normalizeName } from '../../../../model/index.ts'
import type { Cataloger, Extraction } from '../../cataloger.ts'
import { doubtful, unread } from '../../diagnostics.ts'
import { assembleLanguage, isPlainWord } from '../../language.ts'
import { parseMetadata } from '../metadata.ts'

interface PythonFact {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly certainty: 'exact' | 'derived'
}

/** `Name-Version.dist-info`, `Name-Version-py3.9.egg-info`, `Name-Version-py3.9.egg`; the name holds no dash. */
const folderName =
  /(?:^|\/)(?<name>[^/-]+)-(?<version>[^/-]+)(?:-py[\d.]+(?:-[^/]*)?)?\.(?:dist-info|egg-info|egg)(?:\/|$)/

/** The headers come first; what follows is the package's description. */
const headBytes = 1024 * 1024

export const distInfo: Cataloger<PythonFact> = {
  name: 'python/dist-info',
  version: 2,
  modes: ['installed'],
  wants: [
    { suffix: '.dist-info/METADATA' },
    { suffix: '.egg-info/PKG-INFO' },
    { suffix: '.egg/EGG-INFO/PKG-INFO' },
    { suffix: '.egg-info' },
  ],
  async extract(file): Promise<Extraction<PythonFact>> {
    const { name, version, license } = parseMetadata(
      new TextDecoder().decode(await file.content.read(0, headBytes)),
    )
    if (name !== undefined && version !== undefined && isPlainWord(name) && isPlainWord(version)) {
      return { facts: [{ name, version, certainty: 'exact', ...(license === undefined ? {} : { license }) }] }
    }
    return fromFolder(file.path)
  },
  assemble: (facts) =>
    assembleLanguage(
      facts.map(({ path, fact }) => ({
        type: 'pypi',
        name: normalizeName('PyPI', fact.name),
        version: fact.version,
        path,
        state: 'installed',
        certainty: fact.certainty,
        licenses: fact.license === undefined ? [] : [fact.license],
      })),
    ),
}

function fromFolder(path: string): Extraction<PythonFact> {
  const found = folderName.exec(path)?.groups
  const name = found?.['name']
  const version = found?.['version']
  if (name === undefined || version === undefined || !isPlainWord(name) || !isPlainWord(version)) {
    const problem = 'the metadata gives no name and version, and the folder does neither'
    return { facts: [], diagnostics: [unread('PYTHON_METADATA_MALFORMED', path, problem)] }
  }
  return {
    facts: [{ name, version, certainty: 'derived' }],
    diagnostics: [
      doubtful(
        'PYTHON_METADATA_INCOMPLETE',
        path,
        'the metadata gives no name and version; they were taken from the name of the folder',
      ),
    ],
  }
}
