// `longwatch sbom`: what an artifact carries, and nothing else.

import { writeFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { leavesGap } from '../../model/index.ts'
import type { Inventory } from '../../model/index.ts'
import { exitCodes } from '../../platform/index.ts'
import { encodeSpdx, encodeCycloneDx } from '../../sbom/index.ts'
import type { CliIo } from '../io.ts'
import { writeText } from '../io.ts'
import { describeDiagnostic } from '../output/error.ts'
import { terminalProgress } from '../output/progress.ts'
import { stylesFor } from '../output/style.ts'
import { addTargetOptions, readInventory } from '../scan/target.ts'
import type { TargetOptions } from '../scan/target.ts'
import { packageVersion } from '../version.ts'

interface SbomOptions extends TargetOptions {
  readonly output: Format
  readonly file?: string
}

const formats = ['cyclonedx', 'spdx', 'json'] as const
type Format = (typeof formats)[number]

const examples = `
Examples:
  longwatch sbom node:22                                    CycloneDX 1.6, JSON
  longwatch sbom ./layout:latest -o spdx --file bom.spdx.json
  longwatch sbom host: -o json                              the inventory with layers, ownership and diagnostics
`

export const sbomCommand = (io: CliIo): Command =>
  addTargetOptions(
    new Command('sbom')
      .description('write down the packages of an artifact')
      .argument('<target>', 'as for scan')
      .addOption(new Option('-o, --output <format>', 'how').choices(formats).default('cyclonedx'))
      .option('--file <file>', 'write to this file instead of standard output'),
  )
    .addHelpText('after', examples)
    .action(async (target: string, options: SbomOptions) => writeSbom(target, options, io))

async function writeSbom(target: string, options: SbomOptions, io: CliIo): Promise<void> {
  const style = stylesFor(io.stderr, (name) => io.environment(name))
  const progress = terminalProgress(io.stderr, io.clock, style)
  let inventory: Inventory
  try {
    inventory = await readInventory(target, options, io, progress)
  } finally {
    progress.close()
  }
  const text = render(inventory, options.output, io)
  if (options.file === undefined) await writeText(io.stdout, text)
  else await writeFile(options.file, text)
  const gaps = inventory.diagnostics.filter(leavesGap)
  for (const gap of gaps) await writeText(io.stderr, describeDiagnostic(gap, style))
  if (gaps.length > 0) io.setExitCode(exitCodes.partial)
}

function render(inventory: Inventory, format: Format, io: CliIo): string {
  const about = { created: io.clock.now(), toolVersion: packageVersion() }
  if (format === 'cyclonedx') return encodeCycloneDx(inventory, about)
  return format === 'spdx' ? encodeSpdx(inventory, about) : `${JSON.stringify(inventory, null, 2)}\n`
}
