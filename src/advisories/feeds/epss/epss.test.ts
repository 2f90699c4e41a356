import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { boundedText } from '../file-part.ts'
import { collect, signalsIn, testTally } from '../testing.ts'
import { parseEpss } from './parse.ts'

/** Head of the file of 2024-01-13; today's says `2026-08-15T12:00:00Z`. */
const head = '#model_version:v2023.03.01,score_date:2024-01-13T00:00:00+0000\ncve,epss,percentile\n'
const lines = 'CVE-1999-0001,0.01167,0.83393\nCVE-2021-44228,0.97566,1.0\n'

async function* pieces(text: string, size = text.length): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

const read = async (text: string, size?: number): Promise<ReturnType<typeof signalsIn>> =>
  signalsIn(await collect(parseEpss(pieces(text, size), testTally())))

describe('EPSS’s scores', () => {
  it.each([1, 7, 4096])('are the same in pieces of %i', async (size) => {
    const signals = await read(head + lines, size)
    expect(signals.get('CVE-2021-44228')).toEqual({
      epss: { score: 0.97566, percentile: 1, date: '2024-01-13' },
    })
    expect(signals.size).toBe(2)
  })

  it('bear the day of either form', async () => {
    const signals = await read(
      `#model_version:v2026.06.15,score_date:2026-08-15T12:00:22Z\ncve,epss,percentile\n${lines}`,
    )
    expect(signals.get('CVE-1999-0001')?.epss?.date).toBe('2026-08-15')
  })

  it.each([
    'CVE-1,0.1,0.2',
    'CVE-2020-1234,1.5,0.2',
    'CVE-2020-1234,,0.2',
    'CVE-2020-1234,0.1',
    'CVE-2020-1234,0.1,0.2,0.3',
    'CVE-2020-1234,NaN,0',
  ])('are refused where a line says %s', async (line) => {
    const tally = testTally()
    expect(await collect(parseEpss(pieces(`${head}${line}\n${lines}`), tally))).toHaveLength(2)
    expect(tally.refused).toHaveLength(1)
  })

  it.each([
    ['is empty', ''],
    ['does not name the day', 'cve,epss,percentile\n'],
    ['has other columns', head.replace('epss,', 'score,') + lines],
    ['ends inside a line', (head + lines).slice(0, -3)],
    ['ends before the header', head.slice(0, 70)],
    ['is HTML', '<html>\n<body>\n</html>\n'],
    ['has an endless line', head + 'x'.repeat(20_000)],
  ])('throw when the file %s', async (_how, text) => {
    await expect(read(text)).rejects.toThrow()
  })
})

it('text is bounded after it was unpacked', async () => {
  await expect(collect(boundedText(Readable.from([Buffer.alloc(11)]), 10))).rejects.toThrow(
    'more than 10 bytes',
  )
  expect(
    (await collect(boundedText(Readable.from([Buffer.from([0xc3]), Buffer.from([0xa4])]), 10))).join(''),
  ).toBe('ä')
})
