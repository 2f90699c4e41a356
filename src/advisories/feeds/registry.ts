// Every feed, one line each.

import type { Feed } from './feed.ts'
import { osvFeed } from './osv/index.ts'

export const feeds: readonly Feed[] = [osvFeed]
