// Java libraries, in archives and in archives inside of those.

import type { Diagnostic } from '../../../../model/index.ts'
import { addProblem } from '../../diagnostics.ts'
import type { Cataloger, Extraction } from '../../cataloger.ts'
import { assembleLanguage } from '../../language.ts'
import { archiveSuffixes, budgetOf, readArchive, unnamed } from './read-archive.ts'
import type { JavaFact } from './read-archive.ts'

export const javaArchive: Cataloger<JavaFact> = {
  name: 'java/archive',
  version: 3,
  modes: ['installed'],
  wants: archiveSuffixes.map((suffix) => ({ suffix })),
  async extract(file, context): Promise<Extraction<JavaFact>> {
    const facts: JavaFact[] = []
    const diagnostics: Diagnostic[] = []
    const budget = budgetOf(file.size, context.limits, context.signal)
    const report = (diagnostic: Diagnostic): void => {
      addProblem(diagnostics, diagnostic)
    }
    for await (const fact of readArchive(file.content, file.path, 0, budget, report)) facts.push(fact)
    if (facts.length === 0 && diagnostics.length === 0) diagnostics.push(unnamed(file.path))
    return { facts, diagnostics }
  },
  assemble: (facts) =>
    assembleLanguage(
      facts.map(({ fact: { archive, coordinate, certainty, notes } }) => {
        const { group, artifact, version } = coordinate
        // Without a group there is no Maven package to name; it is shown, and not matched.
        const identity =
          group === undefined
            ? {
                type: 'generic',
                name: artifact,
                notes: [...notes, 'Java archive whose Maven group is not known'],
              }
            : { type: 'maven', name: `${group}:${artifact}`, notes }
        return { ...identity, version, path: archive, state: 'installed', certainty }
      }),
    ),
}
