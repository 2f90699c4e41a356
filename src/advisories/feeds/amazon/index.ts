// Amazon Linux 2 and 2023, from their own repositories. Amazon Linux 1 ended in 2023; its repositories are reachable without TLS
// only, and are left out. https://alas.aws.amazon.com/

import { z } from 'zod'
import { hasCode } from '../../../platform/index.ts'
import type { Feed, FeedContext, FeedScope, FeedUpdate } from '../feed.ts'
import { readText } from '../fetch-file.ts'
import { boundedText, openMaybeGzip } from '../file-part.ts'
import { asMalformed, changedPart, failedPart, missingPart, unchangedPart } from '../part.ts'
import type { UpdateinfoOptions } from './parse.ts'
import { parseUpdateinfo } from './parse.ts'
import { fetchUpdateinfo } from './repository.ts'

const cdn = 'https://cdn.amazonlinux.com'
const architectures = ['x86_64', 'aarch64'] as const
const unpackedBytes = 4 * 1024 ** 3

type Repository = Omit<UpdateinfoOptions, 'part'> & { readonly mirrorList: string }

export const amazonFeed: Feed = {
  name: 'amazon',
  title: 'Amazon Linux Security Center (ALAS)',
  upstream: `${cdn}/`,
  provides: 'advisories',
  licence: 'none stated by upstream; facts only',
  async *update(scope, context) {
    if (scope.ecosystems !== 'all' && !scope.ecosystems.includes('Amazon Linux')) return
    const releases = wantedReleases(scope)
    if (releases.includes('2023')) {
      for (const one of repositories2023) yield* updatePart(one, context)
    }
    if (releases.includes('2')) {
      for (const one of core2) yield* updatePart(one, context)
      yield* updateExtras(context)
    }
  },
}

/** Releases of other distributions that stand in the scope say nothing about ours. */
function wantedReleases({ releases }: FeedScope): readonly string[] {
  const ours = ['2', '2023']
  const named =
    releases === undefined || releases === 'all' ? [] : ours.filter((one) => releases.includes(one))
  return named.length === 0 ? ours : named
}

const repositories2023: readonly Repository[] = architectures.flatMap((architecture) => [
  {
    release: '2023',
    channel: 'core',
    architecture,
    mirrorList: `${cdn}/al2023/core/mirrors/latest/${architecture}/mirror.list`,
  },
  {
    release: '2023',
    channel: 'livepatch',
    architecture,
    mirrorList: `${cdn}/al2023/kernel-livepatch/mirrors/latest/${architecture}/mirror.list`,
  },
])

const core2: readonly Repository[] = architectures.map((architecture) => ({
  release: '2',
  channel: 'core',
  architecture,
  mirrorList: `${cdn}/2/core/latest/${architecture}/mirror.list`,
}))

const extra2 = (topic: string, architecture: (typeof architectures)[number]): Repository => ({
  release: '2',
  channel: `extras/${topic}`,
  architecture,
  mirrorList: `${cdn}/2/extras/${topic}/latest/${architecture}/mirror.list`,
})

const catalogue = z.object({
  topics: z.array(z.object({ n: z.string().regex(/^[\w.+-]{1,100}$/) })).max(10_000),
})

/** Extras are repositories of their own, one per topic; their kernels are numbered apart from the core's. */
async function* updateExtras(context: FeedContext): AsyncGenerator<FeedUpdate> {
  const url = `${cdn}/2/extras-catalog.json`
  let topics: readonly string[]
  try {
    const answer = await context.client.get(url, { maximumBytes: 16 * 1024 ** 2, signal: context.signal })
    if (answer.status !== 'ok') throw missingPart(context, url)
    topics = topicsOf(await readText(answer), context.client.locate(url))
  } catch (error) {
    yield failedPart(context, 'amazon/2/extras', error)
    return
  }
  for (const topic of topics) {
    for (const architecture of architectures) yield* updatePart(extra2(topic, architecture), context)
  }
}

function topicsOf(text: string, place: string): readonly string[] {
  try {
    return [...new Set(catalogue.parse(JSON.parse(text)).topics.map(({ n }) => n))]
  } catch (error) {
    throw asMalformed(error, place)
  }
}

async function* updatePart(
  { mirrorList, ...repository }: Repository,
  context: FeedContext,
): AsyncGenerator<FeedUpdate> {
  const { release, channel, architecture } = repository
  const part = `amazon/${release}/${channel}/${architecture}`
  try {
    const known = context.previous(part)?.cursor['base']
    const found = await fetchUpdateinfo(context, mirrorList, part, known)
    if (found === 'none') return
    if (found === 'unchanged') {
      yield unchangedPart(context, part)
      return
    }
    const { file, base, url } = found
    yield changedPart(context, {
      part,
      mode: 'full',
      cursor: { base },
      path: context.client.locate(url),
      files: [file.path],
      // A new topic may have bulletins for the other architecture only.
      mayBeEmpty: channel !== 'core',
      async *read(tally) {
        const text = boundedText(await openMaybeGzip(file.path), unpackedBytes)
        yield* parseUpdateinfo(text, { ...repository, part }, tally)
      },
    })
  } catch (error) {
    // A mirror may leave live patches out, and a topic may be for one architecture. The core must be there.
    if (channel !== 'core' && hasCode(error, 'FEED_MISSING')) return
    yield failedPart(context, part, error)
  }
}
