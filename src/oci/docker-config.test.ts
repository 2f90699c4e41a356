import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { exitCodes } from '../platform/index.ts'
import { askCredentialHelper } from './credential-helper.ts'
import { findCredentials, parseDockerConfig, readDockerConfig } from './docker-config.ts'

const { signal } = new AbortController()
const auth = (user: string, password: string): string => Buffer.from(`${user}:${password}`).toString('base64')
const hub = { registry: 'docker.io', repository: 'library/node' }
const ghcr = { registry: 'ghcr.io', repository: 'org/team/app' }

let folder = ''
const path = process.env['PATH']
const dockerConfig = process.env['DOCKER_CONFIG']
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docker-config-'))
  await mkdir(join(folder, 'bin'))
  const helper = async (name: string, script: string): Promise<void> => {
    const file = join(folder, 'bin', `docker-credential-${name}`)
    await writeFile(file, `#!/bin/sh\n${script}\n`)
    await chmod(file, 0o755)
  }
  await helper(
    'good',
    'read server; echo "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"$1 $server\\",\\"Secret\\":\\"s3cret\\"}"',
  )
  await helper('token', 'echo \'{"Username":"<token>","Secret":"refresh-me"}\'')
  await helper('none', 'echo "credentials not found in native keychain"; exit 1')
  await helper('bad', 'echo "keychain is locked"; exit 1')
  await helper('nonsense', 'echo hello')
  await helper('hang', 'exec sleep 60')
  await helper('endless', 'exec yes')
  process.env['PATH'] = `${join(folder, 'bin')}${delimiter}${path}`
})
afterEach(() => {
  if (dockerConfig === undefined) delete process.env['DOCKER_CONFIG']
  else process.env['DOCKER_CONFIG'] = dockerConfig
})
afterAll(async () => {
  process.env['PATH'] = path
  await rm(folder, { recursive: true })
})

async function found(config: object, repository = ghcr): Promise<unknown> {
  return findCredentials(parseDockerConfig(JSON.stringify(config)), repository, signal)
}
const password = (username: string, secret: string): object => ({
  credentials: { kind: 'password', username, password: secret },
})

describe("Docker's config.json", () => {
  test('auths, under every spelling of the host', async () => {
    for (const key of [
      'https://index.docker.io/v1/',
      'docker.io',
      'index.docker.io',
      'https://registry-1.docker.io/v2/',
    ]) {
      expect(await found({ auths: { [key]: { auth: auth('u', 'p:w') } } }, hub), key).toEqual(
        password('u', 'p:w'),
      )
    }
    for (const key of ['ghcr.io', 'https://ghcr.io', 'http://ghcr.io/v1/', 'ghcr.io/org', 'GHCR.IO']) {
      expect(await found({ auths: { [key]: { username: 'u', password: 'p' } } }), key).toEqual(
        password('u', 'p'),
      )
    }
    for (const key of ['ghcr.io.evil.com', 'ghcr.io:443', 'evil.com/ghcr.io', 'ghcr.io/or', 'docker.io']) {
      expect(await found({ auths: { [key]: { username: 'u', password: 'p' } } }), key).toEqual({})
    }
  })

  test('the closest key wins', async () => {
    const auths = {
      'ghcr.io/org/team': { auth: auth('team', 'x') },
      'ghcr.io': { auth: auth('host', 'x') },
      'ghcr.io/org': { auth: auth('org', 'x') },
      'ghcr.io/org/team/app': {},
    }
    expect(await found({ auths })).toEqual(password('team', 'x'))
  })

  test('tokens', async () => {
    expect(await found({ auths: { 'ghcr.io': { identitytoken: 'id' } } })).toEqual({
      credentials: { kind: 'identity-token', token: 'id' },
    })
    expect(await found({ auths: { 'ghcr.io': { registrytoken: 'rt' } } })).toEqual({
      credentials: { kind: 'registry-token', token: 'rt' },
    })
  })

  test('entries that are broken are as if they were not there', async () => {
    for (const entry of [
      {},
      { auth: '' },
      { auth: '!!!' },
      { auth: auth('', 'p') },
      { username: 'u' },
      { auth: 7 },
      'x',
      null,
    ]) {
      expect(await found({ auths: { 'ghcr.io': entry } })).toEqual({})
    }
  })

  test("the registry's own helper comes before the store, and the store before auths", async () => {
    const auths = { 'ghcr.io': { auth: auth('file', 'x') } }
    expect(await found({ auths, credsStore: 'good', credHelpers: { 'ghcr.io': 'token' } })).toEqual({
      credentials: { kind: 'identity-token', token: 'refresh-me' },
    })
    expect(await found({ auths, credsStore: 'good' })).toEqual(password('get ghcr.io', 's3cret'))
    expect(await found({ credsStore: 'good' }, hub)).toEqual(
      password('get https://index.docker.io/v1/', 's3cret'),
    )
    expect(await found({ auths, credsStore: 'none' })).toEqual(password('file', 'x'))
  })

  test('a helper that fails is told about and stops nothing', async () => {
    for (const name of ['bad', 'nonsense', 'absent', '../../bin/sh', 'a b', '']) {
      const answer = await found({ credsStore: 'none', credHelpers: { 'ghcr.io': name } })
      expect(answer).toEqual({ problem: expect.stringContaining('credential helper') as string })
    }
    expect(await found({ credHelpers: { 'ghcr.io': 'bad' } })).toMatchObject({
      problem: expect.stringContaining('keychain is locked') as string,
    })
  })

  test('a helper that hangs or never stops talking is ended', async () => {
    for (const name of ['hang', 'endless']) {
      await expect(
        askCredentialHelper(name, 'x', { signal, timeoutMilliseconds: 500 }),
      ).rejects.toMatchObject({
        code: 'CREDENTIAL_HELPER',
      })
    }
    const controller = new AbortController()
    const asked = askCredentialHelper('hang', 'x', { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(asked).rejects.toThrow('enough')
  })

  test('a file that was named must be readable; one that was not may be absent', async () => {
    process.env['DOCKER_CONFIG'] = join(folder, 'nowhere')
    expect(await readDockerConfig()).toEqual({ auths: new Map(), credHelpers: new Map() })
    await expect(readDockerConfig(join(folder, 'nowhere.json'))).rejects.toMatchObject({
      code: 'DOCKER_CONFIG_UNREADABLE',
      exitCode: exitCodes.usage,
    })
    process.env['DOCKER_CONFIG'] = folder
    await writeFile(join(folder, 'config.json'), `{"auths":{"ghcr.io":{"auth":"${auth('u', 'topsecret')}"`)
    const config = await readDockerConfig()
    expect(config.problem).toContain('config.json')
    expect(config.problem).not.toContain(auth('u', 'topsecret'))
    await writeFile(
      join(folder, 'config.json'),
      JSON.stringify({ auths: { 'ghcr.io': { auth: auth('u', 'p') } } }),
    )
    expect(await findCredentials(await readDockerConfig(), ghcr, signal)).toEqual(password('u', 'p'))
  })
})
