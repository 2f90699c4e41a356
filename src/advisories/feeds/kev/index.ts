// Known exploited vulnerabilities. https://www.cisa.gov/known-exploited-vulnerabilities-catalog

import { readFile } from 'node:fs/promises'
import type { Feed } from '../feed.ts'
import { updateFilePart } from '../file-part.ts'
import { parseKev } from './parse.ts'

export const kevFeed: Feed = {
  name: 'kev',
  title: 'CISA Known Exploited Vulnerabilities',
  upstream: 'https://www.cisa.gov/',
  provides: 'signals',
  licence: 'CC0-1.0',
  async *update(_scope, context) {
    yield await updateFilePart(context, {
      part: 'kev',
      url: 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json',
      maximumBytes: 64 * 1024 ** 2,
      async *read(file, tally) {
        yield* parseKev(await readFile(file, 'utf8'), tally)
      },
    })
  },
}
