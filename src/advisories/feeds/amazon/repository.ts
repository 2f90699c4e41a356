// An rpm repository as Amazon publishes it: `mirror.list` names a content-addressed folder, whose `repodata/repomd.xml` names
// updateinfo.xml with its checksum.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { SaxesParser } from 'saxes'
import { LongwatchError } from '../../../platform/index.ts'
import type { FeedContext } from '../feed.ts'
import type { FetchedFile } from '../fetch-file.ts'
import { fetchFile, readText } from '../fetch-file.ts'
import { asMalformed, malformed, missingPart } from '../part.ts'

const mebibyte = 1024 ** 2

export interface Updateinfo {
  readonly file: FetchedFile
  readonly url: string
  /** Changes whenever anything in the repository does. */
  readonly base: string
}

/** The repository's updateinfo. `unchanged` when the folder is still `known`; `none` when the repository has no bulletins. */
export async function fetchUpdateinfo(
  context: FeedContext,
  mirrorList: string,
  part: string,
  known: string | undefined,
): Promise<Updateinfo | 'unchanged' | 'none'> {
  const base = baseOf(await getText(context, mirrorList), mirrorList)
  if (base === known) return 'unchanged'
  const repomd = `${base}/repodata/repomd.xml`
  const listed = parseRepomd(await getText(context, repomd), context.client.locate(repomd))
  if (listed === undefined) return 'none'
  const url = `${base}/${listed.location}`
  const file = await fetchFile(context, url, { part, maximumBytes: 512 * mebibyte })
  if (file === 'missing' || file === 'not-modified') throw missingPart(context, url)
  await checkSum(file.path, listed, context.client.locate(url))
  return { file, url, base }
}

async function getText(context: FeedContext, url: string): Promise<string> {
  const answer = await context.client.get(url, { maximumBytes: 8 * mebibyte, signal: context.signal })
  if (answer.status !== 'ok') throw missingPart(context, url)
  return readText(answer)
}

/** The first address of the list; it may lead nowhere but to the list's own host. */
function baseOf(text: string, mirrorList: string): string {
  const first = text.split('\n').find((line) => line.trim() !== '')
  const url = first === undefined ? null : URL.parse(first.trim())
  if (url === null || url.protocol !== 'https:' || url.host !== new URL(mirrorList).host) {
    throw malformed(mirrorList, 'the list of mirrors does not name a folder of its own host')
  }
  return url.href.replace(/\/+$/, '')
}

interface Listed {
  readonly location: string
  readonly algorithm: string
  readonly checksum: string
}

/** Where updateinfo is; undefined when the repository has none. http://createrepo.baseurl.org/ */
export function parseRepomd(xml: string, place: string): Listed | undefined {
  const parser = new SaxesParser()
  let inside = false
  let seen = false
  let text = ''
  const found = { location: '', algorithm: '', checksum: '' }
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    text = ''
    if (name === 'repomd') seen = true
    else if (name === 'data') inside = attributes['type'] === 'updateinfo'
    else if (inside && name === 'location') found.location = attributes['href'] ?? ''
    else if (inside && name === 'checksum') found.algorithm = attributes['type'] ?? ''
  })
  parser.on('text', (more) => {
    text += more
  })
  parser.on('closetag', ({ name }) => {
    if (inside && name === 'checksum') found.checksum = text.trim().toLowerCase()
    if (name === 'data') inside = false
  })
  try {
    parser.write(xml).close()
  } catch (error) {
    throw asMalformed(error, place)
  }
  if (!seen) throw malformed(place, 'it is no repomd.xml')
  if (found.location === '') return undefined
  if (!/^[\w][\w./-]*\.xml(?:\.gz)?$/.test(found.location) || found.location.includes('..')) {
    throw malformed(place, 'updateinfo is at an address, or packed in a way, that is not expected')
  }
  return found
}

async function checkSum(path: string, { algorithm, checksum }: Listed, place: string): Promise<void> {
  if (!['sha256', 'sha512'].includes(algorithm))
    throw malformed(place, `its checksum is of the kind ${algorithm}`)
  const hash = createHash(algorithm)
  await pipeline(createReadStream(path), hash)
  if (hash.digest('hex') !== checksum) {
    throw new LongwatchError('FEED_TRUNCATED', 'its checksum is not the one that repomd.xml announces', {
      place,
      remedy: 'Try again; the last good data stays in use.',
    })
  }
}
