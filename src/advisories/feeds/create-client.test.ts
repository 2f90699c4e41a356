import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttp } from '../../platform/index.ts'
import type { FeedRequest } from './client.ts'
import { createFeedClient } from './create-client.ts'
import { readText } from './fetch-file.ts'
import { clientFor, serve, temporaryFolder, testClock } from './testing.ts'

const request = (more: Partial<FeedRequest> = {}): FeedRequest => ({
  maximumBytes: 1000,
  signal: new AbortController().signal,
  ...more,
})

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function served(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Awaited<ReturnType<typeof serve>>> {
  const server = await serve(answer)
  cleanups.push(server.close)
  return server
}

function folder(files: Readonly<Record<string, string>>): string {
  const { path, remove } = temporaryFolder()
  cleanups.push(remove)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  return path
}

const ok = async (mirror: string, url: string): Promise<string> => {
  const answer = await clientFor(mirror).get(url, request())
  return answer.status === 'ok' ? readText(answer) : answer.status
}

describe('a mirror that is served', () => {
  it('has the upstream host and path after its own address, with the query', async () => {
    const server = await served((incoming, response) => response.end(incoming.url))
    expect(await ok(`${server.url}/feeds/`, 'https://example.org/a/b%20c.json?x=1')).toBe(
      '/feeds/example.org/a/b%20c.json?x=1',
    )
  })

  it('is asked for changes only, by both validators', async () => {
    const server = await served((incoming, response) => {
      response.statusCode = incoming.headers['if-none-match'] === '"one"' ? 304 : 200
      response.setHeader('etag', '"one"').end('body')
    })
    const client = clientFor(server.url)
    const first = await client.get('https://example.org/a', request())
    expect(first).toMatchObject({ status: 'ok', etag: '"one"', length: 4 })
    if (first.status === 'ok') first.body.destroy()
    expect(await client.get('https://example.org/a', request({ etag: '"one"' }))).toEqual({
      status: 'not-modified',
    })
    await client.get(
      'https://example.org/a',
      request({ etag: '"one"', lastModified: 'Mon, 01 Jan 2024 00:00:00 GMT' }),
    )
    expect(server.requests.at(-1)?.headers['if-modified-since']).toBe('Mon, 01 Jan 2024 00:00:00 GMT')
  })

  it('may send its answers compressed', async () => {
    const server = await served((_incoming, response) =>
      response.setHeader('content-encoding', 'gzip').end(gzipSync('decoded')),
    )
    expect(await ok(server.url, 'https://example.org/a')).toBe('decoded')
  })

  it.each([
    [404, 'missing'],
    [410, 'missing'],
  ])('says with status %i that a file is %s', async (status, outcome) => {
    const server = await served((_incoming, response) => response.writeHead(status).end())
    expect(await ok(server.url, 'https://example.org/a')).toBe(outcome)
  })

  it.each([
    [403, 'FEED_REFUSED'],
    [401, 'FEED_REFUSED'],
    [500, 'FEED_UNREACHABLE'],
    [429, 'FEED_UNREACHABLE'],
  ])('fails on status %i with %s', async (status, code) => {
    const server = await served((_incoming, response) => response.writeHead(status).end())
    await expect(ok(server.url, 'https://example.org/a')).rejects.toMatchObject({ code })
  })

  it('is asked again after a status that passes', async () => {
    let asked = 0
    const server = await served((_incoming, response) => {
      asked += 1
      response.writeHead(asked < 3 ? 503 : 200).end('at last')
    })
    expect(await ok(server.url, 'https://example.org/a')).toBe('at last')
  })

  it('fails with FEED_UNREACHABLE when nobody listens', async () => {
    const server = await serve((_incoming, response) => response.end())
    await server.close()
    await expect(ok(server.url, 'https://example.org/a')).rejects.toMatchObject({ code: 'FEED_UNREACHABLE' })
  })

  it('fails with FEED_TRUNCATED when a body breaks off', async () => {
    const server = await served((_incoming, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('short', () => response.destroy())
    })
    await expect(ok(server.url, 'https://example.org/a')).rejects.toMatchObject({ code: 'FEED_TRUNCATED' })
  })

  it.each(['announced', 'sent', 'compressed'])(
    'fails with FEED_TOO_LARGE when too much is %s',
    async (how) => {
      const server = await served((_incoming, response) => {
        if (how === 'announced') response.setHeader('content-length', '5000')
        if (how === 'compressed') {
          response.setHeader('content-encoding', 'gzip').end(gzipSync('x'.repeat(5000)))
          return
        }
        response.write('x'.repeat(2500))
        response.end('x'.repeat(2500))
      })
      await expect(ok(server.url, 'https://example.org/a')).rejects.toMatchObject({ code: 'FEED_TOO_LARGE' })
    },
  )

  it('fails with the reason of the signal when it is aborted', async () => {
    const server = await served(() => undefined)
    const abort = new AbortController()
    const answer = clientFor(server.url).get('https://example.org/a', request({ signal: abort.signal }))
    abort.abort(new Error('enough'))
    await expect(answer).rejects.toThrow('enough')
  })
})

describe('a mirror that is a folder', () => {
  it('has upstream hosts as folders, by path or by file URL', async () => {
    const path = folder({ 'example.org/a/b c.json': 'text', 'example.org/q?page=2': 'two' })
    expect(await ok(path, 'https://example.org/a/b%20c.json')).toBe('text')
    expect(await ok(pathToFileURL(path).href, 'https://example.org/a/b%20c.json')).toBe('text')
    expect(await ok(path, 'https://example.org/q?page=2')).toBe('two')
    expect(await ok(path, 'https://example.org/q')).toBe('missing')
    expect(await ok(path, 'https://example.org/a')).toBe('missing')
    expect(await ok(path, 'https://elsewhere.org/a')).toBe('missing')
  })

  it('knows by size and time that a file is the same', async () => {
    const path = folder({ 'example.org/a': 'text' })
    const client = clientFor(path)
    const first = await client.get('https://example.org/a', request())
    if (first.status !== 'ok' || first.etag === undefined) throw new Error('it has no ETag')
    first.body.destroy()
    expect(await client.get('https://example.org/a', request({ etag: first.etag }))).toEqual({
      status: 'not-modified',
    })
    utimesSync(join(path, 'example.org/a'), 1, 1)
    const later = await client.get('https://example.org/a', request({ etag: first.etag }))
    expect(later.status).toBe('ok')
    if (later.status === 'ok') later.body.destroy()
  })

  it.each([
    'https://example.org/..%2f..%2fsecret',
    'https://example.org/a%5c..%5cb',
    'https://example.org/a%00b',
  ])('does not leave its root for %s', async (url) => {
    await expect(ok(folder({ 'example.org/a': '' }), url)).rejects.toMatchObject({ code: 'FEED_REFUSED' })
  })

  it('follows links inside, and none that leads out', async () => {
    const outside = folder({ secret: 'secret' })
    const path = folder({ 'example.org/a': 'inside' })
    symlinkSync('a', join(path, 'example.org/b'))
    symlinkSync(join(outside, 'secret'), join(path, 'example.org/c'))
    expect(await ok(path, 'https://example.org/b')).toBe('inside')
    await expect(ok(path, 'https://example.org/c')).rejects.toMatchObject({ code: 'FEED_REFUSED' })
  })

  it('fails as a whole when the folder is not there, and on files that are too large', async () => {
    await expect(ok(join(folder({}), 'none'), 'https://example.org/a')).rejects.toMatchObject({
      code: 'FEED_UNREACHABLE',
    })
    await expect(
      ok(folder({ 'example.org/a': 'x'.repeat(2000) }), 'https://example.org/a'),
    ).rejects.toMatchObject({ code: 'FEED_TOO_LARGE' })
  })
})

it('without a mirror, addresses are upstream itself', () => {
  const client = createFeedClient({ http: createHttp(), clock: testClock })
  expect(client.locate('https://example.org/a?b=c')).toBe('https://example.org/a?b=c')
})
