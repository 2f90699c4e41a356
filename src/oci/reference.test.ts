import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../platform/index.ts'
import { formatReference, parseReference } from './reference.ts'

const digest = `sha256:${'ab'.repeat(32)}`

describe('references', () => {
  test.each([
    ['node', 'docker.io/library/node:latest'],
    ['node:22', 'docker.io/library/node:22'],
    ['lab/node-app', 'docker.io/lab/node-app:latest'],
    ['docker.io/node', 'docker.io/library/node:latest'],
    ['index.docker.io/library/node:1', 'docker.io/library/node:1'],
    ['docker://node:22', 'docker.io/library/node:22'],
    ['localhost/a', 'localhost/a:latest'],
    ['localhost:5000/a/b:1', 'localhost:5000/a/b:1'],
    ['127.0.0.1:5005/lab/node-app:1', '127.0.0.1:5005/lab/node-app:1'],
    ['[::1]:5000/a', '[::1]:5000/a:latest'],
    ['GHCR.io/org/app', 'ghcr.io/org/app:latest'],
    ['ghcr.io/org/app_x--y.z/w__v', 'ghcr.io/org/app_x--y.z/w__v:latest'],
    [`node@${digest}`, `docker.io/library/node@${digest}`],
    [`node:22@${digest}`, `docker.io/library/node:22@${digest}`],
    [`localhost:5000/a@sha512:${'c'.repeat(128)}`, `localhost:5000/a@sha512:${'c'.repeat(128)}`],
  ])('%s is %s', (text, full) => {
    expect(formatReference(parseReference(text))).toBe(full)
  })

  test.each([
    '',
    ':1',
    '@',
    `@${digest}`,
    'Node',
    'org/App',
    'a//b',
    '/a',
    'a/',
    'a b',
    'a:',
    'a:-x',
    `a:${'t'.repeat(129)}`,
    'a@sha256:abc',
    'a@md5:00',
    'node:22:33',
    'http://registry/a',
    'host:99999/a',
    'ex ample.com/a',
    '-host.com/a',
    'a/../b',
    '../../etc/passwd',
    `${'a/'.repeat(200)}b`,
    'x'.repeat(2000),
    'a\u001B[31m/b',
  ])('refuses %j as a usage error', (text) => {
    let thrown: unknown
    try {
      parseReference(text)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({ code: 'REFERENCE_INVALID', exitCode: exitCodes.usage })
    expect((thrown as Error).message).not.toContain('\u001B')
  })

  test('reading what was written gives the same reference', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}(?:[._-][a-z0-9]{1,4})?$/)
    const registry = fc.constantFrom('docker.io', 'ghcr.io', 'localhost:5000', '[::1]:80')
    fc.assert(
      fc.property(registry, fc.array(part, { minLength: 2, maxLength: 4 }), part, (host, parts, tag) => {
        const reference = { registry: host, repository: parts.join('/'), tag }
        expect(parseReference(formatReference(reference))).toEqual(reference)
      }),
    )
  })

  test('any text is a reference or a LongwatchError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parseReference(text)
        } catch (error) {
          expect(error).toMatchObject({ code: 'REFERENCE_INVALID' })
        }
      }),
    )
  })
})
