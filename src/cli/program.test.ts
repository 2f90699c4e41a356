import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { fixedClock, LongwatchError } from '../platform/index.ts'
import { describeError } from './output/error.ts'
import { terminalProgress } from './output/progress.ts'
import { stylesFor } from './output/style.ts'
import { runCli } from './testing.ts'

const plain = stylesFor(new PassThrough(), () => undefined)

describe('the command line', () => {
  test('shows help on standard output with the exit codes, and ends with 0', async () => {
    const { status, stdout, stderr } = await runCli(['--help'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('Exit status:')
  })

  test('says what is wrong with a wrong command, on standard error, and ends with 2', async () => {
    const { status, stdout, stderr } = await runCli(['scam', 'debian'])
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain('scam')
  })

  test('prints its version', async () => {
    const { status, stdout } = await runCli(['--version'])
    expect(status).toBe(0)
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('errors', () => {
  test('name what failed, the place, the code and the remedy', () => {
    const error = new LongwatchError('LAYER_TRUNCATED', 'the layer ends early', {
      place: 'sha256:1',
      remedy: 'Push it again.',
    })
    expect(describeError(error, plain)).toBe(
      'longwatch: the layer ends early (sha256:1) [LAYER_TRUNCATED]\n  Push it again.\n',
    )
  })
})

describe('progress', () => {
  test('writes nothing to a pipe', () => {
    const stream = new PassThrough()
    terminalProgress(stream, fixedClock('2026-01-01'), plain).start('x', 'bytes', 10).update(5)
    expect(stream.read()).toBeNull()
  })

  test('draws on a terminal and leaves nothing behind', () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
    const progress = terminalProgress(stream, fixedClock('2026-01-01'), plain)
    progress.start('layer', 'bytes', 1000).end()
    progress.close()
    const written = String(stream.read())
    expect(written).toContain('layer')
    expect(written.endsWith('\u001b[J')).toBe(true)
  })
})
