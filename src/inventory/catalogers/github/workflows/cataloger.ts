// Actions that GitHub workflows use. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax

import type { Cataloger } from '../../cataloger.ts'
import { entriesOf, itemsOf, textField } from '../../json.ts'
import { lockCataloger, noLock } from '../../lock-file.ts'
import type { LockedPackage } from '../../lock-file.ts'
import { parseYaml } from '../../yaml.ts'

const maximumDepth = 20
const workflow = /(?:^|\/)\.github\/workflows\/[^/]+$|(?:^|\/)action\.ya?ml$/

export const githubWorkflows: Cataloger<LockedPackage> = lockCataloger({
  name: 'github/workflows',
  version: 1,
  type: 'githubactions',
  wants: [
    { under: '.github/workflows', suffix: '.yml' },
    { under: '.github/workflows', suffix: '.yaml' },
    { name: 'action.yml' },
    { name: 'action.yaml' },
  ],
  code: 'WORKFLOW_MALFORMED',
  infoCode: 'WORKFLOW_VERSIONS_UNKNOWN',
  parse(text, path) {
    if (!workflow.test(path)) return { packages: [] }
    const parsed = parseYaml(text)
    if ('problem' in parsed) return noLock(parsed.problem)
    const packages: LockedPackage[] = []
    let unknown = 0
    for (const uses of usesIn(parsed.value, 0)) {
      // Actions of the same repository and images of containers are no packages.
      if (uses.startsWith('./') || uses.startsWith('docker://')) continue
      const found = /^(?<owner>[\w.-]+)\/(?<name>[\w.-]+)(?:\/[^@\s]*)?@(?<ref>[^@\s]+)$/.exec(uses)?.groups
      const version = /^v?\d+(?:\.\d+)*(?:-[\w.]+)?$/.exec(found?.['ref'] ?? '')?.[0]
      // A branch or a commit does not say which version it is.
      if (found === undefined || version === undefined) unknown += 1
      else
        packages.push({
          name: `${found['owner']}/${found['name']}`.toLowerCase(),
          version,
          state: 'declared',
        })
    }
    if (unknown === 0) return { packages }
    const message = `${unknown} actions are named by branch or commit: their version cannot be told`
    return { packages, problems: [{ level: 'info', message }] }
  },
})

/** Every `uses`, of steps and of whole jobs. */
function* usesIn(value: unknown, depth: number): Generator<string> {
  if (depth > maximumDepth) return
  const uses = textField(value, 'uses')
  if (uses !== undefined) yield uses.trim()
  for (const [, child] of entriesOf(value)) yield* usesIn(child, depth + 1)
  for (const child of itemsOf(value)) yield* usesIn(child, depth + 1)
}
