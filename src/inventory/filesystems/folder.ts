// A folder of this machine as a tree. Links are never followed, and nothing but regular files is ever opened: a pipe would hang.
// Names and states are asked synchronously: a million of them take ten times as long one promise after the other, and whoever must
// not block reads layers on a thread.

import { constants, lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Diagnostic } from '../../model/index.ts'
import { compareText, LongwatchError, messageOf } from '../../platform/index.ts'
import type { Limits } from '../../platform/index.ts'
import { heldOnHandle } from './content.ts'
import { normalPath } from './path.ts'
import { createTally } from './tally.ts'
import type { Tree, TreeEntry, TreeVisitor } from './tree.ts'
import { sniffLength } from './tree.ts'

export interface FolderOptions {
  readonly limits: Limits
  /** Do not descend into other file systems (`/proc`, network shares). */
  readonly oneFilesystem: boolean
  /** Paths from the root that are not looked at, with everything below. */
  readonly except?: readonly string[]
}

type Report = (diagnostic: Diagnostic) => void

/** The tree below `folder`, entries in order of their names. */
export function folderTree(folder: string, options: FolderOptions): Tree {
  return {
    async walk(visitor, signal) {
      const root = lstatSync(folder)
      const tally = createTally()
      const report: Report = (diagnostic) => tally.add(diagnostic)
      const except = new Set(options.except)
      let entries = 0
      const walkFolder = async (path: string): Promise<void> => {
        for (const name of namesIn(join(folder, path), path, report)) {
          signal.throwIfAborted()
          entries += 1
          if (entries > options.limits.entries) {
            throw new LongwatchError(
              'TOO_MANY_ENTRIES',
              `${folder} has more than ${options.limits.entries} entries`,
              {
                place: folder,
                remedy: 'Raise the limit on entries, or scan a part of it.',
              },
            )
          }
          const child = path === '' ? name : `${path}/${name}`
          if (except.has(child)) continue
          const descend = await visitChild(folder, child, visitor, options, root.dev, report)
          if (descend) await walkFolder(child)
        }
      }
      try {
        await walkFolder('')
      } finally {
        for (const diagnostic of tally.all()) visitor.diagnostic(diagnostic)
      }
    },
  }
}

/** The tree of one file, which lies at the root under its own name. */
export function fileTree(file: string, limits: Limits): Tree {
  return {
    async walk(visitor) {
      const { mode, size } = lstatSync(file)
      await visitFile(file, { path: basename(file), kind: 'file', size, mode }, visitor, {
        limits,
        oneFilesystem: true,
      })
    },
  }
}

function namesIn(folder: string, path: string, report: Report): readonly string[] {
  try {
    return readdirSync(folder).sort(compareText)
  } catch (error) {
    report(unreadable(path, error))
    return []
  }
}

function unreadable(path: string, error: unknown): Diagnostic {
  return {
    level: 'error',
    code: 'FILE_UNREADABLE',
    message: `${path === '' ? 'the folder' : path} cannot be read: ${messageOf(error)}`,
    path,
    remedy: 'Run as a user that may read it.',
  }
}

/** Visits one entry; true when it is a folder to go into. */
async function visitChild(
  root: string,
  path: string,
  visitor: TreeVisitor,
  options: FolderOptions,
  device: number,
  report: Report,
): Promise<boolean> {
  const normal = normalPath(path, options.limits)
  if ('problem' in normal) {
    report({
      level: 'error',
      code: 'PATH_TOO_DEEP',
      message: `${path.slice(0, 200)} is too long or too deep to be read`,
      path: path.slice(0, 200),
    })
    return false
  }
  const local = join(root, path)
  try {
    const status = lstatSync(local)
    const { mode } = status
    if (status.isDirectory()) {
      visitor.entry({ path, kind: 'directory', size: 0, mode })
      return !options.oneFilesystem || status.dev === device
    }
    if (status.isSymbolicLink()) {
      visitor.entry({ path, kind: 'symlink', size: 0, mode, linkTarget: readlinkSync(local) })
    } else if (status.isFile()) {
      await visitFile(local, { path, kind: 'file', size: status.size, mode }, visitor, options)
    } else visitor.entry({ path, kind: 'other', size: 0, mode })
  } catch (error) {
    // Files come and go while a living folder is read.
    if (isGone(error)) return false
    if (!(error instanceof Error && 'syscall' in error)) throw error
    report(unreadable(path, error))
  }
  return false
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

async function visitFile(
  local: string,
  entry: TreeEntry,
  visitor: TreeVisitor,
  options: FolderOptions,
): Promise<void> {
  const wish = visitor.entry(entry)
  if (wish === 'skip') return
  // No following of links and no waiting for pipes, should the file have been replaced meanwhile.
  const file = await open(local, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    if (wish === 'sniff') {
      const head = Buffer.alloc(Math.min(sniffLength, entry.size))
      const { bytesRead } = await file.read(head, 0, head.length, 0)
      if (!visitor.sniff(entry, head.subarray(0, bytesRead))) return
    }
    await visitor.file(entry, heldOnHandle(file, local, entry.size, options.limits, entry.path))
  } finally {
    await file.close()
  }
}
