import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { fixedClock } from './clock.ts'
import { createHttp, parseRetryAfter } from './http.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handler)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const http = createHttp({ backoffMilliseconds: 1, longestPauseMilliseconds: 2000 })
const { signal } = new AbortController()

describe('http', () => {
  test('retries 429 and 500, and honours Retry-After', async () => {
    let calls = 0
    const base = await serve((_, response) => {
      calls += 1
      if (calls === 1) response.writeHead(429, { 'retry-after': '0' }).end()
      else if (calls === 2) response.writeHead(500).end('no')
      else response.end('yes')
    })
    const response = await http.request(`${base}/x`, { signal })
    expect(await text(response.body)).toBe('yes')
    expect(calls).toBe(3)
  })

  test('gives back the last answer when retries are used up, and does not wait longer than it may', async () => {
    let calls = 0
    const base = await serve((_, response) => {
      calls += 1
      response.writeHead(503, calls > 2 ? { 'retry-after': '3600' } : {}).end()
    })
    expect((await http.request(base, { signal, retries: 1 })).status).toBe(503)
    expect((await http.request(base, { signal })).status).toBe(503)
    expect(calls).toBe(3)
  })

  test('drops credentials when a redirect leaves the origin, keeps them on it', async () => {
    const seen: (string | undefined)[] = []
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization)
      response.end('other')
    })
    const base = await serve((request, response) => {
      seen.push(request.headers.authorization)
      if (request.url === '/a') response.writeHead(307, { location: '/b' }).end()
      else response.writeHead(302, { location: `${other}/c` }).end()
    })
    const response = await http.request(`${base}/a`, { signal, headers: { Authorization: 'Bearer secret' } })
    expect(await text(response.body)).toBe('other')
    expect(seen).toEqual(['Bearer secret', 'Bearer secret', undefined])
  })

  test('ends a loop of redirects', async () => {
    const base = await serve((_, response) => void response.writeHead(302, { location: '/' }).end())
    await expect(http.request(base, { signal })).rejects.toMatchObject({ code: 'HTTP_REDIRECT' })
  })

  test('names a server that does not answer, one that stalls and one that breaks off', async () => {
    const base = await serve((request, response) => {
      if (request.url === '/silent') return
      response.writeHead(200, { 'content-length': '100' })
      response.write('half')
      if (request.url === '/broken') setTimeout(() => response.destroy(), 20)
    })
    const wanted = { signal, retries: 0, idleMilliseconds: 300 }
    await expect(http.request(`${base}/silent`, wanted)).rejects.toMatchObject({ code: 'HTTP_IDLE' })
    const stalled = await http.request(`${base}/stalled`, wanted)
    await expect(text(stalled.body)).rejects.toMatchObject({ code: 'HTTP_IDLE' })
    const broken = await http.request(`${base}/broken`, wanted)
    await expect(text(broken.body)).rejects.toMatchObject({ code: 'HTTP_BROKEN' })
  })

  test('names what cannot be reached, and refuses other schemes', async () => {
    const base = await serve(() => undefined)
    servers.splice(0).forEach((server) => server.close())
    await expect(http.request(base, { signal, retries: 0 })).rejects.toMatchObject({
      code: 'HTTP_UNREACHABLE',
    })
    await expect(http.request('file:///etc/passwd', { signal })).rejects.toMatchObject({ code: 'HTTP_URL' })
  })

  test('stops at once on abort', async () => {
    const base = await serve(() => undefined)
    const controller = new AbortController()
    const waiting = http.request(base, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('enough')), 20)
    await expect(waiting).rejects.toThrow('enough')
  })

  test('reads Retry-After as seconds or as a date', () => {
    const clock = fixedClock('2026-01-01T00:00:00Z')
    expect(parseRetryAfter('7', clock)).toBe(7000)
    expect(parseRetryAfter('Thu, 01 Jan 2026 00:00:05 GMT', clock)).toBe(5000)
    expect(parseRetryAfter('soon', clock)).toBeUndefined()
  })
})
