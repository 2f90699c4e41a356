// What a command may touch of the world: its streams, its signal, its exit code, the place of its data.

import type { Readable, Writable } from 'node:stream'
import type { Clock, ExitCode } from '../platform/index.ts'

export interface CliIo {
  readonly stdin: Readable
  /** Results, and nothing else. */
  readonly stdout: OutputStream
  /** Everything else: progress, warnings, errors. */
  readonly stderr: OutputStream
  readonly clock: Clock
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal
  /** The folder of everything Longwatch keeps, unless `--data-dir` names another. */
  readonly dataDir: string
  /** An environment variable, undefined when unset or empty. */
  environment(name: string): string | undefined
  /** What the process ends with; the highest code that was set wins. */
  setExitCode(code: ExitCode): void
}

/** A stream that knows whether a person is looking. */
export interface OutputStream extends Writable {
  readonly isTTY?: boolean
  readonly columns?: number
}

/** Writes `text` as it is, waiting for a slow reader. A reader that went away (`| head`) is no error. */
export async function writeText(stream: OutputStream, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stream.write(text, (error) => {
      if (error === null || error === undefined || ('code' in error && error.code === 'EPIPE')) resolve()
      else reject(error)
    })
  })
}
