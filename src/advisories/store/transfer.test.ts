import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createOciClient, parseReference } from '../../oci/index.ts'
import { fixedClock } from '../../platform/index.ts'
import { advisory, records, sync, syntheticFeed, temporaryStore } from '../testing.ts'
import { currentName } from './generations.ts'
import { openAdvisories } from './open.ts'
import { pullGeneration, pushGeneration } from './registry.ts'
import { generateSigningKey } from './signature.ts'
import { exportGeneration, importGeneration } from './transfer.ts'
import type { Imported, ImportOptions } from './transfer.ts'
import { verifyGeneration } from './verify.ts'

let source: ReturnType<typeof temporaryStore>
let target: ReturnType<typeof temporaryStore>
let file: string
const { signal } = new AbortController()
const clock = fixedClock('2026-11-02T00:00:00Z')
const pair = generateSigningKey()
const stranger = generateSigningKey()
let id: string

const feedOf = (count: number): ReturnType<typeof syntheticFeed> =>
  syntheticFeed({
    p: {
      mode: 'full',
      records: [
        ...records(
          ...Array.from({ length: count }, (_, n) =>
            advisory(`GHSA-${n}`, { aliases: [`CVE-2020-${1000 + n}`] }),
          ),
        ),
        {
          kind: 'signals',
          cve: 'CVE-2020-1000',
          signals: { epss: { score: 0.5, percentile: 0.9, date: '2026-01-01' } },
        },
      ],
      diagnostics: [{ level: 'error', code: 'RECORD_ODD', message: 'odd' }],
    },
  })

beforeEach(async () => {
  source = temporaryStore()
  target = temporaryStore()
  file = join(target.dbDir, 'advisories.lwdb')
  id = (await sync(source.dbDir, feedOf(50))).after
})
afterEach(() => {
  source.remove()
  target.remove()
})

const exported = async (privateKey?: string): Promise<void> => {
  const name = currentName(source.dbDir) ?? ''
  await exportGeneration({
    dbDir: source.dbDir,
    name,
    file,
    signal,
    ...(privateKey === undefined ? {} : { privateKey }),
  })
}
const imported = (more: Partial<ImportOptions> = {}): Promise<Imported> =>
  importGeneration({ dbDir: target.dbDir, clock, signal, file, ...more })

describe('a generation as a file', () => {
  it('answers elsewhere as it did here, feeds and refused records included', async () => {
    await exported(pair.privateKey)
    const result = await imported({ trusted: [stranger.publicKey, pair.publicKey] })
    expect(result).toMatchObject({
      id,
      published: true,
      before: undefined,
      signer: { fingerprint: pair.fingerprint, trusted: true },
    })
    const reader = openAdvisories(target.dbDir)
    expect(reader.info).toMatchObject({
      id,
      parts: [{ part: 'p', records: 51, refused: 1, cursor: { etag: 'one' } }],
    })
    expect(reader.vulnerability('CVE-2020-1000')).toMatchObject({
      aliases: ['GHSA-0'],
      signals: { epss: { score: 0.5 } },
    })
    await reader.close()
    expect(await verifyGeneration(target.dbDir, result.name, signal)).toMatchObject({ problem: undefined })
    expect(readdirSync(target.dbDir)).not.toContainEqual(expect.stringContaining('.part'))
    expect((await imported()).published).toBe(false)
  })

  it('is built upon by the next sync', async () => {
    await exported()
    await imported()
    const again = await sync(target.dbDir, feedOf(50))
    expect(again).toMatchObject({ published: false, after: id })
    const more = await sync(target.dbDir, feedOf(51))
    expect(more.changes).toMatchObject({ added: 1, modified: 0 })
  })

  it('is the same file twice', async () => {
    await exported(pair.privateKey)
    const first = readFileSync(file)
    await exported(pair.privateKey)
    expect(readFileSync(file).equals(first)).toBe(true)
  })

  it.each([
    ['not signed', undefined, 'SIGNATURE_MISSING'],
    ['signed by a stranger', stranger.privateKey, 'SIGNER_UNKNOWN'],
  ])('is refused when it is %s and a key was named', async (_, key, code) => {
    await exported(key)
    await expect(imported({ trusted: [pair.publicKey] })).rejects.toMatchObject({ code, exitCode: 4 })
    expect(currentName(target.dbDir)).toBeUndefined()
  })

  it('tells who signed it when no key was named', async () => {
    await exported(stranger.privateKey)
    expect((await imported()).signer).toEqual({ fingerprint: stranger.fingerprint, trusted: false })
  })

  it(
    'is refused wherever it was changed or cut, and the live generation stays',
    { timeout: 60_000 },
    async () => {
      await exported(pair.privateKey)
      await sync(target.dbDir, syntheticFeed({ q: { mode: 'full', records: records(advisory('Q-1')) } }))
      const live = currentName(target.dbDir)
      const whole = readFileSync(file)
      const steps = Array.from({ length: 40 }, (_, n) => Math.floor((whole.length * (n + 0.5)) / 40))
      for (const at of [0, 30, whole.length - 1, whole.length - 10, ...steps]) {
        const changed = Buffer.from(whole)
        changed.writeUInt8((changed.readUInt8(at) + 1) & 255, at)
        for (const bytes of [changed, whole.subarray(0, at)]) {
          writeFileSync(file, bytes)
          await expect(imported({ trusted: [pair.publicKey] }), `byte ${at}`).rejects.toMatchObject({
            code: expect.stringMatching(
              /^(?:PACKAGE_INVALID|SIGNATURE_WRONG|SIGNER_UNKNOWN|STORE_VERSION)$/,
            ) as string,
            exitCode: 4,
          })
        }
      }
      expect(currentName(target.dbDir)).toBe(live)
      expect(readdirSync(join(target.dbDir, 'building'))).toEqual([])
    },
  )

  it('is refused when it was made by another version', async () => {
    await exported()
    const text = readFileSync(file, 'latin1').replace(/"schemaVersion": \d/, '"schemaVersion": 9')
    writeFileSync(file, text, 'latin1')
    await expect(imported()).rejects.toMatchObject({ code: 'STORE_VERSION', exitCode: 4 })
  })

  it.each(['no/such/file', '.'])('that is %j is a usage error', async (name) => {
    await expect(imported({ file: join(target.dbDir, name) })).rejects.toMatchObject({
      code: 'FILE_UNUSABLE',
      exitCode: 2,
    })
  })

  it('cannot be signed with what is no key', async () => {
    await expect(exported('no key')).rejects.toMatchObject({ code: 'KEY_INVALID', exitCode: 2 })
    expect(existsSync(file)).toBe(false)
  })
})

/** A registry that keeps what it is sent, in memory. */
async function startRegistry(): Promise<{
  readonly server: Server
  readonly host: string
  readonly kept: Map<string, Buffer>
}> {
  const kept = new Map<string, Buffer>()
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '', 'http://registry')
      const path = url.pathname.replace('/v2/advisories/', '')
      if (request.method === 'POST') {
        await buffer(request)
        response.writeHead(202, { location: '/v2/advisories/upload/1' }).end()
      } else if (request.method === 'PUT') {
        const bytes = await buffer(request)
        const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
        kept.set(path.startsWith('upload') ? `blobs/${url.searchParams.get('digest')}` : path, bytes)
        kept.set(`manifests/${digest}`, bytes)
        response.writeHead(201, { 'docker-content-digest': digest }).end()
      } else if (url.pathname === '/v2/') response.end('{}')
      else {
        const bytes = kept.get(path)
        const type = 'application/vnd.oci.image.manifest.v1+json'
        if (bytes === undefined) response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}')
        else
          response
            .writeHead(200, { 'content-length': bytes.length, 'content-type': type })
            .end(request.method === 'HEAD' ? undefined : bytes)
      }
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, kept, host: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}

describe('a generation in a registry', () => {
  it('is pushed and pulled, signed, and refused when its payload was changed', async () => {
    const { server, host, kept } = await startRegistry()
    writeFileSync(join(source.dbDir, 'docker.json'), '{}')
    const client = createOciClient({
      insecure: [],
      mirrors: {},
      dockerConfig: join(source.dbDir, 'docker.json'),
    })
    try {
      const reference = parseReference(`${host}/advisories:today`)
      const name = currentName(source.dbDir) ?? ''
      const pushed = await pushGeneration({
        dbDir: source.dbDir,
        name,
        client,
        reference,
        privateKey: pair.privateKey,
        signal,
      })
      expect(pushed).toMatchObject({ id, signed: true })
      const pull = { dbDir: target.dbDir, clock, signal, client, reference }
      await expect(pullGeneration({ ...pull, trusted: [stranger.publicKey] })).rejects.toMatchObject({
        code: 'SIGNER_UNKNOWN',
      })
      expect(await pullGeneration({ ...pull, trusted: [pair.publicKey] })).toMatchObject({
        id,
        published: true,
      })
      expect(currentName(target.dbDir)).toBeDefined()
      const largest = [...kept]
        .filter(([path]) => path.startsWith('blobs/'))
        .sort(([, a], [, b]) => b.length - a.length)[0]
      largest?.[1].writeUInt8(largest[1].readUInt8(20) ^ 1, 20)
      const empty = temporaryStore()
      await expect(pullGeneration({ ...pull, dbDir: empty.dbDir })).rejects.toMatchObject({
        code: 'BLOB_DIGEST_MISMATCH',
      })
      expect(currentName(empty.dbDir)).toBeUndefined()
      empty.remove()
    } finally {
      await client.close()
      server.closeAllConnections()
      server.close()
    }
  })
})
