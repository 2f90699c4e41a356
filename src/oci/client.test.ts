import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Digest } from '../model/index.ts'
import { createHttp } from '../platform/index.ts'
import { nextPage } from './answers.ts'
import { createOciClient } from './client.ts'
import type { OciClient, OciClientOptions } from './contract.ts'
import { mediaTypes } from './media-types.ts'

const digestOf = (bytes: Uint8Array | string): Digest =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`
const blob = randomBytes(100_000)
const manifest = JSON.stringify({
  schemaVersion: 2,
  config: { mediaType: mediaTypes.ociConfig, digest: digestOf(blob), size: blob.length },
  layers: [],
})
const { signal } = new AbortController()

let folder = ''
const servers: Server[] = []
const clients: OciClient[] = []
const http = createHttp({ backoffMilliseconds: 1, longestPauseMilliseconds: 1500 })
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oci-client-'))
  await writeFile(join(folder, 'empty.json'), '{}')
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map(async (client) => client.close()))
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})
afterAll(async () => {
  await http.close()
  await rm(folder, { recursive: true })
})

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void | Promise<void>

async function serve(handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    void handler(request, response, new URL(request.url ?? '', 'http://x'))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

function client(options: Partial<OciClientOptions> = {}): OciClient {
  const made = createOciClient({
    http,
    insecure: [],
    mirrors: {},
    dockerConfig: join(folder, 'empty.json'),
    idleMilliseconds: 400,
    ...options,
  })
  clients.push(made)
  return made
}

/** A registry that has the manifest under tag 1 and the blob; `guard` answers first when it wants to. */
const registry =
  (guard: Handler = () => undefined): Handler =>
  (request, response, url) => {
    void guard(request, response, url)
    if (response.writableEnded || response.headersSent) return
    const { pathname } = url
    if (pathname === '/v2/') response.end('{}')
    else if (pathname === '/v2/a/manifests/1' || pathname === `/v2/a/manifests/${digestOf(manifest)}`) {
      response.writeHead(200, { 'content-type': mediaTypes.ociManifest }).end(manifest)
    } else if (pathname === `/v2/a/blobs/${digestOf(blob)}`) response.end(blob)
    else if (pathname === '/v2/a/tags/list') response.end(JSON.stringify({ tags: ['1', '1.1', 'next'] }))
    else
      response.writeHead(404).end(JSON.stringify({ errors: [{ code: 'NAME_UNKNOWN', message: 'unknown' }] }))
  }

/** Token authentication: tokens last `ttl` seconds of real time and are good for one repository. */
async function tokenGuard(options: {
  readonly ttl?: number
  readonly user?: string
  readonly log?: string[]
}): Promise<Handler> {
  const good = new Map<string, number>()
  const realm = await serve((request, response, url) => {
    options.log?.push(`${request.method} ${url.search} ${request.headers.authorization ?? '-'}`)
    if (
      options.user !== undefined &&
      request.headers.authorization !== `Basic ${Buffer.from(options.user).toString('base64')}`
    ) {
      response
        .writeHead(401)
        .end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'who are you' }] }))
      return
    }
    const token = randomBytes(8).toString('hex')
    good.set(token, Date.now() + 1000 * (options.ttl ?? 60))
    response.end(JSON.stringify({ token, expires_in: options.ttl ?? 60 }))
  })
  return (request, response) => {
    const until = good.get((request.headers.authorization ?? '').replace('Bearer ', ''))
    if (until !== undefined && until > Date.now()) return
    const challenge = `Bearer realm="http://${realm}/token",service="test",scope="repository:a:pull"`
    response.writeHead(401, { 'www-authenticate': challenge }).end('{}')
  }
}

describe('pulling', () => {
  test('a manifest by tag and by digest, a blob, tags', async () => {
    const host = await serve(registry())
    const from = { registry: host, repository: 'a' }
    const oci = client()
    const byTag = await oci.pullManifest({ ...from, tag: '1' }, { signal })
    expect(byTag).toEqual({
      bytes: Buffer.from(manifest),
      mediaType: mediaTypes.ociManifest,
      digest: digestOf(manifest),
    })
    expect(await oci.pullManifest({ ...from, tag: '7', digest: digestOf(manifest) }, { signal })).toEqual(
      byTag,
    )
    expect(await buffer(await oci.pullBlob(from, digestOf(blob), blob.length, { signal }))).toEqual(blob)
    expect(await oci.hasBlob(from, digestOf(blob), { signal })).toBe(true)
    expect(await oci.hasBlob(from, digestOf('x'), { signal })).toBe(false)
    expect(await oci.tags(from, { signal, limit: 2 })).toEqual(['1', '1.1'])
    expect(await oci.blobAddress(from, digestOf(blob), { signal })).toEqual({
      url: `http://${host}/v2/a/blobs/${digestOf(blob)}`,
      headers: {},
    })
  })

  test('an unknown tag names some that exist, the likeliest first', async () => {
    const host = await serve(registry())
    await expect(
      client().pullManifest({ registry: host, repository: 'a', tag: '1.2' }, { signal }),
    ).rejects.toMatchObject({
      code: 'TAG_UNKNOWN',
      remedy: 'Tags that exist: 1.1, 1, next.',
    })
    await expect(
      client().pullManifest({ registry: host, repository: 'b', tag: '1' }, { signal }),
    ).rejects.toMatchObject({
      code: 'TARGET_NOT_FOUND',
    })
    await expect(
      client().pullManifest({ registry: host, repository: 'a', digest: digestOf('x') }, { signal }),
    ).rejects.toMatchObject({ code: 'TARGET_NOT_FOUND' })
  })

  test('a server that is no registry is called so', async () => {
    const host = await serve((_, response) => void response.writeHead(404).end('<html>'))
    await expect(
      client().pullManifest({ registry: host, repository: 'a', tag: '1' }, { signal }),
    ).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      remedy: expect.stringContaining('container registry') as string,
    })
  })

  test('a manifest with another digest or out of all bounds is refused', async () => {
    const host = await serve(
      registry((_, response, url) => {
        if (url.pathname.startsWith('/v2/a/manifests/sha256:')) response.end(manifest)
        if (url.pathname === '/v2/a/manifests/stated') {
          response.writeHead(200, { 'docker-content-digest': digestOf('x') }).end(manifest)
        }
        if (url.pathname === '/v2/a/manifests/announced') {
          response.writeHead(200, { 'content-length': 99_000_000 }).write('{')
        }
        if (url.pathname === '/v2/a/manifests/endless') {
          const more = (): void => void response.write(Buffer.alloc(65_536), () => setImmediate(more))
          more()
        }
      }),
    )
    const from = { registry: host, repository: 'a' }
    const oci = client()
    const wrong = { ...from, digest: digestOf('other') }
    await expect(oci.pullManifest(wrong, { signal })).rejects.toMatchObject({
      code: 'MANIFEST_DIGEST_MISMATCH',
    })
    for (const [tag, code] of [
      ['stated', 'MANIFEST_DIGEST_MISMATCH'],
      ['announced', 'MANIFEST_TOO_LARGE'],
      ['endless', 'MANIFEST_TOO_LARGE'],
    ] as const) {
      await expect(oci.pullManifest({ ...from, tag }, { signal }), tag).rejects.toMatchObject({ code })
    }
  })

  test('damage, silence and rate limits each have their error', async () => {
    const host = await serve(
      registry((_, response, url) => {
        if (url.pathname.endsWith('/blobs/' + digestOf('short'))) response.end('shor')
        if (url.pathname.endsWith('/blobs/' + digestOf('wrong'))) response.end('gnorw')
        if (url.pathname.endsWith('/blobs/' + digestOf('denied'))) response.writeHead(403).end()
        if (url.pathname.endsWith('/manifests/limited')) {
          response
            .writeHead(429, { 'retry-after': '3600' })
            .end(JSON.stringify({ errors: [{ code: 'TOOMANYREQUESTS', message: 'slow\u001B[31m down' }] }))
        }
        if (url.pathname.endsWith('/manifests/broken')) response.writeHead(500).end('<html>')
        if (url.pathname.endsWith('/manifests/silent')) response.flushHeaders()
      }),
    )
    const from = { registry: host, repository: 'a' }
    const oci = client()
    const pull = async (text: string) => buffer(await oci.pullBlob(from, digestOf(text), 5, { signal }))
    await expect(pull('short')).rejects.toMatchObject({ code: 'BLOB_TRUNCATED' })
    await expect(pull('wrong')).rejects.toMatchObject({ code: 'BLOB_DIGEST_MISMATCH' })
    await expect(pull('gone')).rejects.toMatchObject({ code: 'BLOB_MISSING' })
    await expect(pull('denied')).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' })
    await expect(oci.pullManifest({ ...from, tag: 'limited' }, { signal })).rejects.toMatchObject({
      code: 'REGISTRY_RATE_LIMITED',
      message: expect.stringMatching(/slow \[31m down/) as string,
      remedy: expect.stringContaining('3600 seconds') as string,
    })
    await expect(oci.pullManifest({ ...from, tag: 'broken' }, { signal })).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      message: expect.stringContaining('500') as string,
    })
    const silent = await oci
      .pullManifest({ ...from, tag: 'silent' }, { signal })
      .catch((error: unknown) => error)
    expect(silent).toMatchObject({ code: 'REGISTRY_TIMEOUT' })
  })

  test('a rate limit that is soon over is waited for', async () => {
    let asked = 0
    const host = await serve(
      registry((_, response, url) => {
        if (!url.pathname.includes('/manifests/')) return
        asked += 1
        if (asked === 1) response.writeHead(429, { 'retry-after': '1' }).end()
      }),
    )
    await client().pullManifest({ registry: host, repository: 'a', tag: '1' }, { signal })
    expect(asked).toBe(2)
  })

  test('hosts that hang or are not there', async () => {
    const host = await serve(() => undefined)
    const reference = { registry: host, repository: 'a', tag: '1' }
    await expect(client().pullManifest(reference, { signal })).rejects.toMatchObject({
      code: 'REGISTRY_TIMEOUT',
    })
    servers.splice(0).forEach((server) => {
      server.closeAllConnections()
      server.close()
    })
    await expect(client().pullManifest(reference, { signal })).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      remedy: expect.any(String) as string,
    })
    const controller = new AbortController()
    const slow = await serve(() => undefined)
    const waiting = client({ idleMilliseconds: 60_000 }).pullManifest(
      { ...reference, registry: slow },
      controller,
    )
    setTimeout(() => controller.abort(new Error('enough')), 50)
    await expect(waiting).rejects.toThrow('enough')
  })
})

describe('pages', () => {
  test('are followed on their own host', async () => {
    const host = await serve(
      registry((_, response, url) => {
        if (url.pathname !== '/v2/a/tags/list') return
        const last = Number(url.searchParams.get('last') ?? 0)
        const next = last < 4 ? { link: `</v2/a/tags/list?last=${last + 2}&n=2>; rel="next"` } : {}
        response.writeHead(200, next).end(JSON.stringify({ tags: [`v${last}`, `v${last + 1}`] }))
      }),
    )
    expect(await client().tags({ registry: host, repository: 'a' }, { signal })).toEqual([
      'v0',
      'v1',
      'v2',
      'v3',
      'v4',
      'v5',
    ])
  })

  test('that never end are given up, that lead elsewhere are refused', async () => {
    const stranger: string[] = []
    const elsewhere = await serve((request, response) => {
      stranger.push(request.url ?? '')
      response.end('{}')
    })
    const host = await serve(
      registry((_, response, url) => {
        const link = url.pathname.includes('/loop/') ? url.href : `http://${elsewhere}/v2/a/tags/list`
        if (url.pathname.endsWith('/tags/list')) {
          response.writeHead(200, { link: `<${link.replace('http://x', '')}>; rel=next` }).end('{"tags":[]}')
        }
      }),
    )
    expect(await client().tags({ registry: host, repository: 'loop' }, { signal })).toEqual([])
    await expect(client().tags({ registry: host, repository: 'a' }, { signal })).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
    })
    expect(stranger).toEqual([])
  })

  test.each([
    [undefined, undefined],
    ['</v2/a?last=b>; rel="next"', 'https://host/v2/a?last=b'],
    ['</first>; rel="first", </second>; rel="next"', 'https://host/second'],
    ['<https://host/x>; rel=next', 'https://host/x'],
    ['nonsense', undefined],
  ])('%s', (link, next) => {
    expect(nextPage(link, new URL('https://host/v2/a'))).toBe(next)
  })

  test.each([
    '<http://host/x>; rel=next',
    '<//evil/x>; rel=next',
    '<https://host:444/x>; rel=next',
    '<http://[>; rel=next',
  ])('refuses %s', (link) => {
    expect(() => nextPage(link, new URL('https://host/v2/a'))).toThrow(/another host/)
  })
})

describe('signing in', () => {
  const credentials = { username: 'lab', password: 'geheim:ü' }

  test('anonymous tokens, one for many requests', async () => {
    const log: string[] = []
    const host = await serve(registry(await tokenGuard({ log })))
    const oci = client()
    const from = { registry: host, repository: 'a' }
    await oci.pullManifest({ ...from, tag: '1' }, { signal })
    await buffer(await oci.pullBlob(from, digestOf(blob), blob.length, { signal }))
    expect(log).toEqual(['GET ?service=test&scope=repository%3Aa%3Apull -'])
  })

  test('a token that runs out is renewed, before and after the registry says so', async () => {
    const log: string[] = []
    const guard = await tokenGuard({ ttl: 1, log })
    const host = await serve(registry(guard))
    const from = { registry: host, repository: 'a' }
    let now = Date.now()
    const oci = client({ clock: { now: () => new Date(now) } })
    await oci.pullManifest({ ...from, tag: '1' }, { signal })
    // Our clock stands still, so only the registry knows that the token is over.
    await new Promise((resolve) => setTimeout(resolve, 1100))
    await oci.pullManifest({ ...from, tag: '1' }, { signal })
    expect(log.length).toBe(2)
    const first = await oci.blobAddress(from, digestOf(blob), { signal })
    expect(log.length).toBe(2)
    now += 900
    const second = await oci.blobAddress(from, digestOf(blob), { signal })
    expect(log.length).toBe(3)
    expect(second.headers).not.toEqual(first.headers)
  })

  test('tokens for a password, which goes to the token server alone', async () => {
    const log: string[] = []
    const seen: string[] = []
    const guard = await tokenGuard({ user: 'lab:geheim:ü', log })
    const host = await serve(
      registry((request, response, url) => {
        seen.push(request.headers.authorization ?? '-')
        void guard(request, response, url)
      }),
    )
    const reference = { registry: host, repository: 'a', tag: '1' }
    await client({ credentials }).pullManifest(reference, { signal })
    expect(log).toHaveLength(1)
    expect(seen.filter((header) => header.startsWith('Basic'))).toEqual([])
    await expect(client().pullManifest(reference, { signal })).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
      message: expect.stringContaining('who are you') as string,
      remedy: expect.stringContaining('docker login') as string,
    })
    const refused = client({ credentials: { username: 'x', password: 'hunter2' } })
    const error: unknown = await refused
      .pullManifest(reference, { signal })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
      message: expect.stringContaining('refuses') as string,
    })
    expect(JSON.stringify(error)).not.toContain('hunter2')
  })

  test('an identity token is exchanged, a registry token is sent', async () => {
    const log: string[] = []
    const realm = await serve(async (request, response) => {
      log.push(`${request.method} ${(await buffer(request)).toString()}`)
      response.end(JSON.stringify({ access_token: 'fresh', expires_in: 300 }))
    })
    const host = await serve(
      registry((request, response) => {
        log.push(request.headers.authorization ?? '-')
        if (request.headers.authorization?.startsWith('Bearer') === true) return
        response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${realm}/t",service=s` }).end()
      }),
    )
    const reference = { registry: host, repository: 'a', tag: '1' }
    const config = join(folder, 'tokens.json')
    await writeFile(config, JSON.stringify({ auths: { [host]: { identitytoken: 'idt' } } }))
    await client({ dockerConfig: config }).pullManifest(reference, { signal })
    expect(log).toEqual([
      '-',
      'POST grant_type=refresh_token&client_id=longwatch&refresh_token=idt&scope=repository%3Aa%3Apull&service=s',
      'Bearer fresh',
    ])
    await writeFile(config, JSON.stringify({ auths: { [host]: { registrytoken: 'rt' } } }))
    await client({ dockerConfig: config }).pullManifest(reference, { signal })
    expect(log.at(-1)).toBe('Bearer rt')
  })

  test('basic, from the options and from config.json', async () => {
    const header = `Basic ${Buffer.from('lab:geheim:ü').toString('base64')}`
    const host = await serve(
      registry((request, response) => {
        if (request.headers.authorization !== header)
          response.writeHead(401, { 'www-authenticate': 'Basic realm="lab"' }).end()
      }),
    )
    const reference = { registry: host, repository: 'a', tag: '1' }
    await client({ credentials }).pullManifest(reference, { signal })
    const config = join(folder, 'basic.json')
    await writeFile(config, JSON.stringify({ auths: { [host]: { username: 'lab', password: 'geheim:ü' } } }))
    await client({ dockerConfig: config }).pullManifest(reference, { signal })
    await expect(client().pullManifest(reference, { signal })).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
    })
    await writeFile(config, JSON.stringify({ credsStore: 'not-installed-anywhere' }))
    await expect(client({ dockerConfig: config }).pullManifest(reference, { signal })).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
      message: expect.stringContaining('not-installed-anywhere') as string,
    })
  })

  test('credentials stay behind when a blob is redirected', async () => {
    const seen: (string | undefined)[] = []
    const storage = await serve((request, response) => {
      seen.push(request.headers.authorization)
      response.end(blob)
    })
    const host = await serve(
      registry((request, response, url) => {
        if (request.headers.authorization === undefined)
          response.writeHead(401, { 'www-authenticate': 'Basic realm=x' }).end()
        else if (url.pathname.includes('/blobs/'))
          response.writeHead(307, { location: `http://${storage}/data` }).end()
      }),
    )
    const oci = client({ credentials })
    const from = { registry: host, repository: 'a' }
    expect(await buffer(await oci.pullBlob(from, digestOf(blob), blob.length, { signal }))).toEqual(blob)
    expect(seen).toEqual([undefined])
  })

  test.each(['file:///etc/passwd', 'ftp://x/', 'https://u:p@x/', '', 'nonsense'])(
    'asks no token server at %j',
    async (realm) => {
      const host = await serve(
        registry(
          (_, response) =>
            void response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end(),
        ),
      )
      await expect(
        client({ credentials }).pullManifest({ registry: host, repository: 'a', tag: '1' }, { signal }),
      ).rejects.toMatchObject({ code: 'REGISTRY_FAILED' })
    },
  )

  test('a token that would be a header of its own is refused', async () => {
    const realm = await serve((_, response) => void response.end(JSON.stringify({ token: 'a\r\nx: y' })))
    const host = await serve(
      registry(
        (_, response) =>
          void response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${realm}/"` }).end(),
      ),
    )
    await expect(
      client().pullManifest({ registry: host, repository: 'a', tag: '1' }, { signal }),
    ).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
    })
  })
})

describe('mirrors', () => {
  test('are asked first, without our credentials, and passed over when they fail', async () => {
    const log: string[] = []
    const note =
      (name: string): Handler =>
      (request, _, url) =>
        void log.push(`${name} ${url.pathname} ${request.headers.authorization ?? '-'}`)
    const broken = await serve((_, response) => void response.writeHead(500).end())
    const empty = await serve((_, response) => void response.writeHead(404).end('{"errors":[]}'))
    const mirror = await serve((request, response, url) => {
      void note('mirror')(request, response, url)
      url.pathname = url.pathname.replace('/v2/cache/', '/v2/')
      if (url.pathname.includes('/blobs/')) response.writeHead(404).end()
      else void registry()(request, response, url)
    })
    const host = await serve(registry(note('origin')))
    const oci = client({
      mirrors: { [host]: [broken, empty, `http://${mirror}/cache/`] },
      credentials: { username: 'u', password: 'p' },
    })
    const from = { registry: host, repository: 'a' }
    expect((await oci.pullManifest({ ...from, tag: '1' }, { signal })).digest).toBe(digestOf(manifest))
    expect(log).toEqual(['mirror /v2/ -', 'mirror /v2/cache/a/manifests/1 -'])
    expect(await buffer(await oci.pullBlob(from, digestOf(blob), blob.length, { signal }))).toEqual(blob)
    const { url } = await oci.blobAddress(from, digestOf(blob), { signal })
    expect(url).toBe(`http://${host}/v2/a/blobs/${digestOf(blob)}`)
  })
})

describe('referrers', () => {
  const attached = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: [
      {
        mediaType: mediaTypes.ociManifest,
        digest: digestOf('sbom'),
        size: 4,
        artifactType: 'application/spdx+json',
      },
    ],
  }

  test('by the interface, by the tag, or none', async () => {
    const listed = [
      expect.objectContaining({ digest: digestOf('sbom'), artifactType: 'application/spdx+json' }),
    ]
    for (const place of [
      `/v2/a/referrers/${digestOf(manifest)}`,
      `/v2/a/manifests/${digestOf(manifest).replace(':', '-')}`,
    ]) {
      const host = await serve(
        registry((_, response, url) => {
          if (url.pathname === place)
            response.writeHead(200, { 'content-type': mediaTypes.ociIndex }).end(JSON.stringify(attached))
        }),
      )
      expect(
        await client().referrers({ registry: host, repository: 'a' }, digestOf(manifest), { signal }),
      ).toEqual(listed)
    }
    const host = await serve(registry())
    expect(
      await client().referrers({ registry: host, repository: 'a' }, digestOf(manifest), { signal }),
    ).toEqual([])
  })
})

describe('pushing', () => {
  test('a blob in one piece unless it is there, then the manifest', async () => {
    const stored = new Map<string, Buffer>()
    const log: string[] = []
    const guard = await tokenGuard({ user: 'lab:lab', ttl: 60 })
    const host = await serve(async (request, response, url) => {
      void guard(request, response, url)
      if (response.headersSent) return
      log.push(`${request.method} ${url.pathname}`)
      const { pathname } = url
      if (request.method === 'HEAD')
        response.writeHead(stored.has(pathname.split('/').at(-1) ?? '') ? 200 : 404).end()
      else if (request.method === 'POST') response.writeHead(202, { location: '/upload/7?state=x' }).end()
      else if (request.method === 'PUT') {
        const body = await buffer(request)
        const name = url.searchParams.get('digest') ?? pathname.split('/').at(-1) ?? ''
        if (url.searchParams.has('digest') && digestOf(body) !== name) {
          response.writeHead(400).end(JSON.stringify({ errors: [{ code: 'DIGEST_INVALID', message: 'no' }] }))
          return
        }
        stored.set(name, body)
        response.writeHead(201).end()
      } else response.end('{}')
    })
    const to = { registry: host, repository: 'a' }
    const oci = client({ credentials: { username: 'lab', password: 'lab' } })
    await oci.pushBlob(
      to,
      digestOf(blob),
      blob.length,
      Readable.from([blob.subarray(0, 7), blob.subarray(7)]),
      { signal },
    )
    expect(stored.get(digestOf(blob))).toEqual(blob)
    const before = log.length
    await oci.pushBlob(to, digestOf(blob), blob.length, blob, { signal })
    expect(log.slice(before)).toEqual([`HEAD /v2/a/blobs/${digestOf(blob)}`])
    const pushed = await oci.pushManifest(to, 'v1', Buffer.from(manifest), mediaTypes.ociManifest, { signal })
    expect(pushed).toBe(digestOf(manifest))
    expect(stored.get('v1')?.toString()).toBe(manifest)
    await expect(oci.pushBlob(to, digestOf('y'), 1, Buffer.from('n'), { signal })).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
    })
    await expect(
      client().pushManifest(to, 'v1', Buffer.from(manifest), mediaTypes.ociManifest, { signal }),
    ).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' })
  })
})
