// Runs a command line inside a test, with streams that keep what was written.

import { PassThrough, Readable } from 'node:stream'
import { fixedClock } from '../platform/index.ts'
import { run } from './program.ts'

export interface RunResult {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `argv` to its end. `input` is standard input, whole or in pieces; the environment is empty but for `environment`. */
export async function runCli(
  argv: readonly string[],
  options: {
    readonly dataDir?: string
    readonly input?: string | readonly Uint8Array[]
    readonly environment?: Readonly<Record<string, string>>
    readonly signal?: AbortSignal
    readonly now?: string
  } = {},
): Promise<RunResult> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const collected = [collect(stdout), collect(stderr)] as const
  const status = await run(argv, {
    stdin: Readable.from(
      typeof options.input === 'string' ? [Buffer.from(options.input)] : (options.input ?? []),
    ),
    stdout,
    stderr,
    clock: fixedClock(options.now ?? '2026-11-23T12:00:00Z'),
    signal: options.signal ?? new AbortController().signal,
    dataDir: options.dataDir ?? '/nonexistent/longwatch',
    environment: (name) => options.environment?.[name],
  })
  stdout.end()
  stderr.end()
  return { status, stdout: await collected[0], stderr: await collected[1] }
}

async function collect(stream: PassThrough): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks).toString('utf8')
}
