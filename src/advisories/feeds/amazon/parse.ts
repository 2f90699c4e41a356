// updateinfo.xml of Amazon Linux: one `<update>` per ALAS bulletin, with the packages that mend it.
// https://docs.aws.amazon.com/linux/al2023/ug/alas.html

import { SaxesParser } from 'saxes'
import type { Advisory, AffectedPackage } from '../../../model/index.ts'
import { compareText } from '../../../platform/index.ts'
import { isCveId } from '../cve.ts'
import type { FeedRecord } from '../feed.ts'
import type { Tally } from '../part.ts'
import { isoInstant } from '../part.ts'

export interface UpdateinfoOptions {
  readonly part: string
  /** `2` or `2023`. */
  readonly release: string
  /** `core`, `extras/kernel-5.10`, `livepatch`. */
  readonly channel: string
  /** Keeps packages of that architecture: each architecture's file lists all of them. */
  readonly architecture: 'x86_64' | 'aarch64'
}

interface Build {
  readonly name: string
  readonly version: string
  readonly architecture: string
}

interface Update {
  id: string
  title: string
  severity: string
  description: string
  type: string
  issued: string
  updated: string
  readonly cves: Set<string>
  readonly references: { readonly kind: string; readonly url: string }[]
  readonly builds: Build[]
}

const mostText = 1024 * 1024
const mostBuilds = 100_000

/** Reads the XML, in pieces of any size. Throws when it is no updateinfo or ends early; a bulletin without packages is refused. */
export async function* parseUpdateinfo(
  pieces: AsyncIterable<string>,
  options: UpdateinfoOptions,
  tally: Tally,
): AsyncGenerator<FeedRecord> {
  const done: Update[] = []
  const parser = createParser((update) => done.push(update))
  let number = 0
  const flush = function* (): Generator<FeedRecord> {
    for (const update of done.splice(0)) {
      number += 1
      yield* recordsOf(update, number, options, tally)
    }
  }
  for await (const piece of pieces) {
    parser.write(piece)
    yield* flush()
  }
  parser.close()
  yield* flush()
}

function createParser(finished: (update: Update) => void): SaxesParser {
  const parser = new SaxesParser()
  const path: string[] = []
  let update: Update | undefined
  let text = ''
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (path.length === 0 && name !== 'updates') throw new Error('the root is not <updates>')
    path.push(name)
    if (path.length > 32) throw new Error('it is nested too deep')
    text = ''
    if (name === 'update') update = emptyUpdate(attributes['type'] ?? '')
    else if (update !== undefined) readAttributes(update, name, attributes)
  })
  parser.on('text', (more) => {
    if (text.length < mostText) text += more
  })
  parser.on('closetag', ({ name }) => {
    const inside = path[path.length - 2]
    path.pop()
    if (update === undefined) return
    if (inside === 'update' && isTextField(name)) update[name] = text.trim()
    if (name === 'update') {
      finished(update)
      update = undefined
    }
  })
  return parser
}

type TextField = 'id' | 'title' | 'severity' | 'description'

const isTextField = (name: string): name is TextField =>
  name === 'id' || name === 'title' || name === 'severity' || name === 'description'

const emptyUpdate = (type: string): Update => ({
  id: '',
  title: '',
  severity: '',
  description: '',
  type,
  issued: '',
  updated: '',
  cves: new Set(),
  references: [],
  builds: [],
})

function readAttributes(update: Update, name: string, attributes: Readonly<Record<string, string>>): void {
  const { date = '', id = '', href = '', type = '', arch = '' } = attributes
  if (name === 'issued') update.issued = date
  else if (name === 'updated') update.updated = date
  else if (name === 'reference') {
    if (isCveId(id)) update.cves.add(id)
    if (/^https?:/.test(href)) update.references.push({ kind: type === 'cve' ? 'REPORT' : 'WEB', url: href })
  } else if (name === 'package' && arch !== 'src') {
    if (update.builds.length >= mostBuilds) throw new Error(`${update.id} names too many packages`)
    const { epoch = '0', version = '', release = '' } = attributes
    const evr = `${epoch === '' ? '0' : epoch}:${version}-${release}`
    const package_ = attributes['name'] ?? ''
    if (package_ !== '' && version !== '' && release !== '')
      update.builds.push({ name: package_, version: evr, architecture: arch })
  }
}

function* recordsOf(
  update: Update,
  number: number,
  options: UpdateinfoOptions,
  tally: Tally,
): Generator<FeedRecord> {
  const place = `record ${update.id === '' ? number : update.id}`
  const modified = isoInstant(update.updated) ?? isoInstant(update.issued)
  tally.date(modified)
  // Bug fixes and enhancements mend no vulnerability.
  if (update.type !== 'security' && update.cves.size === 0) return
  if (!/^ALAS[\w.-]*-\d{4}-\d+$/.test(update.id)) tally.refuse(place, 'its id is no ALAS id')
  else if (modified === undefined) tally.refuse(place, 'it has no date')
  else if (update.builds.length === 0) tally.refuse(place, 'it names no packages')
  else {
    const affected = affectedOf(update.builds, options)
    if (affected.length > 0)
      yield { kind: 'advisory', advisory: advisoryOf(update, modified, affected, options) }
  }
}

function advisoryOf(
  update: Update,
  modified: string,
  affected: readonly AffectedPackage[],
  { part, release }: UpdateinfoOptions,
): Advisory {
  const published = isoInstant(update.issued)
  return {
    feed: part,
    source: 'AMAZON',
    id: update.id,
    modified,
    ...(published === undefined ? {} : { published }),
    aliases: [],
    cves: [...update.cves].sort(compareText),
    related: [],
    ...(update.title === '' ? {} : { summary: update.title }),
    ...(update.description === '' ? {} : { details: update.description }),
    references: update.references,
    cwes: [],
    severities: [],
    ...(update.severity === '' ? {} : { vendorSeverity: update.severity }),
    url: `https://alas.aws.amazon.com/${release === '2023' ? 'AL2023' : 'AL2'}/${update.id}.html`,
    affected,
  }
}

/** One entry per name and version; each architecture's repository lists every architecture, ours keeps its own. */
function affectedOf(builds: readonly Build[], options: UpdateinfoOptions): readonly AffectedPackage[] {
  const { release, channel, architecture } = options
  const own = architecture === 'x86_64' ? ['x86_64', 'i686', 'noarch'] : ['aarch64', 'noarch']
  const groups = new Map<string, { readonly build: Build; readonly architectures: Set<string> }>()
  for (const build of builds) {
    if (!own.includes(build.architecture)) continue
    const key = `${build.name} ${build.version}`
    const group = groups.get(key) ?? { build, architectures: new Set<string>() }
    groups.set(key, group)
    group.architectures.add(build.architecture)
  }
  return [...groups.keys()].sort(compareText).flatMap((key): readonly AffectedPackage[] => {
    const group = groups.get(key)
    if (group === undefined) return []
    const { name, version } = group.build
    return [
      {
        ecosystem: 'Amazon Linux',
        release,
        name,
        status: 'affected',
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: version }] }],
        versions: [],
        architectures: [...group.architectures].sort(compareText),
        // `kernel-livepatch-4.14.355-275.603` patches a running kernel; it is not that kernel.
        channel: name.startsWith('kernel-livepatch-') ? 'livepatch' : channel,
      },
    ]
  })
}
