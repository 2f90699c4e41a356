// The starter set that ships with Longwatch, as a feed: used when no other can be had.

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compareText, LongwatchError, messageOf } from '../../../platform/index.ts'
import type { Feed, FeedContext, FeedUpdate } from '../feed.ts'
import { changedPart, failedPart, unchangedPart } from '../part.ts'
import { parseStarter } from './parse.ts'

/** A feed of the YAML files in that folder, one part per file. The client is not asked for anything. */
export function starterFeed(folder: string): Feed {
  return {
    name: 'starter',
    title: 'Longwatch starter set',
    upstream: 'https://longwatch.invalid/starter/',
    provides: 'advisories',
    licence: 'Apache-2.0',
    async *update(_scope, context) {
      let names: readonly string[]
      try {
        names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort(compareText)
        if (names.length === 0) throw new Error('it has no YAML files')
      } catch (error) {
        yield failedPart(context, 'starter', unreadable(folder, error))
        return
      }
      for (const name of names) yield await updateFile(join(folder, name), name, context)
    },
  }
}

async function updateFile(path: string, name: string, context: FeedContext): Promise<FeedUpdate> {
  const part = `starter/${name.slice(0, -'.yaml'.length)}`
  try {
    const text = await readFile(path, 'utf8')
    const sha256 = createHash('sha256').update(text).digest('hex')
    if (context.previous(part)?.cursor['sha256'] === sha256) return unchangedPart(context, part)
    return changedPart(context, {
      part,
      mode: 'full',
      cursor: { sha256 },
      path,
      files: [],
      read: (tally) => parseStarter(text, part, tally),
    })
  } catch (error) {
    return failedPart(context, part, unreadable(path, error))
  }
}

const unreadable = (place: string, error: unknown): LongwatchError =>
  new LongwatchError('STARTER_UNREADABLE', `the starter set cannot be read: ${messageOf(error)}`, {
    place,
    remedy: 'Install Longwatch again.',
    cause: error,
  })
