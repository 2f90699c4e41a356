// `longwatch db`: the advisory data on this machine.

import { Command } from 'commander'
import type { CliIo } from '../io.ts'
import { dbDiffCommand } from './db-diff.ts'
import { examples } from './db-output.ts'
import { dbSearchCommand } from './db-search.ts'
import { dbDiagnosticsCommand, dbGenerationsCommand, dbStatusCommand, dbVerifyCommand } from './db-status.ts'
import {
  dbExportCommand,
  dbImportCommand,
  dbKeygenCommand,
  dbPullCommand,
  dbPushCommand,
} from './db-transfer.ts'
import { dbUpdateCommand } from './db-update.ts'

const subcommands = [
  dbUpdateCommand,
  dbStatusCommand,
  dbSearchCommand,
  dbDiffCommand,
  dbDiagnosticsCommand,
  dbVerifyCommand,
  dbGenerationsCommand,
  dbExportCommand,
  dbImportCommand,
  dbPushCommand,
  dbPullCommand,
  dbKeygenCommand,
]

/** Builds the group with all its commands. */
export function dbCommand(io: CliIo): Command {
  const group = new Command('db')
    .description('the advisory data on this machine: update, look up, compare, carry elsewhere')
    .addHelpText(
      'after',
      examples('longwatch db update', 'longwatch db status', 'longwatch db search CVE-2021-44228'),
    )
  for (const subcommand of subcommands) group.addCommand(subcommand(io))
  return group
}
