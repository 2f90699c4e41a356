import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseChallenges } from './challenge.ts'

const read = (header: string): unknown =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])

describe('challenges', () => {
  test.each([
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      [
        [
          'bearer',
          {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:a/b:pull,push',
          },
        ],
      ],
    ],
    ['Basic realm="lab"', [['basic', { realm: 'lab' }]]],
    ['BASIC REALM=lab', [['basic', { realm: 'lab' }]]],
    [
      'Bearer realm = "a b" , error="insufficient_scope"',
      [['bearer', { realm: 'a b', error: 'insufficient_scope' }]],
    ],
    [
      'Basic realm="x", Bearer realm="y",service="z"',
      [
        ['basic', { realm: 'x' }],
        ['bearer', { realm: 'y', service: 'z' }],
      ],
    ],
    [
      'Negotiate, Basic realm="say \\"hi\\", all"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'say "hi", all' }],
      ],
    ],
    ['Bearer realm="a",realm="b"', [['bearer', { realm: 'a' }]]],
    ['', []],
    ['realm="nobody\'s"', []],
    [',,, ;', []],
  ])('%s', (header, challenges) => {
    expect(read(header)).toEqual(challenges)
  })

  test('an unclosed quote makes no address, an endless header no challenge', () => {
    expect(
      parseChallenges('Bearer realm="http://evil').every(({ parameters }) => parameters.size === 0),
    ).toBe(true)
    expect(parseChallenges(`Basic realm="${'x'.repeat(20_000)}"`)).toEqual([])
  })

  test('any text is read in an instant', () => {
    fc.assert(fc.property(fc.string({ maxLength: 500 }), (header) => Array.isArray(parseChallenges(header))))
    expect(parseChallenges(`Bearer ${'a = '.repeat(4000)}`).length).toBeGreaterThan(0)
  })
})
