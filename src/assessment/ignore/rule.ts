// A rule that hides findings: whom it is about, why, and until when. Rules come from a file of the user or from VEX documents.

/** Everything a rule names must fit; what it does not name fits always. */
export interface IgnoreRule {
  /** Vulnerability id, CVE or any alias. */
  readonly vulnerability?: string
  /** Package name, or purl without or with version: `openssl`, `pkg:npm/lodash`, `pkg:npm/lodash@4.17.20`. */
  readonly package?: string
  /** Path in the artifact; `*` stands for anything within a folder, `**` for any folders. */
  readonly path?: string
  /** What was scanned: target, tag or digest; `*` stands for anything. */
  readonly artifact?: string
  readonly reason: string
  /** Last day, `2026-12-31`. Required of rules that users write; VEX statements have none. */
  readonly expires?: string
  /** Where it was written, for messages: `.longwatch-ignore.yaml line 4`, `vendor.openvex.json`. */
  readonly origin: string
}

/** One package of a finding, as rules see it. */
export interface Ignored {
  readonly vulnerability: string
  readonly aliases: readonly string[]
  readonly purl: string
  readonly name: string
  readonly paths: readonly string[]
  /** The names of what was scanned; empty when the caller does not know. */
  readonly artifact?: readonly string[]
}

/** The first rule that hides it, or undefined. Expired rules hide nothing. */
export function ruleFor(rules: readonly IgnoreRule[], what: Ignored, today: string): IgnoreRule | undefined {
  return rules.find((rule) => !isExpired(rule, today) && fits(rule, what))
}

/** True after the rule's last day. */
export function isExpired({ expires }: IgnoreRule, today: string): boolean {
  return expires !== undefined && expires < today
}

/** True when everything that the rule names is as it says. */
export function fits(rule: IgnoreRule, what: Ignored): boolean {
  const { vulnerability, package: wanted, path, artifact } = rule
  if (vulnerability !== undefined && !sameId(vulnerability, what)) return false
  if (wanted !== undefined && !samePackage(wanted, what)) return false
  if (path !== undefined && !(what.paths.length > 0 && what.paths.every((one) => matchesGlob(path, one))))
    return false
  return artifact === undefined || (what.artifact ?? []).some((one) => matchesGlob(artifact, one, true))
}

const sameId = (id: string, { vulnerability, aliases }: Ignored): boolean =>
  [vulnerability, ...aliases].some((one) => one.toLowerCase() === id.toLowerCase())

function samePackage(wanted: string, { purl, name }: Ignored): boolean {
  if (!wanted.startsWith('pkg:')) return wanted === name
  const [bare = '', qualifiers = ''] = purl.split('?')
  const [wantedBare = '', wantedQualifiers = ''] = wanted.split('?')
  // without a version every version is meant; without qualifiers every architecture and distribution
  if (wantedBare !== bare && wantedBare !== withoutVersion(bare)) return false
  const own = new Set(qualifiers.split('&'))
  return wantedQualifiers.split('&').every((qualifier) => qualifier === '' || own.has(qualifier))
}

/** A scope's `@` is written `%40`, so that a bare one begins the version. */
const withoutVersion = (purl: string): string => purl.replace(/@[^@/]*$/, '')

/**
 * `*` is anything but `/`, `**` anything; with `loose`, both are anything. Walked without regular expressions, so that no pattern
 * takes long.
 */
export function matchesGlob(pattern: string, text: string, loose = false): boolean {
  const tokens = pattern.replace(/^\//, '').match(/\*\*\/|\*\*|\*|[^*]/gsu) ?? []
  const target = text.replace(/^\//, '')
  // the positions up to which the tokens so far can cover the text
  let reachable: ReadonlySet<number> = new Set([0])
  for (const token of tokens) {
    reachable = token.startsWith('*')
      ? spread(reachable, token, target, loose)
      : step(reachable, token, target)
    if (reachable.size === 0) return false
  }
  return reachable.has(target.length)
}

function step(from: ReadonlySet<number>, token: string, target: string): ReadonlySet<number> {
  const next = new Set<number>()
  for (const at of from) if (target.startsWith(token, at)) next.add(at + token.length)
  return next
}

/** One pass over the text, whatever the number of positions. */
function spread(
  from: ReadonlySet<number>,
  token: string,
  target: string,
  loose: boolean,
): ReadonlySet<number> {
  const next = new Set<number>()
  let open = false
  for (let at = 0; at <= target.length; at += 1) {
    const afterSlash = target[at - 1] === '/'
    if (afterSlash && token === '*' && !loose) open = false
    if (from.has(at) || (open && (token !== '**/' || afterSlash))) next.add(at)
    if (from.has(at)) open = true
  }
  return next
}
