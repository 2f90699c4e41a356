// The options of every command that reads an artifact, and the reading itself.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { Option } from 'commander'
import { catalog, openArtifact } from '../../inventory/index.ts'
import type { RegistryOptions } from '../../inventory/index.ts'
import type { Inventory } from '../../model/index.ts'
import { defaultLimits, exitCodes, LongwatchError } from '../../platform/index.ts'
import type { Limits, Progress } from '../../platform/index.ts'
import { nearest } from '../../oci/index.ts'
import type { CliIo } from '../io.ts'

export interface TargetOptions {
  readonly platform?: string
  readonly base?: string
  readonly attachedSboms?: boolean
  readonly username?: string
  readonly passwordStdin?: boolean
  readonly insecure: readonly string[]
  readonly registryMirror: readonly string[]
  readonly ca?: string
  readonly cache: boolean
  readonly cacheSize: number
  readonly limit: readonly string[]
}

/** Collects an option that may be given several times. */
export const collect = (value: string, known: readonly string[]): readonly string[] => [...known, value]

const gigabyte = 1_000_000_000

/** Adds the options about targets to a command. */
export function addTargetOptions(command: Command): Command {
  return command
    .option('--platform <os/arch>', 'which image of an index (default: linux on this architecture)')
    .option('--base <target>', 'the image it was built from: its layers are marked in the report')
    .option('--attached-sboms', 'take what SBOMs attached to the image state and its layers do not show')
    .option('--username <name>', 'user name for the registry (default: Docker’s config.json and its helpers)')
    .option('--password-stdin', 'read the password from standard input (or LONGWATCH_REGISTRY_PASSWORD)')
    .addOption(
      new Option('--insecure <host>', 'speak plain http to this registry').default([]).argParser(collect),
    )
    .addOption(
      new Option('--registry-mirror <host=mirror>', 'ask this mirror of a registry first')
        .default([])
        .argParser(collect),
    )
    .option('--ca <file>', 'PEM file of further certificate authorities')
    .option('--no-cache', 'read every layer anew')
    .addOption(
      new Option('--cache-size <gigabytes>', 'size of the layer cache').default(2).argParser(positiveNumber),
    )
    .addOption(
      new Option('--limit <name=number>', `raise or lower a limit: ${Object.keys(defaultLimits).join(', ')}`)
        .default([])
        .argParser(collect),
    )
}

/** A number above zero, or a usage error. */
export function positiveNumber(value: string): number {
  const number = Number(value)
  if (Number.isFinite(number) && number > 0) return number
  throw usage('USAGE_NUMBER', `not a number above zero: ${value}`, 'Write a number, for example 2 or 0.5.')
}

function usage(code: string, message: string, remedy: string): LongwatchError {
  return new LongwatchError(code, message, { remedy, exitCode: exitCodes.usage })
}

/** Opens and reads a target. What could not be read is in the inventory's diagnostics. */
export async function readInventory(
  target: string,
  options: TargetOptions,
  io: CliIo,
  progress: Progress,
): Promise<Inventory> {
  const limits = limitsOf(options.limit)
  const registry = await registryOptions(options, io)
  const scratch = await mkdtemp(join(tmpdir(), 'longwatch-'))
  const common = { limits, progress, scratch, signal: io.signal, clock: io.clock }
  const { base, platform } = options
  try {
    const artifact = await openArtifact(target, {
      ...common,
      registry,
      ...(platform === undefined ? {} : { platform }),
      ...(base === undefined ? {} : { base }),
      ...(options.attachedSboms === true ? { attachedSboms: true } : {}),
    })
    try {
      return await catalog(artifact, {
        ...common,
        ...(options.cache
          ? {
              cache: {
                folder: join(io.dataDir, 'cache', 'layers'),
                bytes: options.cacheSize * gigabyte,
                clock: io.clock,
              },
            }
          : {}),
      })
    } finally {
      await artifact.close()
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

function limitsOf(settings: readonly string[]): Limits {
  const names = Object.keys(defaultLimits)
  const changed: Record<string, number> = {}
  for (const setting of settings) {
    const [name = '', value = ''] = setting.split('=')
    if (!names.includes(name)) {
      throw usage(
        'USAGE_LIMIT',
        `there is no limit ${name}`,
        `Did you mean ${nearest(name, names, 1).join('')}?`,
      )
    }
    changed[name] = positiveNumber(value)
  }
  return { ...defaultLimits, ...changed }
}

async function registryOptions(options: TargetOptions, io: CliIo): Promise<RegistryOptions> {
  const { ca, username } = options
  const mirrors = new Map<string, string[]>()
  for (const setting of options.registryMirror) {
    const [host = '', mirror = ''] = setting.split('=')
    if (host === '' || mirror === '') {
      throw usage(
        'USAGE_MIRROR',
        `not a mirror: ${setting}`,
        'Write host=mirror, for example docker.io=mirror.example:5000.',
      )
    }
    mirrors.set(host, [...(mirrors.get(host) ?? []), mirror])
  }
  const password =
    options.passwordStdin === true
      ? (await text(io.stdin)).replace(/\r?\n$/, '')
      : io.environment('LONGWATCH_REGISTRY_PASSWORD')
  if (username !== undefined && password === undefined) {
    throw usage(
      'USAGE_PASSWORD',
      '--username needs a password',
      'Add --password-stdin and pipe it in, or set LONGWATCH_REGISTRY_PASSWORD.',
    )
  }
  return {
    insecure: options.insecure,
    mirrors: Object.fromEntries(mirrors),
    ...(ca === undefined ? {} : { certificateAuthority: ca }),
    ...(username === undefined || password === undefined ? {} : { credentials: { username, password } }),
  }
}
