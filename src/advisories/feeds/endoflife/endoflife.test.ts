import { describe, expect, it } from 'vitest'
import { clientFor, contextFor, readFeed, serve, statesOf, testTally } from '../testing.ts'
import { endOfLifeFeed } from './index.ts'
import { parseEndOfLife } from './parse.ts'

const read = (cycles: unknown, tally = testTally()): readonly unknown[] =>
  [...parseEndOfLife('nodejs', JSON.stringify(cycles), tally)].map((record) =>
    record.kind === 'lifecycle' ? record.lifecycle : record,
  )

/** Node.js 26 as of 2026-08-22. */
const node = {
  cycle: '26',
  releaseDate: '2026-05-05',
  lts: '2026-10-28',
  eol: '2029-04-30',
  latest: '26.7.0',
  support: '2027-10-27',
  extendedSupport: false,
}

describe('endoflife.date', () => {
  it('gives the release cycles of a product', () => {
    expect(read([node, { cycle: 5, eol: true, lts: false }])).toEqual([
      {
        product: 'nodejs',
        cycle: '26',
        releaseDate: '2026-05-05',
        endOfLife: '2029-04-30',
        support: '2027-10-27',
        extendedSupport: false,
        lts: true,
        latest: '26.7.0',
      },
      { product: 'nodejs', cycle: '5', endOfLife: true, lts: false },
    ])
  })

  it('refuses a cycle whose end nobody tells', () => {
    const tally = testTally()
    expect(read([node, { cycle: '1' }, { cycle: '2', eol: 'soon' }, 7], tally)).toHaveLength(1)
    expect(tally.refused).toHaveLength(3)
  })

  it('is one part, unchanged when no product is', async () => {
    const server = await serve((request, response) => {
      if (request.url?.endsWith('/all.json') === true) response.end('["nodejs","debian","unheard-of"]')
      else response.end(JSON.stringify([node]))
    })
    const context = contextFor(clientFor(server.url), '.')
    const first = await readFeed(endOfLifeFeed, context)
    expect(first).toMatchObject([{ outcome: 'changed', state: { part: 'endoflife', records: 2 } }])
    const again = await readFeed(endOfLifeFeed, contextFor(clientFor(server.url), '.', statesOf(first)))
    expect(again).toMatchObject([{ outcome: 'unchanged' }])
    await server.close()
  })

  it('fails when a product that is listed is missing', async () => {
    const server = await serve((request, response) => {
      if (request.url?.endsWith('/all.json') === true) response.end('["nodejs"]')
      else response.writeHead(404).end()
    })
    expect(await readFeed(endOfLifeFeed, contextFor(clientFor(server.url), '.'))).toMatchObject([
      { outcome: 'failed', error: 'FEED_MISSING' },
    ])
    await server.close()
  })
})
