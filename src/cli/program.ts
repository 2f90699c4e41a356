// The command line as a whole: the commands, their common options, how errors are told and what the process ends with.

import { Command, CommanderError, Option } from 'commander'
import type { ExitCode } from '../platform/index.ts'
import { exitCodes, LongwatchError } from '../platform/index.ts'
import { commands } from './commands/registry.ts'
import type { CliIo } from './io.ts'
import { writeText } from './io.ts'
import { describeError } from './output/error.ts'
import { stylesFor } from './output/style.ts'
import { packageVersion } from './version.ts'

/** The world as `run` gets it; the exit code is what it returns. */
export type RunIo = Omit<CliIo, 'setExitCode'>

const exitCodeHelp = `
Exit status:
  0  clean, or below the gate          3  could not scan, or only in part (the parts are named)
  1  the gate failed                   4  no usable advisory data
  2  wrong usage                       130, 143  interrupted
`

/** Runs one command line. Never throws; the result is the exit status. */
export async function run(argv: readonly string[], world: RunIo): Promise<number> {
  let status: ExitCode = exitCodes.clean
  let dataDir = world.dataDir
  const io: CliIo = {
    ...world,
    get dataDir() {
      return dataDir
    },
    setExitCode(code) {
      if (code > status) status = code
    },
  }
  const program = new Command('longwatch')
    .description(
      'Keeps watching software after it ships: what it carries, what is wrong with it, what fixes it.',
    )
    .version(packageVersion(), '-V, --version')
    .addOption(
      new Option(
        '--data-dir <folder>',
        'where advisories and caches are kept (or LONGWATCH_DATA_DIR)',
      ).default(world.dataDir),
    )
    .addHelpText('after', exitCodeHelp)
    .helpCommand(true)
    .showHelpAfterError('(longwatch help shows the commands, longwatch help <command> one of them)')
    .hook('preAction', (command) => {
      dataDir = command.opts<{ dataDir: string }>().dataDir
    })
  for (const command of commands) program.addCommand(command(io))
  let helpError = ''
  const prepare = (command: Command): void => {
    command.exitOverride().configureOutput({
      writeOut: (text) => void world.stdout.write(text),
      writeErr: (text) => {
        helpError += text
      },
    })
    command.commands.forEach(prepare)
  }
  prepare(program)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return status
  } catch (error) {
    if (error instanceof CommanderError) {
      await writeText(world.stderr, helpError)
      return error.exitCode === 0 ? exitCodes.clean : exitCodes.usage
    }
    if (world.signal.aborted) {
      await writeText(world.stderr, 'longwatch: interrupted; nothing half-done was kept\n')
      return 130
    }
    await writeText(world.stderr, describeError(error, stylesFor(world.stderr, world.environment)))
    return error instanceof LongwatchError ? error.exitCode : exitCodes.partial
  }
}
