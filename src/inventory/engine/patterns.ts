// Which cataloger wants which path: all patterns of all catalogers in one index, asked once per entry.

import type { Cataloger, FilePattern } from '../catalogers/cataloger.ts'

/** Positions in the list of catalogers. */
export type Wishes = readonly number[]

export interface PatternIndex {
  /** Who wants the file by its path, in the catalogers' order. */
  byPath(path: string): Wishes
  /** Who may want it by its first bytes; `mode` tells executable files. */
  byContent(mode: number): readonly MagicWish[]
  /** Every path that is asked for by itself, with who asks. */
  readonly exact: ReadonlyMap<string, Wishes>
}

export interface MagicWish {
  readonly magic: Uint8Array
  readonly cataloger: number
}

const none: Wishes = []

export function indexPatterns(catalogers: readonly Cataloger[]): PatternIndex {
  const exact = new Map<string, number[]>()
  const names = new Map<string, number[]>()
  const suffixes: { readonly suffix: string; readonly cataloger: number }[] = []
  const folders: { readonly prefix: string; readonly suffix: string; readonly cataloger: number }[] = []
  const magics: {
    readonly magic: Uint8Array
    readonly cataloger: number
    readonly executableOnly: boolean
  }[] = []
  const add = (pattern: FilePattern, cataloger: number): void => {
    if ('path' in pattern) append(exact, pattern.path, cataloger)
    else if ('name' in pattern) append(names, pattern.name, cataloger)
    else if ('under' in pattern) {
      folders.push({ prefix: `${pattern.under}/`, suffix: pattern.suffix ?? '', cataloger })
    } else if ('suffix' in pattern) suffixes.push({ suffix: pattern.suffix, cataloger })
    else magics.push({ magic: pattern.magic, cataloger, executableOnly: pattern.executableOnly === true })
  }
  for (const [position, cataloger] of catalogers.entries()) {
    for (const pattern of cataloger.wants) add(pattern, position)
  }
  const anyMode = magics.filter((magic) => !magic.executableOnly)
  return {
    exact,
    byPath(path) {
      const wishes = [
        ...(exact.get(path) ?? none),
        ...(names.get(path.slice(path.lastIndexOf('/') + 1)) ?? none),
      ]
      for (const { suffix, cataloger } of suffixes) if (path.endsWith(suffix)) wishes.push(cataloger)
      for (const { prefix, suffix, cataloger } of folders) {
        if (path.startsWith(prefix) && path.endsWith(suffix)) wishes.push(cataloger)
      }
      return wishes.length < 2 ? wishes : [...new Set(wishes)].sort((a, b) => a - b)
    },
    byContent: (mode) => ((mode & 0o111) === 0 ? anyMode : magics),
  }
}

function append(map: Map<string, number[]>, key: string, value: number): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [value])
  else if (!known.includes(value)) known.push(value)
}

/** True when `head` begins with `magic`. */
export function beginsWith(head: Uint8Array, magic: Uint8Array): boolean {
  return head.length >= magic.length && magic.every((byte, index) => head[index] === byte)
}
