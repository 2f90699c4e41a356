// Every command, one line each.

import type { Command } from 'commander'
import type { CliIo } from '../io.ts'
import { dbCommand } from './db.ts'
import { explainCommand } from './explain.ts'
import { sbomCommand } from './sbom.ts'
import { scanCommand } from './scan.ts'
import { versionsCommand } from './versions.ts'

export const commands: readonly ((io: CliIo) => Command)[] = [
  scanCommand,
  explainCommand,
  sbomCommand,
  dbCommand,
  versionsCommand,
]
