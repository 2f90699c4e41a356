// Which vulnerability an advisory is about. One vulnerability per CVE: an advisory that names CVEs is about those, each by
// itself, and never unites them (GO-2021-0084 names two CVEs and two GHSAs). An advisory without a CVE takes the CVE that the
// records with its aliases give it, when that is exactly one, and passes it on to its own aliases; where several are given,
// none is taken. What remains without a CVE forms groups by alias.

import { compareText } from '../../platform/index.ts'

/** What a record says about ids; stored with its own id and with each id it names as alias. */
export interface IdRecord {
  readonly feed: string
  /** The record's own id. */
  readonly record: string
  /** CVEs it is about, sorted. */
  readonly cves: readonly string[]
  /** Its aliases that are no CVEs, sorted. */
  readonly aliases: readonly string[]
}

/** All records that have this id or name it as alias. */
export type IdNode = readonly IdRecord[]

export interface AliasGroup {
  readonly canonical: string
  readonly ids: readonly string[]
  /**
   * Ids that hang together with several others. One for a hundred notices that all name the same advisory; many for a chain, where
   * one wrong alias joins what has nothing to do with each other.
   */
  readonly joints: number
}

export interface Resolution {
  /** For each id of the component that has a record without CVE: the canonical ids of that record, sorted. */
  readonly canonical: ReadonlyMap<string, readonly string[]>
  /** Every id of the component, those without own record too. */
  readonly ids: ReadonlySet<string>
  /** The groups that have no CVE. */
  readonly groups: readonly AliasGroup[]
}

interface Node {
  readonly neighbours: Set<string>
  /** CVEs that records of this very id name. */
  readonly own: Set<string>
  /** CVEs of records about one CVE that name this id as alias. */
  readonly given: Set<string>
  hasRecordWithoutCve: boolean
}

/** Resolves all ids that hang together with `seed` through records without CVE. The result does not depend on the seed. */
export function resolveComponent(seed: string, nodeOf: (id: string) => IdNode): Resolution {
  const nodes = explore(seed, nodeOf)
  const taken = takeCves(nodes)
  const groups = groupRest(nodes, taken)
  const groupOf = new Map(groups.flatMap(({ canonical, ids }) => ids.map((id) => [id, canonical])))
  const canonical = new Map<string, readonly string[]>()
  for (const [id, node] of nodes) {
    if (!node.hasRecordWithoutCve) continue
    const cve = taken.get(id)
    if (node.own.size > 0) canonical.set(id, [...node.own].sort(compareText))
    else canonical.set(id, [cve ?? groupOf.get(id) ?? id])
  }
  return { canonical, ids: new Set(nodes.keys()), groups }
}

function explore(seed: string, nodeOf: (id: string) => IdNode): Map<string, Node> {
  const nodes = new Map<string, Node>()
  const queue = [seed]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (nodes.has(id)) continue
    const node: Node = { neighbours: new Set(), own: new Set(), given: new Set(), hasRecordWithoutCve: false }
    nodes.set(id, node)
    for (const { record, cves, aliases } of nodeOf(id)) {
      if (cves.length === 0) {
        if (record === id) {
          node.hasRecordWithoutCve = true
          for (const alias of aliases) node.neighbours.add(alias)
        } else node.neighbours.add(record)
      } else if (record === id) for (const cve of cves) node.own.add(cve)
      else if (cves.length === 1 && cves[0] !== undefined) node.given.add(cves[0])
    }
    node.neighbours.delete(id)
    queue.push(...node.neighbours)
  }
  return nodes
}

/** The CVE that each id takes. In rounds, so that the nearest word counts and no order of visiting does. */
function takeCves(nodes: ReadonlyMap<string, Node>): Map<string, string> {
  const taken = new Map<string, string>()
  const settled = new Set<string>()
  for (const [id, { own }] of nodes) {
    if (own.size > 0) settled.add(id)
    const [cve] = own
    if (own.size === 1 && cve !== undefined) taken.set(id, cve)
  }
  let candidates = new Set([...nodes.keys()].filter((id) => !settled.has(id)))
  while (candidates.size > 0) {
    const next = new Set<string>()
    const news: [string, string][] = []
    for (const id of candidates) {
      const node = nodes.get(id)
      if (node === undefined || settled.has(id)) continue
      const words = new Set(node.given)
      for (const neighbour of node.neighbours) {
        const cve = taken.get(neighbour)
        if (cve !== undefined) words.add(cve)
      }
      if (words.size === 0) continue
      settled.add(id)
      const [cve] = words
      if (words.size === 1 && cve !== undefined) news.push([id, cve])
    }
    for (const [id, cve] of news) {
      taken.set(id, cve)
      for (const neighbour of nodes.get(id)?.neighbours ?? [])
        if (!settled.has(neighbour)) next.add(neighbour)
    }
    candidates = next
  }
  return taken
}

function groupRest(
  nodes: ReadonlyMap<string, Node>,
  taken: ReadonlyMap<string, string>,
): Resolution['groups'] {
  const rest = (id: string): boolean => !taken.has(id) && nodes.get(id)?.own.size === 0
  const seen = new Set<string>()
  const groups: AliasGroup[] = []
  for (const start of [...nodes.keys()].filter(rest).sort(compareText)) {
    if (seen.has(start)) continue
    const ids: string[] = []
    const queue = [start]
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      if (seen.has(id) || !rest(id)) continue
      seen.add(id)
      ids.push(id)
      queue.push(...(nodes.get(id)?.neighbours ?? []))
    }
    if (!ids.some((id) => nodes.get(id)?.hasRecordWithoutCve === true)) continue
    ids.sort(compareText)
    const joints = ids.filter((id) => (nodes.get(id)?.neighbours.size ?? 0) > 1).length
    groups.push({ canonical: chooseCanonical(ids), ids, joints })
  }
  return groups
}

const rank = (id: string): number => {
  if (id.startsWith('GHSA-')) return 0
  return id.startsWith('x_') ? 2 : 1
}

/** The id that stands for a group without CVE: a GHSA, then others in text order, an `x_` conversion only when there is nothing else. */
export function chooseCanonical(ids: readonly string[]): string {
  const [first = ''] = ids.toSorted((a, b) => rank(a) - rank(b) || compareText(a, b))
  return first
}
