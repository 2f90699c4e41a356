// One pass over one tree: what catalogers ask for is read, everything else is passed over.

import type { Diagnostic } from '../../model/index.ts'
import { compareText, LongwatchError, messageOf } from '../../platform/index.ts'
import type { Limits } from '../../platform/index.ts'
import type { Cataloger, ExtractContext } from '../catalogers/cataloger.ts'
import type { FileContent, Tree, TreeEntry, TreeVisitor } from '../filesystems/tree.ts'
import { sniffLength } from '../filesystems/tree.ts'
import { deferrals } from './deferrals.ts'
import type { FoundFacts, LayerFacts } from './layer-facts.ts'
import { hashPath } from './path-hash.ts'
import { beginsWith, indexPatterns } from './patterns.ts'

export interface ReadLayerOptions {
  readonly catalogers: readonly Cataloger[]
  readonly limits: Limits
  readonly scratch: string
  readonly signal: AbortSignal
  /** Only these files, each under the path that a cataloger asked for it by: for what links lead to. */
  readonly only?: readonly LateWish[]
}

/** A file that is wanted because a link with a wanted path leads to it. */
export interface LateWish {
  /** Where it is. */
  readonly path: string
  /** The path that a cataloger asked for. */
  readonly as: string
  readonly cataloger: string
}

/**
 * Walks `tree` and runs every cataloger's `extract` on what it wants. Rejects only on abort: whatever else goes wrong is a diagnostic,
 * and what was read before it is kept (`complete` is then false).
 */
export async function readLayer(tree: Tree, options: ReadLayerOptions): Promise<LayerFacts> {
  const { signal } = options
  const collector = createCollector(options)
  let complete = true
  try {
    await tree.walk(collector.visitor, signal)
  } catch (error) {
    signal.throwIfAborted()
    complete = false
    collector.visitor.diagnostic(failureDiagnostic(error))
  }
  return collector.finish(complete)
}

/** What was thrown, as a diagnostic. A bug is no reason to lose the rest. */
export function failureDiagnostic(error: unknown): Diagnostic {
  if (!(error instanceof LongwatchError)) {
    return { level: 'error', code: 'INTERNAL', message: `a bug: ${messageOf(error)}` }
  }
  const { code, message, place, remedy } = error
  return {
    level: 'error',
    code,
    message,
    ...(remedy === undefined ? {} : { remedy }),
    ...(place === undefined ? {} : { place }),
  }
}

interface Collector {
  readonly visitor: TreeVisitor
  finish(complete: boolean): Promise<LayerFacts>
}

type Found = Map<string, Map<string, readonly unknown[]>>

function createCollector(options: ReadLayerOptions): Collector {
  const { catalogers, limits, signal } = options
  const index = indexPatterns(catalogers)
  const wishesOf =
    options.only === undefined ? (path: string) => index.byPath(path) : lateWishes(options.only, catalogers)
  const deferred = deferrals(catalogers, index.exact, options.scratch)
  const found: Found = new Map()
  const links = new Map<string, string>()
  const hardLinks = new Map<string, string>()
  const whiteouts: string[] = []
  const opaques: string[] = []
  const files: number[] = []
  const folders: number[] = []
  const diagnostics: Diagnostic[] = []
  const counts = new Map<string, number>()
  let wanted: readonly number[] = []

  const extract = async (
    position: number,
    path: string,
    entry: TreeEntry,
    content: FileContent,
    companion: ExtractContext['companion'],
  ): Promise<void> => {
    const cataloger = catalogers[position]
    if (cataloger === undefined) return
    const facts = await runExtract(
      cataloger,
      { ...entry, path },
      content,
      { signal, limits, companion },
      diagnostics,
    )
    const count = (counts.get(cataloger.name) ?? 0) + facts.length
    counts.set(cataloger.name, count)
    if (count > limits.packages * 4) {
      throw new LongwatchError(
        'TOO_MANY_PACKAGES',
        `${path} and the files before it name more than ${limits.packages * 4} things`,
        {
          place: path,
          remedy: 'Raise the limit on packages if the artifact is to be trusted.',
        },
      )
    }
    const atPath = found.get(path) ?? new Map<string, readonly unknown[]>()
    found.set(path, atPath)
    atPath.set(cataloger.name, facts)
  }

  /** A file that is wanted by its path may be wanted by its content as well. */
  const withContentWishes = async (
    byPath: readonly number[],
    entry: TreeEntry,
    content: FileContent,
  ): Promise<readonly number[]> => {
    if (options.only !== undefined || entry.size === 0) return byPath
    const magics = index.byContent(entry.mode).filter(({ cataloger }) => !byPath.includes(cataloger))
    if (magics.length === 0) return byPath
    const head = await content.read(0, sniffLength)
    const more = magics.filter(({ magic }) => beginsWith(head, magic)).map(({ cataloger }) => cataloger)
    return more.length === 0 ? byPath : [...byPath, ...new Set(more)]
  }

  const visitor: TreeVisitor = {
    entry(entry) {
      const { kind, path } = entry
      if (kind === 'whiteout') whiteouts.push(path)
      else if (kind === 'opaque') opaques.push(path)
      else (kind === 'directory' ? folders : files).push(hashPath(path))
      // The later of two entries of one name is what unpacking leaves.
      // (Of what is read late, the link itself is the other entry of that name.)
      if (kind !== 'directory' && options.only === undefined) {
        found.delete(path)
        links.delete(path)
        hardLinks.delete(path)
      }
      if (kind === 'symlink') links.set(path, entry.linkTarget ?? '')
      if (kind === 'hardlink' && wishesOf(path).length > 0) hardLinks.set(path, entry.linkTarget ?? '')
      if (kind !== 'file') return 'skip'
      wanted = wishesOf(path)
      if (wanted.length > 0 || deferred.isCompanion(path)) return 'keep'
      return options.only === undefined && entry.size > 0 && index.byContent(entry.mode).length > 0
        ? 'sniff'
        : 'skip'
    },
    sniff(entry, head) {
      wanted = index
        .byContent(entry.mode)
        .filter(({ magic }) => beginsWith(head, magic))
        .map(({ cataloger }) => cataloger)
      return wanted.length > 0
    },
    async file(entry, content) {
      const all = await withContentWishes(wanted, entry, content)
      if (deferred.isCompanion(entry.path)) await deferred.keepCompanion(entry, content)
      for (const position of all) {
        for (const path of namesOf(entry.path, position, options.only, catalogers)) {
          if (deferred.hasCompanions(position, entry.path)) await deferred.postpone(position, entry, content)
          else await extract(position, path, entry, content, () => undefined)
        }
      }
    },
    diagnostic: (diagnostic) => void diagnostics.push(diagnostic),
  }

  return {
    visitor,
    async finish(complete) {
      await deferred.run(extract)
      copyHardLinks(hardLinks, found, (path) => wishesOf(path).map((at) => catalogers[at]?.name ?? ''))
      return {
        found: flatten(found),
        links: sorted(links),
        hardLinks: sorted(hardLinks),
        whiteouts: whiteouts.sort(compareText),
        opaques: opaques.sort(compareText),
        files: Float64Array.from(files).sort(),
        folders: Float64Array.from(folders).sort(),
        diagnostics,
        complete,
      }
    },
  }
}

/** A file that is wanted late is wanted under the name of the link. */
function namesOf(
  path: string,
  position: number,
  only: readonly LateWish[] | undefined,
  catalogers: readonly Cataloger[],
): readonly string[] {
  if (only === undefined) return [path]
  const name = catalogers[position]?.name
  return only.filter((wish) => wish.path === path && wish.cataloger === name).map((wish) => wish.as)
}

function lateWishes(
  only: readonly LateWish[],
  catalogers: readonly Cataloger[],
): (path: string) => readonly number[] {
  const byPath = new Map<string, Set<number>>()
  for (const wish of only) {
    const position = catalogers.findIndex((cataloger) => cataloger.name === wish.cataloger)
    byPath.set(wish.path, (byPath.get(wish.path) ?? new Set<number>()).add(position))
  }
  return (path) => [...(byPath.get(path) ?? [])]
}

async function runExtract(
  cataloger: Cataloger,
  entry: TreeEntry,
  content: FileContent,
  context: ExtractContext,
  diagnostics: Diagnostic[],
): Promise<readonly unknown[]> {
  const { mode, path, size } = entry
  try {
    const extraction = await cataloger.extract({ path, size, mode, content }, context)
    diagnostics.push(...(extraction.diagnostics ?? []).map((diagnostic) => ({ path, ...diagnostic })))
    return extraction.facts
  } catch (error) {
    context.signal.throwIfAborted()
    const failure = failureDiagnostic(error)
    diagnostics.push({ ...failure, message: `${path}: ${failure.message} (${cataloger.name})`, path })
    return []
  }
}

/** A hard link to a file that was read is that file. Those whose target was not read stay for the engine to follow. */
function copyHardLinks(
  hardLinks: Map<string, string>,
  found: Found,
  wantedBy: (path: string) => readonly string[],
): void {
  for (const [path, target] of hardLinks) {
    const facts = found.get(target)
    const names = wantedBy(path)
    if (facts === undefined || names.some((name) => !facts.has(name))) continue
    found.set(path, new Map([...facts].filter(([name]) => names.includes(name))))
    hardLinks.delete(path)
  }
}

function flatten(found: Found): readonly FoundFacts[] {
  return [...found]
    .flatMap(([path, byCataloger]) =>
      [...byCataloger].map(([cataloger, facts]) => ({ cataloger, path, facts })),
    )
    .sort((a, b) => compareText(a.path, b.path) || compareText(a.cataloger, b.cataloger))
}

const sorted = (map: ReadonlyMap<string, string>): readonly (readonly [string, string])[] =>
  [...map].sort(([a], [b]) => compareText(a, b))
