// `longwatch explain`: why a vulnerability is reported in an artifact, or why it is not.

import { Command, Option } from 'commander'
import { explain } from '../../assessment/index.ts'
import type { ExplainedPackage, Explanation, ExplainStep } from '../../assessment/index.ts'
import { exitCodes, LongwatchError } from '../../platform/index.ts'
import type { CliIo } from '../io.ts'
import { writeText } from '../io.ts'
import { terminalProgress } from '../output/progress.ts'
import { printable, stylesFor } from '../output/style.ts'
import type { Styles } from '../output/style.ts'
import { addAdvisoryOptions, advisoriesFor } from '../scan/advisories.ts'
import type { AdvisoryOptions } from '../scan/advisories.ts'
import { addIgnoreOptions, readRules } from '../scan/ignore.ts'
import type { IgnoreOptions } from '../scan/ignore.ts'
import { addTargetOptions, readInventory } from '../scan/target.ts'
import type { TargetOptions } from '../scan/target.ts'

interface ExplainCommandOptions extends TargetOptions, AdvisoryOptions, IgnoreOptions {
  readonly output: 'text' | 'json'
}

const examples = `
Examples:
  longwatch explain app:1 CVE-2021-23337             every package that it is about
  longwatch explain app:1 GHSA-35jh-r3h4-6jhm lodash
  longwatch explain ./rootfs CVE-2023-4911 glibc     why a backported fix counts

Ends with 0 whatever the answer is, 2 when no advisory knows the id.
`

export const explainCommand = (io: CliIo): Command =>
  addIgnoreOptions(
    addAdvisoryOptions(
      addTargetOptions(
        new Command('explain')
          .description('why a vulnerability is reported in an artifact, or why it is not')
          .argument('<target>', 'as for scan')
          .argument('<id>', 'a CVE, GHSA or any other id')
          .argument('[package]', 'name or purl of one package'),
      ),
    ),
  )
    .addOption(new Option('-o, --output <format>', 'how').choices(['text', 'json']).default('text'))
    .addHelpText('after', examples)
    .action(async (target: string, id: string, name: string | undefined, options: ExplainCommandOptions) =>
      explainTarget(target, id, name, options, io),
    )

async function explainTarget(
  target: string,
  id: string,
  name: string | undefined,
  options: ExplainCommandOptions,
  io: CliIo,
): Promise<void> {
  const style = stylesFor(io.stdout, (variable) => io.environment(variable))
  const progress = terminalProgress(io.stderr, io.clock, style)
  let explanation: Explanation
  try {
    const inventory = await readInventory(target, options, io, progress)
    const { reader } = await advisoriesFor(inventory, options, io, progress)
    try {
      const today = io.clock.now().toISOString().slice(0, 10)
      const { rules } = await readRules(options)
      explanation = explain(inventory, reader, id, {
        today,
        rules,
        artifact: [target, ...(inventory.artifact.tags ?? [])],
        ...(name === undefined ? {} : { package: name }),
      })
    } finally {
      await reader.close()
    }
  } finally {
    progress.close()
  }
  if (explanation.vulnerabilities.length === 0) {
    throw new LongwatchError('ID_UNKNOWN', `no advisory that is here knows ${id}`, {
      remedy:
        'Check the id; `longwatch db status` shows which advisories there are, `longwatch db update` brings more.',
      exitCode: exitCodes.usage,
    })
  }
  await writeText(
    io.stdout,
    options.output === 'json' ? `${JSON.stringify(explanation, null, 2)}\n` : describe(explanation, style),
  )
}

const outcomes = {
  flagged: 'is in this artifact',
  clear: 'is not in this artifact: what it is about was asked and cleared',
  unknown: 'could not be told',
  absent: 'is not in this artifact: nothing that it is about is there',
} as const

function describe(explanation: Explanation, style: Styles): string {
  return explanation.vulnerabilities
    .map(({ about, aliases, id, outcome, packages, title }) => {
      const names = aliases.length === 0 ? '' : style.dim(` (${aliases.join(', ')})`)
      const verdict = outcome === 'flagged' ? style.red(outcomes[outcome]) : outcomes[outcome]
      return [
        `${style.bold(printable(id))}${names} ${verdict}`,
        ...(title === undefined ? [] : [printable(title)]),
        ...(outcome === 'absent' && about.length > 0
          ? [style.dim(`It is about ${printable(about.join(', '))}.`)]
          : []),
        ...packages.flatMap((one) => describePackage(one, style)),
        '',
      ].join('\n')
    })
    .join('\n')
}

function describePackage({ answer, name, steps, version }: ExplainedPackage, style: Styles): string[] {
  const colour = { affected: style.red, 'not-affected': style.green, unknown: style.yellow }[answer]
  return [
    '',
    `${style.bold(printable(`${name} ${version}`))}: ${colour(answer.replace('-', ' '))}`,
    ...steps.map((step) => `  ${mark(step, style)} ${printable(step.text)}`),
  ]
}

function mark({ answer, kind }: ExplainStep, style: Styles): string {
  if (kind === 'decision') return style.bold('=')
  if (answer === 'affected') return style.red('✗')
  if (answer === 'not-affected') return style.green('✓')
  return answer === 'unknown' ? style.yellow('?') : style.dim('·')
}
