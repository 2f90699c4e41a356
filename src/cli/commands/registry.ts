// Every command, one line each.

import type { Command } from 'commander'
import type { CliIo } from '../io.ts'

export const commands: readonly ((io: CliIo) => Command)[] = []
