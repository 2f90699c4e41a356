import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Digest } from '../../model/index.ts'
import { createHttp, defaultLimits } from '../../platform/index.ts'
import { openBlob } from './open-blob.ts'
import type { BlobSource } from './open-blob.ts'

const content = randomBytes(700_000)
const digestOf = (bytes: Uint8Array): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
const digest = digestOf(content)
const mediaType = 'application/vnd.oci.image.layer.v1.tar'
const { signal } = new AbortController()
const limits = { ...defaultLimits, idleMilliseconds: 300 }
const http = createHttp({ backoffMilliseconds: 1 })

let folder = ''
const servers: Server[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-blob-'))
})
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})
afterAll(async () => {
  await http.close()
  await rm(folder, { recursive: true })
})

async function file(bytes: Uint8Array, part: Partial<Extract<BlobSource, { kind: 'blob-file' }>> = {}) {
  const path = join(folder, digestOf(bytes).slice(7, 27))
  await writeFile(path, bytes)
  return {
    kind: 'blob-file',
    file: path,
    offset: 0,
    length: bytes.length,
    mediaType,
    digest,
    ...part,
  } as const
}

async function serve(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  part: Partial<Extract<BlobSource, { kind: 'registry-blob' }>> = {},
): Promise<BlobSource> {
  const server = createServer(handler)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/a/blobs/${digest}`
  return { kind: 'registry-blob', url, headers: {}, mediaType, size: content.length, digest, ...part }
}

const read = async (source: BlobSource, given: object = { http }): Promise<Buffer> =>
  buffer(await openBlob(source, { signal, limits, ...given }))

describe('a blob in a file', () => {
  test('gives the bytes that its digest names, whole or from the middle of a file', async () => {
    expect(await read(await file(content))).toEqual(content)
    const inside = Buffer.concat([randomBytes(1234), content, randomBytes(99)])
    expect(await read(await file(inside, { offset: 1234, length: content.length }))).toEqual(content)
    const nothing = Buffer.alloc(0)
    expect(await read(await file(nothing, { digest: digestOf(nothing) }))).toEqual(nothing)
  })

  test('names a layer that is missing, cut short, damaged or too long', async () => {
    const flipped = Buffer.from(content)
    flipped[5000]! ^= 1
    const gone = { ...(await file(content)), file: join(folder, 'gone') }
    const cases = [
      [gone, 'LAYER_MISSING'],
      [await file(content.subarray(1), { length: content.length }), 'LAYER_TRUNCATED'],
      [await file(Buffer.alloc(0)), 'LAYER_DIGEST_MISMATCH'],
      [await file(flipped), 'LAYER_DIGEST_MISMATCH'],
      [await file(content, { length: content.length - 1 }), 'LAYER_DIGEST_MISMATCH'],
    ] as const
    for (const [source, code] of cases) {
      await expect(read(source), code).rejects.toMatchObject({
        code,
        message: expect.stringContaining(digest) as string,
        remedy: expect.any(String) as string,
      })
    }
  })

  test('stops on abort and says why', async () => {
    const controller = new AbortController()
    const stream = await openBlob(await file(content), { signal: controller.signal, limits })
    controller.abort(new Error('enough'))
    await expect(buffer(stream)).rejects.toThrow('enough')
  })
})

describe('a blob in a registry', () => {
  test('gives the bytes, with the headers that were asked for, also with a client of its own', async () => {
    const seen: unknown[] = []
    const source = await serve(
      (request, response) => {
        seen.push(request.headers.authorization)
        response.end(content)
      },
      { headers: { authorization: 'Bearer x' } },
    )
    expect(await read(source)).toEqual(content)
    expect(await read(source, {})).toEqual(content)
    expect(seen).toEqual(['Bearer x', 'Bearer x'])
  })

  test.each([
    [401, 'LAYER_UNAUTHORIZED'],
    [403, 'LAYER_UNAUTHORIZED'],
    [404, 'LAYER_MISSING'],
    [429, 'REGISTRY_RATE_LIMITED'],
    [500, 'REGISTRY_FAILED'],
  ])('calls status %i %s', async (status, code) => {
    const source = await serve((_, response) => void response.writeHead(status).end('no'))
    await expect(read(source)).rejects.toMatchObject({ code })
  })

  test('takes up a download that broke off, with a range and without', async () => {
    for (const ranges of [true, false]) {
      const asked: (string | undefined)[] = []
      const source = await serve((request, response) => {
        const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
        asked.push(request.headers.range)
        const rest = ranges ? content.subarray(from) : content
        response.writeHead(ranges && from > 0 ? 206 : 200, { 'content-length': rest.length })
        if (asked.length > 1) response.end(rest)
        else response.write(rest.subarray(0, 300_000), () => setTimeout(() => response.destroy(), 30))
      })
      expect(await read(source)).toEqual(content)
      expect(asked).toEqual([undefined, 'bytes=300000-'])
    }
  })

  test('names one that breaks off each time, that stalls, that is damaged, that cannot be reached', async () => {
    const broken = await serve((_, response) => {
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 100), () => setTimeout(() => response.destroy(), 10))
    })
    await expect(read(broken)).rejects.toMatchObject({ code: 'LAYER_TRUNCATED' })
    const stalled = await serve((_, response) => {
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 100))
    })
    await expect(read(stalled)).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' })
    const silent = await serve(() => undefined)
    await expect(read(silent)).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' })
    const short = await serve((_, response) => void response.end(content.subarray(1)))
    await expect(read(short)).rejects.toMatchObject({ code: 'LAYER_TRUNCATED' })
    const wrong = await serve((_, response) => void response.end(randomBytes(content.length)))
    await expect(read(wrong)).rejects.toMatchObject({ code: 'LAYER_DIGEST_MISMATCH' })
    const endless = await serve((_, response) => {
      const more = (): void => void response.write(content, () => setImmediate(more))
      more()
    })
    await expect(read(endless)).rejects.toMatchObject({ code: 'LAYER_DIGEST_MISMATCH' })
    servers.splice(0).forEach((server) => {
      server.closeAllConnections()
      server.close()
    })
    await expect(read(wrong)).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' })
  })

  test('sends no credentials to where the registry redirects', async () => {
    const seen: unknown[] = []
    const storage = await serve((request, response) => {
      seen.push(request.headers.authorization)
      response.end(content)
    })
    const location = storage.kind === 'registry-blob' ? storage.url : ''
    const source = await serve((_, response) => void response.writeHead(307, { location }).end(), {
      headers: { authorization: 'Bearer secret' },
    })
    expect(await read(source)).toEqual(content)
    expect(seen).toEqual([undefined])
  })

  test('giving up ends a download that stalls', async () => {
    let closed: () => void = () => undefined
    const ended = new Promise<void>((resolve) => {
      closed = resolve
    })
    const source = await serve((_, response) => {
      response.on('close', closed)
      response.writeHead(200).write(content.subarray(0, 100))
    })
    const patient = { ...limits, idleMilliseconds: 600_000 }
    const stream = await openBlob(source, { signal, limits: patient, http })
    expect((await stream.next()).value).toHaveLength(100)
    await stream.return(undefined)
    await ended
  })
})
