// When releases end. https://endoflife.date/

import { createHash } from 'node:crypto'
import { LongwatchError } from '../../../platform/index.ts'
import type { FeedResponse } from '../client.ts'
import type { Feed, FeedContext, FeedUpdate } from '../feed.ts'
import { readText } from '../fetch-file.ts'
import { changedPart, failedPart, missingPart, unchangedPart } from '../part.ts'
import { parseEndOfLife, parseProducts } from './parse.ts'

const upstream = 'https://endoflife.date/api'
const part = 'endoflife'
const maximumBytes = 8 * 1024 ** 2
const atOnce = 4

/** What a scan meets: operating systems, and the runtimes and frameworks that its catalogers recognise. */
const products = [
  'almalinux',
  'alpine-linux',
  'amazon-corretto',
  'amazon-linux',
  'angular',
  'apache-http-server',
  'aws-lambda',
  'azul-zulu',
  'bun',
  'centos',
  'centos-stream',
  'debian',
  'deno',
  'django',
  'dotnet',
  'eclipse-temurin',
  'elasticsearch',
  'express',
  'fedora',
  'go',
  'jquery',
  'kubernetes',
  'laravel',
  'linux',
  'log4j',
  'mariadb',
  'mongodb',
  'mysql',
  'nextjs',
  'nginx',
  'nodejs',
  'nuxt',
  'openjdk-builds-from-oracle',
  'openssl',
  'opensuse',
  'oracle-jdk',
  'oracle-linux',
  'perl',
  'php',
  'postgresql',
  'python',
  'rails',
  'react',
  'redis',
  'rhel',
  'rocky-linux',
  'ruby',
  'rust',
  'sles',
  'spring-boot',
  'spring-framework',
  'sqlite',
  'suse-linux-micro',
  'symfony',
  'tomcat',
  'ubuntu',
  'vue',
  'windows-server',
] as const

export const endOfLifeFeed: Feed = {
  name: 'endoflife',
  title: 'endoflife.date',
  upstream: 'https://endoflife.date/',
  provides: 'lifecycles',
  licence: 'MIT',
  async *update(_scope, context) {
    yield await updateAll(context)
  },
}

async function updateAll(context: FeedContext): Promise<FeedUpdate> {
  try {
    const listed = new Set(parseProducts(await getText(context, 'all')))
    const texts = new Map<string, string>()
    const wanted = products.filter((product) => listed.has(product))
    for (let start = 0; start < wanted.length; start += atOnce) {
      const batch = wanted.slice(start, start + atOnce)
      const found = await Promise.all(batch.map((product) => getText(context, product)))
      for (const [index, product] of batch.entries()) texts.set(product, found[index] ?? '')
    }
    // Sixty small files: one fingerprint over all of them says whether anything changed.
    const hash = createHash('sha256')
    for (const [product, text] of texts) hash.update(`${product}\0${text}\0`)
    const sha256 = hash.digest('hex')
    if (context.previous(part)?.cursor['sha256'] === sha256) return unchangedPart(context, part)
    return changedPart(context, {
      part,
      mode: 'full',
      cursor: { sha256 },
      path: context.client.locate(upstream),
      files: [],
      *read(tally) {
        tally.date(context.clock.now().toISOString())
        for (const [product, text] of texts) yield* parseEndOfLife(product, text, tally)
      },
    })
  } catch (error) {
    return failedPart(context, part, error)
  }
}

async function getText(context: FeedContext, name: string): Promise<string> {
  const url = `${upstream}/${name}.json`
  const answer: FeedResponse = await context.client.get(url, { maximumBytes, signal: context.signal })
  if (answer.status === 'ok') return readText(answer)
  if (answer.status === 'missing') throw missingPart(context, url)
  throw new LongwatchError('FEED_REFUSED', 'the answer is unchanged, and nobody asked for changes', {
    place: context.client.locate(url),
  })
}
