import { describe, expect, test } from 'vitest'
import { exitCodes } from '../platform/index.ts'
import { formatPlatform, hostPlatform, parsePlatform, platformDistance } from './platform.ts'

describe('platforms', () => {
  test.each([
    ['linux/amd64', 'linux/amd64'],
    ['amd64', 'linux/amd64'],
    ['x86_64', 'linux/amd64'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/arm64/8', 'linux/arm64'],
    ['linux/arm', 'linux/arm'],
    ['linux/arm/v7', 'linux/arm/v7'],
    ['armhf', 'linux/arm/v7'],
    ['Linux/AMD64', 'linux/amd64'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['windows/amd64', 'windows/amd64'],
    ['i386', 'linux/386'],
  ])('%s is %s', (text, plain) => {
    expect(formatPlatform(parsePlatform(text))).toBe(plain)
  })

  test.each(['', '/', 'linux/', 'linux//v7', 'a/b/c/d', 'linux/amd 64', '../etc', 'x'.repeat(70)])(
    'refuses %j as a usage error',
    (text) => {
      expect(() => parsePlatform(text)).toThrowError(
        expect.objectContaining({ code: 'PLATFORM_INVALID', exitCode: exitCodes.usage }) as Error,
      )
    },
  )

  test("the default is linux on the machine's architecture", () => {
    expect(formatPlatform(hostPlatform('x64'))).toBe('linux/amd64')
    expect(formatPlatform(hostPlatform('arm64'))).toBe('linux/arm64')
    expect(formatPlatform(hostPlatform('ppc64'))).toBe('linux/ppc64le')
    expect(hostPlatform().os).toBe('linux')
    expect(parsePlatform('windows')).toEqual({ ...hostPlatform(), os: 'windows' })
  })

  /** Wanted, and what is offered from the best to what will not do. */
  test.each([
    [
      'linux/amd64',
      ['linux/amd64', 'linux/amd64/v2', 'linux/amd64/v3'],
      ['linux/386', 'windows/amd64', 'linux/arm64'],
    ],
    ['linux/amd64/v2', ['linux/amd64/v2'], ['linux/amd64', 'linux/amd64/v3']],
    ['linux/arm', ['linux/arm/v7', 'linux/arm/v6', 'linux/arm/v5', 'linux/arm/v8'], ['linux/arm64']],
    ['linux/arm/v6', ['linux/arm/v6', 'linux/arm/v5'], ['linux/arm/v7', 'linux/arm']],
    ['linux/arm64', ['linux/arm64/v8', 'linux/arm64/v9'], ['linux/arm/v8']],
  ])('%s takes %j in this order and not %j', (wanted, takes, not) => {
    const distance = (text: string): number | undefined =>
      platformDistance(parsePlatform(wanted), parsePlatform(text))
    const distances = takes.map(distance)
    expect(distances).toEqual([...distances].sort((a, b) => Number(a) - Number(b)))
    expect(new Set(distances).size).toBe(takes.length)
    expect(distances).not.toContain(undefined)
    expect(not.map(distance)).toEqual(not.map(() => undefined))
  })
})
