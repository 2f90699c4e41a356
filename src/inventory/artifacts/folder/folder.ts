// Folders of this machine: the root of a system, a project's source, and the machine itself.

import { isAbsolute, join, resolve } from 'node:path'
import { exitCodes, LongwatchError } from '../../../platform/index.ts'
import type { Artifact, ArtifactKindHandler } from '../artifact.ts'
import { exists, isFolder } from '../on-disk.ts'

/** One of these is in every root file system, and in no project. */
const rootMarks = [
  'etc/os-release',
  'usr/lib/os-release',
  'var/lib/dpkg',
  'var/lib/rpm',
  'lib/apk/db',
  'etc/passwd',
  'usr/bin',
]

export const rootFilesystem: ArtifactKindHandler = {
  scheme: 'dir',
  summary: 'the root folder of an unpacked system',
  async recognizes(target) {
    if (!(await isFolder(target))) return false
    const marks = await Promise.all(rootMarks.map(async (mark) => exists(join(target, mark))))
    return marks.includes(true)
  },
  open: async (target) => openFolder(target, 'root-filesystem', 'installed'),
}

export const project: ArtifactKindHandler = {
  scheme: 'project',
  summary: 'a folder of source code: its lock files and what is installed in it',
  recognizes: async (target) => isFolder(target),
  open: async (target) => openFolder(target, 'project', 'project'),
}

/** File systems of the kernel, and what is mounted from elsewhere. */
const notThisMachine = ['proc', 'sys', 'dev', 'run', 'tmp', 'mnt', 'media']

export const host: ArtifactKindHandler = {
  scheme: 'host',
  summary: 'this machine',
  recognizes: async () => Promise.resolve(false),
  async open(target) {
    if (target !== '' && target !== '/') {
      throw new LongwatchError('USAGE_TARGET', `host: is this machine and takes no ${target}`, {
        remedy: 'Write host: alone, or dir: for the root folder of another system.',
        exitCode: exitCodes.usage,
      })
    }
    return Promise.resolve(artifactOf('host:', '/', 'host', 'installed', notThisMachine))
  },
}

async function openFolder(
  target: string,
  kind: 'root-filesystem' | 'project',
  mode: Artifact['mode'],
): Promise<Artifact> {
  if (!(await isFolder(target))) {
    throw new LongwatchError('TARGET_NOT_FOUND', `there is no folder ${target}`, {
      place: target,
      remedy: 'Check the path.',
    })
  }
  return artifactOf(target, isAbsolute(target) ? target : resolve(target), kind, mode)
}

function artifactOf(
  target: string,
  folder: string,
  kind: 'root-filesystem' | 'project' | 'host',
  mode: Artifact['mode'],
  except?: readonly string[],
): Artifact {
  return {
    summary: { kind, target },
    mode,
    layers: [
      {
        size: 0,
        source: {
          kind: 'folder',
          folder,
          oneFilesystem: kind === 'host',
          ...(except === undefined ? {} : { except }),
        },
      },
    ],
    diagnostics: [],
    close: async () => Promise.resolve(),
  }
}
