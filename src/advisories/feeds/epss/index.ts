// The Exploit Prediction Scoring System's scores of today. https://www.first.org/epss/

import type { Feed } from '../feed.ts'
import { boundedText, openMaybeGzip, updateFilePart } from '../file-part.ts'
import { parseEpss } from './parse.ts'

const mebibyte = 1024 ** 2

export const epssFeed: Feed = {
  name: 'epss',
  title: 'Exploit Prediction Scoring System (FIRST)',
  upstream: 'https://epss.empiricalsecurity.com/',
  provides: 'signals',
  licence: 'free with attribution: FIRST / Empirical Security, https://www.first.org/epss/',
  async *update(_scope, context) {
    yield await updateFilePart(context, {
      part: 'epss',
      url: 'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz',
      maximumBytes: 128 * mebibyte,
      async *read(file, tally) {
        yield* parseEpss(boundedText(await openMaybeGzip(file), 1024 * mebibyte), tally)
      },
    })
  },
}
