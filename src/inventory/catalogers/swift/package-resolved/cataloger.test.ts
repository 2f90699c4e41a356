import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { packageResolved } from './cataloger.ts'

test.each([
  [
    'version 1',
    {
      object: {
        pins: [
          {
            package: 'SwiftNIO',
            repositoryURL: 'git@github.com:apple/swift-nio.git',
            state: { version: '2.40.0' },
          },
        ],
      },
      version: 1,
    },
  ],
  [
    'version 2',
    {
      pins: [
        {
          identity: 'swift-nio',
          location: 'https://github.com/apple/swift-nio.git',
          state: { version: '2.40.0', revision: 'a' },
        },
        {
          identity: 'branch',
          location: 'https://github.com/x/branch',
          state: { branch: 'main', revision: 'b' },
        },
      ],
      version: 2,
    },
  ],
])('%s', async (_name, value) => {
  const { packages, diagnostics } = await runCataloger(packageResolved, {
    'Package.resolved': JSON.stringify(value),
  })
  expect(diagnostics).toEqual([])
  expect(packages.map(({ purl, name }) => [purl, name])).toEqual([
    ['pkg:swift/github.com/apple/swift-nio@2.40.0', 'github.com/apple/swift-nio'],
  ])
})

test.each(['{', '{"pins":[{}]}', '{"pins":[{"location":"https://"}]}'])(
  '%s is said to be unread',
  async (text) => {
    const { diagnostics } = await runCataloger(packageResolved, { 'Package.resolved': text })
    expect(diagnostics.map(({ code, level }) => [code, level])).toEqual([['SWIFT_LOCK_MALFORMED', 'error']])
  },
)
