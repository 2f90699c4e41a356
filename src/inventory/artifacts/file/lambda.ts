// A Lambda function as it runs: its own ZIP in /var/task, its layers over each other in /opt, and of several copies of a package the one
// that the runtime loads.
// https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html

import type { Inventory, Package } from '../../../model/index.ts'
import { exitCodes, LongwatchError } from '../../../platform/index.ts'
import type { Artifact, ArtifactKindHandler } from '../artifact.ts'
import { zipArchive } from './file.ts'

export const lambdaFunction: ArtifactKindHandler = {
  scheme: 'lambda',
  summary: 'a Lambda function with its layers: lambda:function.zip,layer1.zip,layer2.zip',
  recognizes: async () => Promise.resolve(false),
  async open(target, options) {
    const files = target.split(',').filter((file) => file !== '')
    const [own, ...layers] = files
    if (own === undefined) {
      throw new LongwatchError('USAGE_TARGET', 'lambda: needs a function', {
        remedy:
          'Write lambda:function.zip, and its layers after commas in the order in which they are attached.',
        exitCode: exitCodes.usage,
      })
    }
    const parts: Artifact[] = []
    for (const file of [...layers, own]) parts.push(await zipArchive.open(file, options))
    return {
      summary: { kind: 'zip', target },
      mode: 'installed',
      // A later layer lies over an earlier one; the function has a folder of its own.
      layers: parts.flatMap((part, position) =>
        part.layers.map((layer) => {
          const { source } = layer
          if (source.kind !== 'zip') return layer
          return {
            ...layer,
            source: { ...source, prefix: position === parts.length - 1 ? 'var/task/' : 'opt/' },
          }
        }),
      ),
      diagnostics: parts.flatMap(({ diagnostics }) => diagnostics),
      finish: markEffective,
      close: async () => {
        for (const part of parts) await part.close()
      },
    }
  },
}

/** Where runtimes look, first match first. https://docs.aws.amazon.com/lambda/latest/dg/python-layers.html and its siblings */
const searchOrder = ['var/task/', 'opt/', 'var/runtime/', 'var/lang/'] as const

const rankOf = ({ path }: { readonly path: string }): number => {
  const rank = searchOrder.findIndex((folder) => path.startsWith(folder))
  return rank < 0 ? searchOrder.length : rank
}

/** Languages of which a process loads one copy by its name: others may load several at once. */
const oneCopy = new Set(['pypi', 'gem'])

/** Notes which copy of a package is loaded: `effective`, or `shadowed by` the version in front of it. */
function markEffective(inventory: Inventory): Inventory {
  const byName = new Map<string, Package[]>()
  for (const found of inventory.packages) {
    if (!oneCopy.has(found.type)) continue
    const key = `${found.type}/${found.name}`
    byName.set(key, [...(byName.get(key) ?? []), found])
  }
  const rank = (found: Package): number => Math.min(...found.locations.map(rankOf))
  return {
    ...inventory,
    packages: inventory.packages.map((found) => {
      const copies = byName.get(`${found.type}/${found.name}`) ?? []
      const first = copies.toSorted((a, b) => rank(a) - rank(b))[0]
      if (copies.length < 2 || first === undefined) return found
      const note =
        found === first || rank(found) === rank(first) ? 'effective' : `shadowed by ${first.version}`
      return { ...found, notes: [...(found.notes ?? []), note].sort() }
    }),
  }
}
