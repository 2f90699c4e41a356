// Every feed, one line each.

import { amazonFeed } from './amazon/index.ts'
import { debianTrackerFeed } from './debian-tracker/index.ts'
import { endOfLifeFeed } from './endoflife/index.ts'
import { epssFeed } from './epss/index.ts'
import { exploitDbFeed } from './exploit-db/index.ts'
import type { Feed } from './feed.ts'
import { kevFeed } from './kev/index.ts'
import { metasploitFeed } from './metasploit/index.ts'
import { osvFeed } from './osv/index.ts'
import { alpineSecdbFeed, chainguardSecdbFeed, wolfiSecdbFeed } from './secdb/index.ts'

export const feeds: readonly Feed[] = [
  osvFeed,
  amazonFeed,
  debianTrackerFeed,
  alpineSecdbFeed,
  wolfiSecdbFeed,
  chainguardSecdbFeed,
  kevFeed,
  epssFeed,
  exploitDbFeed,
  metasploitFeed,
  endOfLifeFeed,
]
