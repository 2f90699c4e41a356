// Packages as Composer writes them, in what is installed and in what is locked.
// https://getcomposer.org/doc/04-schema.md

import { itemsOf, field, textField } from '../json.ts'
import { isPlainWord } from '../language.ts'

export interface ComposerPackage {
  readonly name: string
  readonly version: string
  readonly licenses: readonly string[]
}

/** The package of one record; undefined when it has no name or version. */
export function composerPackage(record: unknown): ComposerPackage | undefined {
  const name = textField(record, 'name')
  const version = textField(record, 'version')
  if (name === undefined || version === undefined || !/^[^/\s]+\/[^/\s]+$/.test(name)) return undefined
  if (!isPlainWord(name) || !isPlainWord(version)) return undefined
  const licenses = itemsOf(field(record, 'license')).filter(
    (one): one is string => typeof one === 'string' && one !== '' && one.length <= 200,
  )
  return { name: name.toLowerCase(), version, licenses }
}
