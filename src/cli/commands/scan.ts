// `longwatch scan`: an artifact in, proven findings out.

import { Command, Option } from 'commander'
import { applyIgnoreRules, assess } from '../../assessment/index.ts'
import type { Diagnostic } from '../../model/index.ts'
import { leavesGap } from '../../model/index.ts'
import { exitCodes } from '../../platform/index.ts'
import type { CliIo } from '../io.ts'
import { writeText } from '../io.ts'
import { describeDiagnostic } from '../output/error.ts'
import { terminalProgress } from '../output/progress.ts'
import { stylesFor } from '../output/style.ts'
import { outputFormats } from '../output/formats/registry.ts'
import { buildReport } from '../report/build.ts'
import type { GateRules } from '../report/gate.ts'
import { parseSeverities } from '../report/gate.ts'
import type { ScanReport } from '../report/report.ts'
import { addAdvisoryOptions, advisoriesFor } from '../scan/advisories.ts'
import type { AdvisoryOptions } from '../scan/advisories.ts'
import { newSince } from '../scan/baseline.ts'
import { addIgnoreOptions, readRules } from '../scan/ignore.ts'
import type { IgnoreOptions } from '../scan/ignore.ts'
import { parseOutputs, writeOutputs } from '../scan/outputs.ts'
import type { GroupBy } from '../scan/outputs.ts'
import { addTargetOptions, collect, positiveNumber, readInventory } from '../scan/target.ts'
import type { TargetOptions } from '../scan/target.ts'
import { packageVersion } from '../version.ts'

interface ScanOptions extends TargetOptions, AdvisoryOptions, IgnoreOptions {
  readonly newSince?: string
  readonly reachability?: 'reachable' | 'not-reachable'
  readonly output: readonly string[]
  readonly groupBy: GroupBy
  readonly failOn?: string
  readonly fixableOnly?: boolean
  readonly minScore?: number
  readonly kev?: boolean
}

const examples = `
Examples:
  longwatch scan node:22                                an image in a registry
  longwatch scan ./layout:latest                        an OCI layout, or an archive from docker save
  longwatch scan dir:/mnt/root                          the root folder of a system
  longwatch scan app --fail-on critical,high --fixable-only   end with 1 when something bad can be fixed
  longwatch scan app -o table -o json=report.json       several outputs at once
  longwatch scan app --feeds ./mirror --offline         without any network

Severities for --fail-on are critical, high, medium, low, informational, untriaged; what is worse than the worst one named counts too.
`

export const scanCommand = (io: CliIo): Command =>
  addIgnoreOptions(
    addAdvisoryOptions(
      addTargetOptions(
        new Command('scan')
          .description(
            'find the packages of an image, archive, folder, ZIP or SBOM, and what is known to be wrong with them',
          )
          .argument('<target>', 'an image reference, a path, or scheme:path')
          .addOption(
            new Option(
              '-o, --output <format[=file]>',
              `${outputFormats.map(({ name }) => name).join(', ')}; may be given several times`,
            )
              .default([])
              .argParser(collect),
          )
          .addOption(
            new Option('--group-by <what>', 'rows of the table')
              .choices(['vulnerability', 'upgrade'])
              .default('vulnerability'),
          )
          .option('--fail-on <severities>', 'end with status 1 when there is a finding of these severities')
          .option('--fixable-only', 'of those, only what an upgrade fixes')
          .addOption(
            new Option('--min-score <score>', 'end with status 1 when a score is at least this').argParser(
              positiveNumber,
            ),
          )
          .option('--kev', 'end with status 1 when a finding is known to be exploited')
          .option('--new-since <report.json>', 'only what an earlier JSON report does not have')
          .addOption(
            new Option('--reachability <what>', 'whether the internet reaches it, for the score').choices([
              'reachable',
              'not-reachable',
            ]),
          ),
      ),
    ),
  )
    .addHelpText('after', examples)
    .action(async (target: string, options: ScanOptions) => scan(target, options, io))

async function scan(target: string, options: ScanOptions, io: CliIo): Promise<void> {
  const outputs = parseOutputs(options.output)
  const gate = gateOf(options)
  const report = await makeReport(target, options, gate, io)
  await writeOutputs(report, outputs, options.groupBy, io)
  await tellGaps(report.diagnostics, io)
  if (!report.summary.complete) io.setExitCode(exitCodes.partial)
  if (report.gate?.failed === true) io.setExitCode(exitCodes.gateFailed)
  // A gate that passes because nothing is known would be worse than none.
  if (report.gate !== undefined && report.advisories.origin === 'starter')
    io.setExitCode(exitCodes.noAdvisories)
}

async function makeReport(
  target: string,
  options: ScanOptions,
  gate: GateRules,
  io: CliIo,
): Promise<ScanReport> {
  const style = stylesFor(io.stderr, (name) => io.environment(name))
  const rules = await readRules(options)
  const progress = terminalProgress(io.stderr, io.clock, style)
  try {
    const inventory = await readInventory(target, options, io, progress)
    const { diagnostics, reader } = await advisoriesFor(inventory, options, io, progress)
    try {
      const scannedAt = io.clock.now().toISOString()
      const today = scannedAt.slice(0, 10)
      const { reachability } = options
      const judged = assess(inventory, reader, {
        today,
        ...(reachability === undefined ? {} : { reachability }),
      })
      const { digest, tags = [] } = inventory.artifact
      const names = [target, ...tags, ...(digest === undefined ? [] : [digest])]
      const kept = applyIgnoreRules(judged, rules.rules, { today, artifact: names })
      const fresh =
        options.newSince === undefined ? undefined : await newSince(options.newSince, kept.assessment)
      return buildReport({
        version: packageVersion(),
        scannedAt,
        inventory,
        advisories: reader.info,
        assessment: fresh?.assessment ?? kept.assessment,
        diagnostics: [...diagnostics, ...rules.diagnostics, ...kept.diagnostics],
        gate,
        ignored: kept.ignored,
        ...(fresh === undefined ? {} : { baseline: fresh.baseline }),
      })
    } finally {
      await reader.close()
    }
  } finally {
    progress.close()
  }
}

function gateOf({ failOn, fixableOnly, kev, minScore }: ScanOptions): GateRules {
  return {
    ...(failOn === undefined ? {} : { failOn: parseSeverities(failOn) }),
    ...(minScore === undefined ? {} : { minScore }),
    ...(kev === undefined ? {} : { kev }),
    ...(fixableOnly === undefined ? {} : { fixableOnly }),
  }
}

const shownGaps = 20
const aboutAdvisories = new Set([
  'IGNORE_RULE_EXPIRED',
  'STARTER_ADVISORIES',
  'NO_ADVISORIES',
  'STORE_LOCKED',
  'STORE_DISK_FULL',
])

/** What was not read, and what was judged with less than there is, on standard error: a report that goes to a file or another program must not be the only one to say it. */
async function tellGaps(diagnostics: readonly Diagnostic[], io: CliIo): Promise<void> {
  const gaps = diagnostics.filter(leavesGap)
  const style = stylesFor(io.stderr, (name) => io.environment(name))
  for (const one of diagnostics.filter(({ code }) => aboutAdvisories.has(code))) {
    await writeText(io.stderr, describeDiagnostic(one, style))
  }
  for (const gap of gaps.slice(0, shownGaps)) await writeText(io.stderr, describeDiagnostic(gap, style))
  const more = gaps.length - shownGaps
  if (more > 0) await writeText(io.stderr, `longwatch: … and ${more} more that could not be read\n`)
}
