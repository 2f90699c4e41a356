// Which operating system the artifact says it is.

import type { Distribution } from '../../../../model/index.ts'
import { compareText } from '../../../../platform/index.ts'
import type { Cataloger, Extraction, LocatedFact } from '../../cataloger.ts'
import { readText, unread } from '../../diagnostics.ts'
import { aptChannel, proChannels, yumChannels } from './channels.ts'
import { parseAssignments } from './os-release.ts'
import { parseReleaseFile } from './release-file.ts'
import type { ReleaseText } from './release-file.ts'

type OsFact =
  | { readonly kind: 'os-release'; readonly fields: readonly (readonly [string, string])[] }
  | { readonly kind: 'release-file'; readonly release: ReleaseText }
  | { readonly kind: 'channel'; readonly channel: string }

const osReleasePaths = ['etc/os-release', 'usr/lib/os-release']

/** Before os-release, in order of precedence: the specific before what several systems share. */
const releaseFiles = [
  'etc/alpine-release',
  'etc/oracle-release',
  'etc/almalinux-release',
  'etc/rocky-release',
  'etc/centos-release',
  'etc/fedora-release',
  'etc/photon-release',
  'etc/mariner-release',
  'etc/SuSE-release',
  'etc/system-release',
  'etc/redhat-release',
  'etc/lsb-release',
  'etc/debian_version',
]

const proStatus = 'var/lib/ubuntu-advantage/status.json'
const redhatRepo = 'etc/yum.repos.d/redhat.repo'
const aptSources = 'etc/apt/sources.list.d'

/** Files of this kind have a few hundred bytes; those of apt and Ubuntu Pro a few thousand. */
const maximumBytes = 1024 * 1024

/** The fields of os-release that we use; others are not kept. */
const keys = new Set(
  'ID ID_LIKE NAME VERSION_ID VERSION_CODENAME PRETTY_NAME VARIANT_ID CPE_NAME SUPPORT_END'.split(' '),
)

export const osRelease: Cataloger<OsFact> = {
  name: 'os/os-release',
  version: 1,
  modes: ['installed'],
  wants: [
    ...[...osReleasePaths, ...releaseFiles, proStatus, redhatRepo].map((path) => ({ path })),
    { under: aptSources },
  ],
  async extract(file): Promise<Extraction<OsFact>> {
    const read = await readText(file, maximumBytes)
    if ('problem' in read) return { facts: [], diagnostics: [read.problem] }
    if (osReleasePaths.includes(file.path)) return osReleaseFacts(file.path, read.text)
    if (releaseFiles.includes(file.path)) return { facts: releaseFacts(file.path, read.text) }
    return {
      facts: channelsIn(file.path, read.text).map((channel): OsFact => ({ kind: 'channel', channel })),
    }
  },
  assemble(facts) {
    const distribution = distributionOf(facts)
    return { packages: [], ...(distribution === undefined ? {} : { distribution }) }
  },
}

function osReleaseFacts(path: string, text: string): Extraction<OsFact> {
  const fields = [...parseAssignments(text)].filter(([key]) => keys.has(key))
  if (fields.some(([key]) => key === 'ID')) return { facts: [{ kind: 'os-release', fields }] }
  // An empty file is what minimal images leave; it says nothing and hides nothing.
  if (text.trim() === '') return { facts: [] }
  return { facts: [], diagnostics: [unread('OS_RELEASE_MALFORMED', path, 'os-release names no ID')] }
}

function releaseFacts(path: string, text: string): OsFact[] {
  if (path === 'etc/lsb-release') {
    const fields = parseAssignments(text)
    const id = fields.get('DISTRIB_ID')
    // Only Ubuntu and Wolfi-like systems state themselves here; others leave a list of LSB modules.
    if (id === undefined) return []
    const versionId = fields.get('DISTRIB_RELEASE')
    const codename = fields.get('DISTRIB_CODENAME')
    return [
      {
        kind: 'release-file',
        release: {
          id: id.toLowerCase(),
          name: id,
          ...(versionId === undefined ? {} : { versionId }),
          ...(codename === undefined ? {} : { codename }),
        },
      },
    ]
  }
  const release = parseReleaseFile(path.slice(path.lastIndexOf('/') + 1), text)
  return release === undefined ? [] : [{ kind: 'release-file', release }]
}

function channelsIn(path: string, text: string): readonly string[] {
  if (path === proStatus) return proChannels(text) ?? []
  if (path === redhatRepo) return yumChannels(text)
  const channel = aptChannel(path, text)
  return channel === undefined ? [] : [channel]
}

function distributionOf(facts: readonly LocatedFact<OsFact>[]): Distribution | undefined {
  const at = (path: string): OsFact | undefined => facts.find((located) => located.path === path)?.fact
  const stated = osReleasePaths.flatMap((path) => {
    const fact = at(path)
    return fact?.kind === 'os-release' ? [{ path, fields: new Map(fact.fields) }] : []
  })[0]
  const files = releaseFiles.flatMap((path) => {
    const fact = at(path)
    return fact?.kind === 'release-file' ? [{ path, release: fact.release }] : []
  })
  const channels = facts.flatMap(({ path, fact }) =>
    fact.kind === 'channel' ? [{ path, channel: fact.channel }] : [],
  )
  const base = stated === undefined ? fromReleaseFile(files[0]) : fromOsRelease(stated, files)
  if (base === undefined) return undefined
  return {
    ...base,
    channels: [...new Set(channels.map(({ channel }) => channel))].sort(compareText),
    paths: [...new Set([...base.paths, ...channels.map(({ path }) => path)])].sort(compareText),
  }
}

type Base = Omit<Distribution, 'channels'>
type FileRelease = { readonly path: string; readonly release: ReleaseText }

function fromReleaseFile(file: FileRelease | undefined): Base | undefined {
  return file === undefined ? undefined : { ...file.release, idLike: [], paths: [file.path] }
}

function fromOsRelease(
  stated: { readonly path: string; readonly fields: ReadonlyMap<string, string> },
  files: readonly FileRelease[],
): Base {
  const { fields } = stated
  const id = (fields.get('ID') ?? '').toLowerCase()
  // Some images cut VERSION_ID away and leave the release file.
  const older = files.find(({ release }) => release.id === id && release.versionId !== undefined)
  const versionId = fields.get('VERSION_ID') ?? older?.release.versionId
  const used = fields.has('VERSION_ID') || older === undefined ? [] : [older.path]
  const optional = {
    versionId,
    codename: fields.get('VERSION_CODENAME'),
    prettyName: fields.get('PRETTY_NAME'),
    variantId: fields.get('VARIANT_ID'),
    cpeName: fields.get('CPE_NAME'),
    supportEnd: fields.get('SUPPORT_END'),
  }
  return {
    id,
    idLike: (fields.get('ID_LIKE') ?? '').toLowerCase().split(/\s+/).filter(Boolean),
    name: fields.get('NAME') ?? fields.get('PRETTY_NAME') ?? id,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    paths: [stated.path, ...used],
  }
}
