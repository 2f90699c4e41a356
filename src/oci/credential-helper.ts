// Docker's credential helpers: programs that the user's own configuration names, asked for one registry's password.
// https://github.com/docker/docker-credential-helpers

import { spawn } from 'node:child_process'
import { z } from 'zod'
import { LongwatchError, messageOf } from '../platform/index.ts'
import { shown } from './shown.ts'

export interface HelperAnswer {
  readonly username: string
  readonly secret: string
}

/** Part of a program's name and never of a path. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const answerSchema = z.object({ Username: z.string(), Secret: z.string() })
const answerBytes = 1024 * 1024

/**
 * Runs `docker-credential-<name> get` for a server. Undefined when it has nothing for it. Throws `CREDENTIAL_HELPER` when the name is
 * not one, the program is not there, fails, answers nonsense or takes longer than `timeoutMilliseconds`.
 */
export async function askCredentialHelper(
  name: string,
  server: string,
  options: { readonly signal: AbortSignal; readonly timeoutMilliseconds?: number },
): Promise<HelperAnswer | undefined> {
  const failed = (why: string, cause?: unknown): LongwatchError =>
    new LongwatchError('CREDENTIAL_HELPER', `the credential helper ${shown(name, 80)} ${why}`, {
      remedy: "Repair it or take it out of Docker's config.json, or pass --username and --password.",
      ...(cause === undefined ? {} : { cause }),
    })
  if (!namePattern.test(name)) throw failed('has a name that is not one')
  const timeout = options.timeoutMilliseconds ?? 20_000
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeout)])
  let result: { readonly code: number | null; readonly output: string }
  try {
    result = await run(`docker-credential-${name}`, server, signal)
  } catch (error) {
    options.signal.throwIfAborted()
    if (signal.aborted) throw failed(`did not answer within ${timeout} ms`, error)
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw failed(absent ? 'is not installed' : `cannot be run: ${messageOf(error)}`, error)
  }
  if (result.code !== 0) {
    // The helpers' one agreed message, on their standard output.
    if (/credentials not found/i.test(result.output)) return undefined
    throw failed(`failed: ${shown(result.output) || `exit ${String(result.code)}`}`)
  }
  let answer: unknown
  try {
    answer = JSON.parse(result.output)
  } catch {
    throw failed('answered something that is not JSON') // the output may hold the password, so not its text
  }
  const parsed = answerSchema.safeParse(answer)
  if (!parsed.success) throw failed('answered without a user name and a secret')
  const { Username: username, Secret: secret } = parsed.data
  return username === '' && secret === '' ? undefined : { username, secret }
}

async function run(
  program: string,
  input: string,
  signal: AbortSignal,
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['get'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      signal,
      killSignal: 'SIGKILL',
      windowsHide: true,
    })
    const chunks: Buffer[] = []
    let bytes = 0
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > answerBytes) child.kill('SIGKILL')
      else chunks.push(chunk)
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString('utf8').trim() }))
    child.stdin.on('error', () => undefined) // a helper may end without reading; its exit code tells
    child.stdin.end(`${input}\n`)
  })
}
