import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { gzipSync } from 'node:zlib'
import { fetchFile } from './fetch-file.ts'
import { boundedText, openMaybeGzip } from './file-part.ts'
import { clientFor, collect, contextFor, serve, temporaryFolder } from './testing.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => {
  folder.remove()
})

const options = { part: 'a/b c', maximumBytes: 1000 }
const url = 'https://example.org/a'

it('a file whose transfer breaks off is fetched again from its start', async () => {
  let asked = 0
  const server = await serve((_request, response) => {
    asked += 1
    response.writeHead(200, { 'content-length': '5' })
    if (asked < 3) response.write('wh', () => response.destroy())
    else response.end('whole')
  })
  const fetched = await fetchFile(contextFor(clientFor(server.url), folder.path), url, options)
  expect(typeof fetched === 'string' ? fetched : readFileSync(fetched.path, 'utf8')).toBe('whole')
  expect(asked).toBe(3)
  await server.close()
})

it('a file that always breaks off fails, and leaves nothing behind', async () => {
  const server = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '5' })
    response.write('wh', () => response.destroy())
  })
  await expect(fetchFile(contextFor(clientFor(server.url), folder.path), url, options)).rejects.toMatchObject(
    {
      code: 'FEED_TRUNCATED',
    },
  )
  await server.close()
})

it('the same bytes under another ETag are no change', async () => {
  let asked = 0
  const server = await serve((_request, response) => {
    asked += 1
    response.setHeader('etag', `"${asked}"`).end('same')
  })
  const context = contextFor(clientFor(server.url), folder.path)
  const first = await fetchFile(context, url, options)
  if (typeof first === 'string') throw new Error(first)
  expect(first.cursor).toMatchObject({ etag: '"1"' })
  expect(await fetchFile(context, url, { ...options, cursor: first.cursor })).toBe('not-modified')
  await server.close()
})

it.each([
  ['packed', gzipSync('text')],
  ['already unpacked by the server', Buffer.from('text')],
  ['empty', Buffer.alloc(0)],
])('a .gz file is read when it is %s', async (_how, bytes) => {
  const server = await serve((_request, response) => response.end(bytes))
  const fetched = await fetchFile(contextFor(clientFor(server.url), folder.path), url, options)
  if (typeof fetched === 'string') throw new Error(fetched)
  const text = (await collect(boundedText(await openMaybeGzip(fetched.path), 100))).join('')
  expect(text).toBe(bytes.length === 0 ? '' : 'text')
  await server.close()
})
