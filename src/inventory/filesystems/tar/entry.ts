// From a header to an entry of the tree: safe path, kind, marks of layers.

import type { Diagnostic } from '../../../model/index.ts'
import { normalPath, parentOf } from '../path.ts'
import type { PathProblem } from '../path.ts'
import type { EntryKind, TreeEntry } from '../tree.ts'
import type { Extension } from './extension.ts'
import type { TarHeader } from './header.ts'
import type { TarOptions } from './tar.ts'

const whiteoutMark = '.wh.'
const opaqueMark = '.wh..wh..opq'

/** The entry, or undefined (with a diagnostic where that matters) when it is none that can be shown. */
export function entryOf(
  header: TarHeader,
  extension: Extension,
  stored: number,
  options: TarOptions,
  report: (diagnostic: Diagnostic) => void,
): TreeEntry | undefined {
  const name = extension.path ?? header.name
  const normal = normalPath(name, options.limits)
  if ('problem' in normal) {
    report(pathDiagnostic(normal.problem, name, options))
    return undefined
  }
  const { path } = normal
  if (path === '') return undefined
  const { mode, type } = header
  if (options.whiteouts) {
    const base = path.slice(path.lastIndexOf('/') + 1)
    if (base === opaqueMark) return { path: parentOf(path), kind: 'opaque', size: 0, mode }
    if (base.startsWith(whiteoutMark)) return whiteout(path, base, mode)
  }
  const kind = kindOf(type, name)
  if (extension.sparse === true || type === 'S') {
    // The stored bytes are a map and pieces, not the file. Nothing that describes packages is stored so.
    return { path, kind: 'other', size: 0, mode }
  }
  if (kind === 'symlink') {
    return { path, kind, size: 0, mode, linkTarget: extension.linkPath ?? header.linkName }
  }
  if (kind === 'hardlink') {
    const target = normalPath(extension.linkPath ?? header.linkName, options.limits)
    if ('path' in target) return { path, kind, size: 0, mode, linkTarget: target.path }
    report({
      level: 'error',
      code: 'LINK_OUTSIDE',
      message: `${options.place} has a hard link that leads outside: ${path}`,
      path,
      remedy:
        'The link was left out. Do not unpack this image elsewhere before you know where it comes from.',
    })
    return undefined
  }
  return { path, kind, size: kind === 'file' ? stored : 0, mode }
}

/** `.wh..` and the like name nothing; `.wh..wh.` names are bookkeeping of an old storage driver. */
function whiteout(path: string, base: string, mode: number): TreeEntry | undefined {
  const gone = base.slice(whiteoutMark.length)
  if (gone === '' || gone === '.' || gone === '..' || gone.startsWith(whiteoutMark)) return undefined
  const parent = parentOf(path)
  return { path: parent === '' ? gone : `${parent}/${gone}`, kind: 'whiteout', size: 0, mode }
}

function kindOf(type: string, name: string): EntryKind {
  switch (type) {
    case '1':
      return 'hardlink'
    case '2':
      return 'symlink'
    case '3':
    case '4':
    case '6':
      return 'other'
    case '5':
      return 'directory'
    default:
      // V7 tars wrote folders as files with a slash at the end.
      return name.endsWith('/') ? 'directory' : 'file'
  }
}

function pathDiagnostic(problem: PathProblem, name: string, { place, limits }: TarOptions): Diagnostic {
  const path = name.slice(0, 200)
  const remedy =
    'The entry was left out. Do not unpack this image elsewhere before you know where it comes from.'
  const described = {
    outside: ['PATH_OUTSIDE', `${place} has an entry that climbs out of its root: ${path}`],
    'too-long': ['PATH_TOO_LONG', `${place} has a path of more than ${limits.pathBytes} bytes`],
    'too-deep': ['PATH_TOO_DEEP', `${place} has a path of more than ${limits.pathDepth} folders`],
  } as const
  const [code, message] = described[problem]
  return { level: 'error', code, message, path, remedy }
}
