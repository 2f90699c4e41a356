import { describe, expect, test } from 'vitest'
import { runCli } from '../testing.ts'

const compare = (scheme: string, input: string): ReturnType<typeof runCli> =>
  runCli(['versions', 'compare', scheme], { input })

describe('longwatch versions compare', () => {
  test('answers each line with the order of its two versions', async () => {
    const result = await compare('dpkg', '1.0~rc1 1.0\n1.0 1.0-0\n2:1 1:9\n')
    expect(result).toMatchObject({ status: 0, stdout: '<\n=\n>\n', stderr: '' })
  })

  test('answers ? where a line is not two versions, and goes on', async () => {
    const lines = ['', 'x', '1.0', '1.0 2.0 3.0', '1.0 a', 'a 1.0', '1.0 é', '1.0 2.0']
    const result = await compare('dpkg', lines.join('\n'))
    expect(result.stdout).toBe('?\n?\n?\n?\n?\n?\n?\n<\n')
    expect(result.status).toBe(0)
  })

  test('takes tabs, several spaces, carriage returns and a last line without end', async () => {
    expect((await compare('semver', ' 1.0.0\t1.0.1\r\n1.0.0   1.0.0-a')).stdout).toBe('<\n>\n')
  })

  test('reads nothing from nothing', async () => {
    expect(await compare('rpm', '')).toMatchObject({ status: 0, stdout: '' })
  })

  test('keeps nothing of a line without end', async () => {
    const result = await compare('maven', `1 ${'2'.repeat(3_000_000)}\n1 2\n${' '.repeat(100_000)}`)
    expect(result.stdout).toBe('?\n<\n?\n')
  })

  test('reads input that comes in pieces, also within a character', async () => {
    const bytes = Buffer.from('1.中a 1.中b\n'.repeat(3))
    const input = Array.from(bytes, (byte) => Uint8Array.of(byte))
    const { stdout } = await runCli(['versions', 'compare', 'maven'], { input })
    expect(stdout).toBe('<\n<\n<\n')
  })

  test.each([
    ['dpgk', 'dpkg'],
    ['npm', 'semver'],
    ['deb', 'dpkg'],
    ['Alpine', 'apk'],
    ['PEP-440', 'pep440'],
    ['gem', 'rubygems'],
    ['', 'go'],
  ])('is wrong usage with the unknown scheme "%s", and names %s', async (wanted, meant) => {
    const result = await compare(wanted, '1 2\n')
    expect(result).toMatchObject({ status: 2, stdout: '' })
    expect(result.stderr).toContain('SCHEME_UNKNOWN')
    expect(result.stderr).toContain(`Did you mean ${meant}?`)
  })
})

describe('longwatch versions schemes', () => {
  test('lists every scheme with who uses it and its specification', async () => {
    const { status, stdout } = await runCli(['versions', 'schemes'])
    expect(status).toBe(0)
    expect(stdout).toMatch(/^SCHEME +ECOSYSTEMS +SPECIFICATION\n/)
    expect(stdout).toMatch(/^dpkg +Debian, Ubuntu +https:\/\/\S+$/m)
  })

  test('prints them as JSON', async () => {
    const schemes = JSON.parse((await runCli(['versions', 'schemes', '--json'])).stdout) as unknown[]
    expect(schemes).toHaveLength(13)
    expect(schemes[0]).toEqual({
      name: 'dpkg',
      ecosystems: ['Debian', 'Ubuntu'],
      specification: expect.stringMatching(/^https:/) as string,
    })
  })
})
