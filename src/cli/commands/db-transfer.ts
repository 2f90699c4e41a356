// `longwatch db export`, `import`, `push`, `pull` and `keygen`: advisory data on its way to another machine.

import { writeFileSync } from 'node:fs'
import { Command } from 'commander'
import {
  exportGeneration,
  generateSigningKey,
  importGeneration,
  pullGeneration,
  pushGeneration,
} from '../../advisories/index.ts'
import type { Imported } from '../../advisories/index.ts'
import { createOciClient, formatReference, parseReference } from '../../oci/index.ts'
import type { OciClient } from '../../oci/index.ts'
import { exitCodes, LongwatchError, messageOf } from '../../platform/index.ts'
import type { CliIo } from '../io.ts'
import { writeText } from '../io.ts'
import { stylesFor } from '../output/style.ts'
import { examples, readKeyFile, shownBytes, storeOf, writeJson, writeLines } from './db-output.ts'
import { generationNamed } from './db-status.ts'

interface SendOptions {
  readonly key?: string
  readonly generation?: string
  readonly json?: true
}

interface ReceiveOptions {
  readonly trust?: readonly string[]
  readonly json?: true
}

interface RegistryOptions {
  readonly insecureRegistry?: readonly string[]
  readonly ca?: string
}

const checks = `
Nothing is used before all of it was checked: lengths, digests, the hash of every value, the signature. With --trust the
data has to be signed by one of the keys. Ends with 0, or with 4 when it is refused; the live data then stays as it was.
`

/** Builds `db export`. */
export function dbExportCommand(io: CliIo): Command {
  return sending(new Command('export'))
    .description('writes the advisory data into one file, for machines without a network')
    .argument('<file>')
    .addHelpText(
      'after',
      examples(
        'longwatch db export advisories.lwdb',
        'longwatch db export advisories.lwdb --key signing.key',
      ),
    )
    .action(async (file: string, options: SendOptions) => {
      const dbDir = storeOf(io)
      const name = generationNamed(dbDir, options.generation)
      const { manifest, bytes, signed } = await exportGeneration({
        dbDir,
        name,
        file,
        signal: io.signal,
        ...privateKeyOf(options),
      })
      if (options.json === true) await writeJson(io, { file, generation: name, bytes, signed, manifest })
      else
        await writeLines(io, [
          `Wrote generation ${name} to ${file}, ${shownBytes(bytes)}, ${signed ? 'signed' : 'not signed'}.`,
        ])
    })
}

/** Builds `db import`. */
export function dbImportCommand(io: CliIo): Command {
  return receiving(new Command('import'))
    .description('makes the advisory data in a file the live one')
    .argument('<file>')
    .addHelpText(
      'after',
      examples(
        'longwatch db import advisories.lwdb',
        'longwatch db import advisories.lwdb --trust signing.key.pub',
      ) + checks,
    )
    .action(async (file: string, options: ReceiveOptions) => {
      const result = await importGeneration({
        dbDir: storeOf(io),
        file,
        clock: io.clock,
        signal: io.signal,
        ...trustedOf(options),
      })
      await writeImported(io, result, options.json === true)
    })
}

/** Builds `db push`. */
export function dbPushCommand(io: CliIo): Command {
  return reaching(sending(new Command('push')))
    .description('pushes the advisory data to a container registry, as an OCI artifact')
    .argument('<reference>')
    .addHelpText(
      'after',
      examples(
        'longwatch db push registry.example/security/advisories:today',
        'longwatch db push localhost:5000/advisories --key signing.key',
      ),
    )
    .action(async (text: string, options: SendOptions & RegistryOptions) => {
      const dbDir = storeOf(io)
      const name = generationNamed(dbDir, options.generation)
      const reference = parseReference(text)
      const key = privateKeyOf(options)
      const pushed = await withClient(options, (client) =>
        pushGeneration({ dbDir, name, client, reference, signal: io.signal, ...key }),
      )
      const place = formatReference(reference)
      if (options.json === true) await writeJson(io, { reference: place, generation: name, ...pushed })
      else {
        const signed = pushed.signed ? 'signed' : 'not signed'
        await writeLines(io, [
          `Pushed generation ${name} to ${place}, ${shownBytes(pushed.bytes)}, ${signed}.`,
          pushed.digest,
        ])
      }
    })
}

/** Builds `db pull`. */
export function dbPullCommand(io: CliIo): Command {
  return reaching(receiving(new Command('pull')))
    .description('pulls advisory data from a container registry and makes it the live one')
    .argument('<reference>')
    .addHelpText(
      'after',
      examples('longwatch db pull registry.example/security/advisories:today --trust signing.key.pub') +
        checks,
    )
    .action(async (text: string, options: ReceiveOptions & RegistryOptions) => {
      const reference = parseReference(text)
      const trusted = trustedOf(options)
      const result = await withClient(options, (client) =>
        pullGeneration({
          dbDir: storeOf(io),
          client,
          reference,
          clock: io.clock,
          signal: io.signal,
          ...trusted,
        }),
      )
      await writeImported(io, result, options.json === true)
    })
}

/** Builds `db keygen`. */
export function dbKeygenCommand(io: CliIo): Command {
  return new Command('keygen')
    .description('makes a key pair to sign exported advisory data with: FILE and FILE.pub')
    .argument('<file>')
    .addHelpText('after', examples('longwatch db keygen signing.key'))
    .action(async (file: string) => {
      const { privateKey, publicKey, fingerprint } = generateSigningKey()
      writeNew(file, privateKey, 0o600)
      writeNew(`${file}.pub`, publicKey, 0o644)
      await writeLines(io, [`Wrote ${file} (keep it secret) and ${file}.pub.`, fingerprint])
    })
}

const collect = (one: string, all: readonly string[] | undefined): readonly string[] => [...(all ?? []), one]

const sending = (command: Command): Command =>
  command
    .option('--key <file>', 'sign with this private key (see `longwatch db keygen`)')
    .option('--generation <name>', 'a name, a number or the beginning of an id; by default the live one')
    .option('--json', 'print the result as JSON')

const receiving = (command: Command): Command =>
  command
    .option('--trust <file>', 'a public key that has to have signed it; may be repeated', collect)
    .option('--json', 'print the result as JSON')

const reaching = (command: Command): Command =>
  command
    .option('--insecure-registry <host>', 'speak plain http to this registry; may be repeated', collect)
    .option('--ca <file>', 'PEM file of further certificate authorities')

const privateKeyOf = ({ key }: SendOptions): { readonly privateKey?: string } =>
  key === undefined ? {} : { privateKey: readKeyFile(key) }

const trustedOf = ({ trust }: ReceiveOptions): { readonly trusted?: readonly string[] } =>
  trust === undefined ? {} : { trusted: trust.map(readKeyFile) }

async function withClient<Result>(
  { insecureRegistry, ca }: RegistryOptions,
  use: (client: OciClient) => Promise<Result>,
): Promise<Result> {
  const client = createOciClient({
    insecure: insecureRegistry ?? [],
    mirrors: {},
    ...(ca === undefined ? {} : { certificateAuthority: ca }),
  })
  try {
    return await use(client)
  } finally {
    await client.close()
  }
}

async function writeImported(io: CliIo, result: Imported, json: boolean): Promise<void> {
  const { name, published, signer, manifest } = result
  if (json) await writeJson(io, result)
  else {
    await writeLines(io, [
      published
        ? `Generation ${name} is live, made on ${manifest.createdAt.slice(0, 10)}.`
        : `Generation ${name} has the same content and stays.`,
      ...(signer === undefined
        ? []
        : [`Signed by ${signer.fingerprint}${signer.trusted ? ', which is trusted' : ''}.`]),
    ])
  }
  if (signer?.trusted === true) return
  const why =
    signer === undefined ? 'it is not signed' : 'no key was named that its signature could be held against'
  const styles = stylesFor(io.stderr, (name) => io.environment(name))
  await writeText(
    io.stderr,
    `${styles.yellow('longwatch:')} nobody vouches for this data: ${why} (see --trust)\n`,
  )
}

function writeNew(path: string, text: string, mode: number): void {
  try {
    writeFileSync(path, text, { mode, flag: 'wx' })
  } catch (error) {
    throw new LongwatchError('FILE_UNUSABLE', `the key cannot be written: ${messageOf(error)}`, {
      place: path,
      exitCode: exitCodes.usage,
      cause: error,
    })
  }
}
