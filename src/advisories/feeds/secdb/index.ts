// Alpine, Wolfi and Chainguard, as each of them publishes its fixes.

import { readFile } from 'node:fs/promises'
import type { Feed, FeedContext, FeedScope, FeedUpdate } from '../feed.ts'
import type { FilePart } from '../file-part.ts'
import { updateFilePart } from '../file-part.ts'
import type { SecdbOptions } from './parse.ts'
import { parseSecdb } from './parse.ts'

/** The largest, `edge/community`, has 2 MB; Chainguard's 20. */
const maximumBytes = 256 * 1024 ** 2

const filePart = (url: string, options: Omit<SecdbOptions, 'instant'>): FilePart => ({
  part: options.part,
  url,
  maximumBytes,
  mayBeEmpty: options.ecosystem === 'Alpine',
  async *read(file, tally, instant) {
    yield* parseSecdb(await readFile(file, 'utf8'), { ...options, instant }, tally)
  },
})

/** The first release with a database, and one that surely has one: later ones are looked for until none is there. */
const firstMinor = 3
const knownMinor = 24

const repositories = ['main', 'community'] as const

export const alpineSecdbFeed: Feed = {
  name: 'alpine-secdb',
  title: 'Alpine security database',
  upstream: 'https://secdb.alpinelinux.org/',
  provides: 'advisories',
  licence: 'none stated by upstream; facts only',
  async *update(scope, context) {
    if (!wants(scope, 'Alpine')) return
    const named = namedReleases(scope)
    if (named.length > 0) {
      for (const release of named) {
        for (const repository of repositories) {
          // Releases before v3.3 had no community repository, and mirrors need not have it.
          const update = await alpinePart(release, repository, context, repository !== 'main')
          if (update !== undefined) yield update
        }
      }
      return
    }
    for (let minor = firstMinor; ; minor += 1) {
      let found = false
      for (const repository of repositories) {
        const update = await alpinePart(`v3.${minor}`, repository, context, true)
        if (update === undefined) continue
        found = true
        yield update
      }
      if (!found && minor > knownMinor) break
    }
    for (const repository of repositories) {
      const update = await alpinePart('edge', repository, context, true)
      if (update !== undefined) yield update
    }
  },
}

/** Releases of other distributions that stand in the scope say nothing about ours. */
const namedReleases = ({ releases }: FeedScope): readonly string[] =>
  releases === undefined || releases === 'all'
    ? []
    : releases.filter((one) => /^(?:v3\.\d{1,3}|edge)$/.test(one))

function alpinePart(
  release: string,
  repository: string,
  context: FeedContext,
  optional: boolean,
): Promise<FeedUpdate | undefined> {
  const one = filePart(`https://secdb.alpinelinux.org/${release}/${repository}.json`, {
    part: `alpine-secdb/${release}/${repository}`,
    source: 'ALPINE',
    ecosystem: 'Alpine',
    release,
    page: 'https://security.alpinelinux.org/vuln/',
  })
  return optional ? updateFilePart(context, one, true) : updateFilePart(context, one)
}

export const wolfiSecdbFeed: Feed = {
  name: 'wolfi-secdb',
  title: 'Wolfi security database',
  upstream: 'https://packages.wolfi.dev/',
  provides: 'advisories',
  licence: 'see https://github.com/wolfi-dev/advisories; read on each machine, never passed on',
  async *update(scope, context) {
    if (!wants(scope, 'Wolfi')) return
    yield await updateFilePart(
      context,
      filePart('https://packages.wolfi.dev/os/security.json', {
        part: 'wolfi-secdb',
        source: 'WOLFI',
        ecosystem: 'Wolfi',
        release: '',
        page: 'https://images.chainguard.dev/security/',
      }),
    )
  },
}

export const chainguardSecdbFeed: Feed = {
  name: 'chainguard-secdb',
  title: 'Chainguard security database',
  upstream: 'https://packages.cgr.dev/',
  provides: 'advisories',
  licence: 'see https://github.com/chainguard-dev/advisories; read on each machine, never passed on',
  async *update(scope, context) {
    if (!wants(scope, 'Chainguard')) return
    const one = filePart('https://packages.cgr.dev/chainguard/security.json', {
      part: 'chainguard-secdb',
      source: 'CHAINGUARD',
      ecosystem: 'Chainguard',
      release: '',
      page: 'https://images.chainguard.dev/security/',
    })
    // Of `all`, a mirror may leave it out.
    const update =
      scope.ecosystems === 'all'
        ? await updateFilePart(context, one, true)
        : await updateFilePart(context, one)
    if (update !== undefined) yield update
  },
}

const wants = ({ ecosystems }: FeedScope, name: string): boolean =>
  ecosystems === 'all' || ecosystems.includes(name)
