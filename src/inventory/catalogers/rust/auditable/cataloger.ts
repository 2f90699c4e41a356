// Rust crates linked into programs that cargo-auditable built.
// https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md

import type { Diagnostic } from '../../../../model/index.ts'
import { inflateSync } from 'node:zlib'
import { messageOf } from '../../../../platform/index.ts'
import type { Cataloger, Extraction } from '../../cataloger.ts'
import { addProblem, unread } from '../../diagnostics.ts'
import { executableMagics, parseExecutable } from '../../binary/executable.ts'
import { field, itemsOf, parseJson, textField } from '../../json.ts'
import { assembleLanguage, isPlainWord } from '../../language.ts'

interface CrateFact {
  readonly name: string
  readonly version: string
  readonly notes: readonly string[]
}

/** The bounds that the format's own reader has. */
const maximumPackedBytes = 8 * 1024 * 1024
const maximumUnpackedBytes = 8 * 1024 * 1024

export const rustAuditable: Cataloger<CrateFact> = {
  name: 'rust/auditable',
  version: 1,
  modes: ['installed'],
  wants: [...executableMagics.map((magic) => ({ magic, executableOnly: true })), { suffix: '.exe' }],
  async extract(file): Promise<Extraction<CrateFact>> {
    const executable = await parseExecutable(file.content)
    const section = executable?.sections.find(({ name }) => name === '.dep-v0')
    if (section === undefined) return { facts: [] }
    const damaged = (why: string): Extraction<CrateFact> => ({
      facts: [],
      diagnostics: [unread('RUST_AUDIT_DATA_DAMAGED', file.path, why)],
    })
    if (section.size > maximumPackedBytes) return damaged('the list of crates is too long')
    const packed = await file.content.read(section.offset, section.size)
    let text: string
    try {
      // Sections of Windows are filled up with zeros, which come after the end of the stream.
      text = inflateSync(packed, { maxOutputLength: maximumUnpackedBytes }).toString('utf8')
    } catch (error) {
      return damaged(`the list of crates cannot be unpacked: ${messageOf(error)}`)
    }
    const parsed = parseJson(text)
    if ('problem' in parsed) return damaged(parsed.problem)
    return readPackages(parsed.value, file.path)
  },
  assemble: (facts) =>
    assembleLanguage(
      facts.map(({ path, fact: { name, version, notes } }) => ({
        type: 'cargo',
        name,
        version,
        path,
        state: 'installed',
        certainty: 'exact',
        notes,
      })),
    ),
}

function readPackages(value: unknown, path: string): Extraction<CrateFact> {
  const facts: CrateFact[] = []
  const diagnostics: Diagnostic[] = []
  for (const [index, one] of itemsOf(field(value, 'packages')).entries()) {
    const name = textField(one, 'name')
    const version = textField(one, 'version')
    if (name === undefined || version === undefined || !isPlainWord(name) || !isPlainWord(version)) {
      addProblem(
        diagnostics,
        unread('RUST_AUDIT_DATA_DAMAGED', path, 'a crate has no name or version', `package ${index}`),
      )
      continue
    }
    const source = textField(one, 'source')
    facts.push({
      name,
      version,
      notes: [
        ...(field(one, 'root') === true ? ['main-module'] : []),
        ...(textField(one, 'kind') === 'build' ? ['used to build it, not linked into it'] : []),
        ...(source === undefined || source === 'crates.io' ? [] : [`source: ${source.slice(0, 200)}`]),
      ],
    })
  }
  return { facts, diagnostics }
}
