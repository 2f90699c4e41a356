// The options of every command that judges packages, and the advisories to judge them with.

import { join } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import { createFeedClient, ensureAdvisories, feeds, starterFeed } from '../../advisories/index.ts'
import type { Ensured } from '../../advisories/index.ts'
import type { Inventory } from '../../model/index.ts'
import { ecosystemOfOs, ecosystemOfPurlType } from '../../model/index.ts'
import { compareText, createHttp, packageRoot } from '../../platform/index.ts'
import type { Progress } from '../../platform/index.ts'
import type { CliIo } from '../io.ts'
import { positiveNumber } from './target.ts'

export interface AdvisoryOptions {
  readonly feeds?: string
  readonly offline?: boolean
  readonly maxAge: number
  readonly ca?: string
}

const hour = 60 * 60 * 1000

/** Adds the options about advisories to a command. */
export function addAdvisoryOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--feeds <url|folder>', 'a mirror of the feeds, one folder per upstream host').env(
        'LONGWATCH_FEEDS',
      ),
    )
    .option('--offline', 'use the advisories that are there and ask nobody')
    .addOption(
      new Option('--max-age <hours>', 'ask for advisories again when they are older')
        .default(24)
        .argParser(positiveNumber),
    )
}

/** Where a data folder keeps its advisories. */
export const advisoriesFolder = (dataDir: string): string => join(dataDir, 'advisories')

/** Opens advisories for everything in the inventory, syncing what is missing or old. The caller closes the reader. */
export async function advisoriesFor(
  inventory: Inventory,
  options: AdvisoryOptions,
  io: CliIo,
  progress: Progress,
): Promise<Ensured> {
  const { ca, feeds: mirror } = options
  const http = createHttp(ca === undefined ? {} : { certificateAuthority: ca })
  try {
    return await ensureAdvisories({
      dbDir: advisoriesFolder(io.dataDir),
      feeds,
      ecosystems: ecosystemsOf(inventory),
      client: createFeedClient({ http, clock: io.clock, ...(mirror === undefined ? {} : { mirror }) }),
      clock: io.clock,
      progress,
      signal: io.signal,
      maximumAgeMilliseconds: options.maxAge * hour,
      offline: options.offline === true,
      starter: starterFeed(join(packageRoot(), 'data', 'starter')),
    })
  } finally {
    await http.close()
  }
}

/** The ecosystems whose advisories speak of the inventory, by name. */
export function ecosystemsOf({ distribution, packages }: Inventory): readonly string[] {
  const names = new Set<string>()
  const system = distribution === undefined ? undefined : ecosystemOfOs(distribution.id)
  if (system !== undefined) names.add(system.name)
  for (const type of new Set(packages.map((found) => found.type))) {
    const ecosystem = ecosystemOfPurlType(type)
    if (ecosystem !== undefined) names.add(ecosystem.name)
  }
  return [...names].sort(compareText)
}
