// What Debian's security team says of every release. https://security-tracker.debian.org/

import { readFile } from 'node:fs/promises'
import type { Feed } from '../feed.ts'
import { updateFilePart } from '../file-part.ts'
import { parseDebianTracker } from './parse.ts'

export const debianTrackerFeed: Feed = {
  name: 'debian-tracker',
  title: 'Debian security tracker',
  upstream: 'https://security-tracker.debian.org/',
  provides: 'advisories',
  licence: 'none stated by upstream; facts only',
  async *update({ ecosystems }, context) {
    if (ecosystems !== 'all' && !ecosystems.includes('Debian')) return
    yield await updateFilePart(context, {
      part: 'debian-tracker',
      url: 'https://security-tracker.debian.org/tracker/data/json',
      maximumBytes: 512 * 1024 ** 2,
      async *read(file, tally, instant) {
        const text = await readFile(file, 'utf8')
        yield* parseDebianTracker(text, { part: 'debian-tracker', instant }, tally)
      },
    })
  },
}
