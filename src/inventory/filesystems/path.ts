// Names from strangers become paths below a root, or are refused.

import type { Limits } from '../../platform/index.ts'

/** Why a name is no path of the tree. */
export type PathProblem = 'outside' | 'too-long' | 'too-deep'

/** A path from the root (empty for the root itself), or the reason why there is none. */
export type NormalPath = { readonly path: string } | { readonly problem: PathProblem }

const plain = /^(?!\/)(?!.*(?:^|\/)\.{0,2}(?:\/|$))/s

/**
 * Normalises the name of an entry: leading slashes, empty and `.` components go. A name with a `..` component is refused outright,
 * whether it would stay inside or not: no sound archive has one.
 */
export function normalPath(name: string, limits: Pick<Limits, 'pathBytes' | 'pathDepth'>): NormalPath {
  const end = name.indexOf('\0')
  let path = end < 0 ? name : name.slice(0, end)
  if (path.length > limits.pathBytes) return { problem: 'too-long' }
  if (!plain.test(path)) {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.')
    if (parts.includes('..')) return { problem: 'outside' }
    path = parts.join('/')
  }
  if (depthOf(path) > limits.pathDepth) return { problem: 'too-deep' }
  return { path }
}

function depthOf(path: string): number {
  let depth = 1
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) depth += 1
  return depth
}

/** The folder that a path is in; empty for the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/**
 * Where a symbolic link leads, as a process whose root is the tree's root sees it: absolute targets start there and `..` stops there.
 * `climbs` says that the target names something above the root.
 */
export function linkDestination(
  path: string,
  target: string,
): { readonly path: string; readonly climbs: boolean } {
  const parts = target.startsWith('/') ? [] : parentOf(path).split('/').filter(Boolean)
  let climbs = false
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) climbs = true
  }
  return { path: parts.join('/'), climbs }
}
