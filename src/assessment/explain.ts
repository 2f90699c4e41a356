// Why a vulnerability is reported, or why it is not: what was found, looked up, compared and decided, in that order.

import type { AdvisoryReader } from '../advisories/index.ts'
import type { Match, Reason, Trace } from '../matching/index.ts'
import { matchInventory, surroundingsOf, tracePackage } from '../matching/index.ts'
import type { Inventory, Package, Vulnerability } from '../model/index.ts'
import { compareText } from '../platform/index.ts'
import { evidenceInWords } from './evidence.ts'
import type { FindingEvidence } from './finding.ts'
import type { Ignored, IgnoreRule } from './ignore/rule.ts'
import { ruleFor } from './ignore/rule.ts'

export interface ExplainStep {
  /**
   * `found`: where the package is. `owner`: the OS package that owns its files. `lookup`: under which key advisories were asked.
   * `advisory`: what one said, with the versions that were compared. `decision`: the answer. `ignored`: a rule hides it.
   */
  readonly kind: 'found' | 'owner' | 'lookup' | 'advisory' | 'decision' | 'ignored'
  /** One sentence for people. */
  readonly text: string
  /** For `advisory`: what it said and of which versions. */
  readonly evidence?: FindingEvidence
  /** For `advisory` and `decision`: the stable code of the reason. */
  readonly code?: string
  readonly answer?: 'affected' | 'not-affected' | 'unknown' | 'passed-over'
  /** For `ignored`. */
  readonly rule?: IgnoreRule
}

export interface ExplainedPackage {
  readonly purl: string
  readonly name: string
  readonly version: string
  readonly answer: 'affected' | 'not-affected' | 'unknown'
  readonly reason: Reason
  readonly fixedVersion?: string
  readonly steps: readonly ExplainStep[]
}

export interface Explanation {
  /** As asked. */
  readonly asked: string
  /** The vulnerabilities that the id stands for; empty when no advisory knows it. */
  readonly vulnerabilities: readonly {
    readonly id: string
    readonly title?: string
    readonly aliases: readonly string[]
    /** `flagged`: some package is affected. `clear`: packages were asked about and cleared. `unknown`: cannot be told.
     * `absent`: nothing that it is about is in the artifact. */
    readonly outcome: 'flagged' | 'clear' | 'unknown' | 'absent'
    /** Package keys that it is about, `Debian:12/openssl`, sorted. */
    readonly about: readonly string[]
    readonly packages: readonly ExplainedPackage[]
  }[]
}

export interface ExplainOptions {
  /** Name or purl of one package; without, every package that the vulnerability is about. */
  readonly package?: string
  readonly rules?: readonly IgnoreRule[]
  /** The names of what was scanned, for rules that name an artifact. */
  readonly artifact?: readonly string[]
  /** For expiry of rules: `2026-08-22`. */
  readonly today: string
}

/** Explains a CVE, GHSA or any other id in an inventory. Pure; an id that nothing knows gives no vulnerabilities. */
export function explain(
  inventory: Inventory,
  reader: AdvisoryReader,
  id: string,
  options: ExplainOptions,
): Explanation {
  const ids = reader.resolve(id)
  const matches = ids.length === 0 ? [] : matchInventory(inventory, reader, { include: 'all' })
  return {
    asked: id,
    vulnerabilities: ids.map((canonical) => explainOne(canonical, matches, inventory, reader, options)),
  }
}

function explainOne(
  id: string,
  matches: readonly Match[],
  inventory: Inventory,
  reader: AdvisoryReader,
  options: ExplainOptions,
): Explanation['vulnerabilities'][number] {
  const vulnerability = reader.vulnerability(id)
  const asked = options.package
  const isAsked = (item: Package): boolean =>
    asked === undefined || item.name === asked || item.purl === asked || item.source?.name === asked
  const direct = matches.filter((match) => match.vulnerabilityId === id && isAsked(match.package))
  const known = new Set(direct.map((match) => match.package))
  const others = inventory.packages.filter((item) => !known.has(item) && isAsked(item))
  const packages = [
    ...direct.map((match) => explainMatch(match, id, inventory, reader, options)),
    ...others.flatMap((item) => {
      const whole = matches.find((match) => match.package === item && match.vulnerabilityId === undefined)
      const explained = explainWithoutMatch(item, whole?.reason, id, inventory, reader)
      return explained === undefined || (asked === undefined && explained.unrelated)
        ? []
        : [explained.package]
    }),
  ]
  return {
    id,
    ...titleOf(vulnerability),
    aliases: vulnerability?.aliases ?? [],
    outcome: outcomeOf(packages),
    about: keysAbout(id, reader),
    packages,
  }
}

/** Advisories that were taken back take part in no answer; without that word their absence would be a riddle. */
function titleOf(vulnerability: Vulnerability | undefined): { readonly title?: string } {
  if (vulnerability === undefined) return {}
  const { title, withdrawn } = vulnerability
  if (withdrawn)
    return { title: `Withdrawn by those who published it${title === undefined ? '' : `: ${title}`}` }
  return title === undefined ? {} : { title }
}

function outcomeOf(packages: readonly ExplainedPackage[]): Explanation['vulnerabilities'][number]['outcome'] {
  const answers = new Set(packages.map(({ answer }) => answer))
  if (answers.has('affected')) return 'flagged'
  if (answers.has('unknown')) return 'unknown'
  return answers.has('not-affected') ? 'clear' : 'absent'
}

function explainMatch(
  match: Match,
  id: string,
  inventory: Inventory,
  reader: AdvisoryReader,
  { rules = [], today, artifact = [] }: ExplainOptions,
): ExplainedPackage {
  const { package: item, answer, reason, fixedVersion } = match
  const trace = tracePackage(item, id, reader, surroundingsOf(inventory))
  const aliases = reader.vulnerability(id)?.aliases ?? []
  const what = { ...ignoredOf(item), vulnerability: id, aliases, artifact }
  const ignored = answer === 'affected' ? ruleFor(rules, what, today) : undefined
  return {
    purl: item.purl,
    name: item.name,
    version: item.version,
    answer,
    reason,
    ...(fixedVersion === undefined ? {} : { fixedVersion }),
    steps: [
      ...before(item, trace),
      { kind: 'decision', text: decisionText(match), code: reason.code, answer },
      ...(ignored === undefined
        ? []
        : [
            {
              kind: 'ignored' as const,
              text: `hidden by a rule: ${ignored.reason}, until ${ignored.expires ?? 'it is lifted'}`,
              rule: ignored,
            },
          ]),
    ],
  }
}

const ignoredOf = ({ purl, name, locations }: Package): Pick<Ignored, 'purl' | 'name' | 'paths'> => ({
  purl,
  name,
  paths: locations.map(({ path }) => path),
})

function decisionText({ answer, reason, fixedVersion, fix }: Match): string {
  if (answer === 'not-affected') return `not affected: ${reason.message}`
  if (answer === 'unknown') return `cannot be told: ${reason.message}`
  if (fixedVersion !== undefined && fix === 'yes')
    return `affected: ${reason.message}; fixed in ${fixedVersion}`
  return `affected: ${reason.message}`
}

/** What is known of the package before anything is decided. */
function before(item: Package, trace: Trace | Reason): readonly ExplainStep[] {
  const paths = item.locations.map(({ path }) => path)
  const source =
    item.source === undefined || item.source.name === item.name
      ? ''
      : `, built from ${item.source.name} ${item.source.version}`
  return [
    {
      kind: 'found',
      text: `${item.name} ${item.version}${source}, found by ${item.foundBy} in ${paths.join(', ')}`,
    },
    ...(item.ownedBy === undefined
      ? []
      : [{ kind: 'owner' as const, text: `its files belong to ${item.ownedBy}` }]),
    ...('code' in trace ? [] : [lookupStep(trace), ...trace.about.map(advisoryStep)]),
  ]
}

function lookupStep({ ecosystem, keys, name, version, scheme, advisories, about }: Trace): ExplainStep {
  const covered = keys.filter((key) => key.covered)
  const shown = (covered.length === 0 ? keys.slice(0, 1) : covered).map(
    ({ release }) => `${release === '' ? ecosystem : `${ecosystem}:${release}`}/${name}`,
  )
  const found =
    covered.length === 0
      ? 'no advisories are known for that release'
      : `${advisories} advisories, ${about.length} of them about this`
  return {
    kind: 'lookup',
    text: `looked up as ${shown.join(', ')} with version ${version} (${scheme}): ${found}`,
  }
}

function advisoryStep({ evidence, answer, reason }: Trace['about'][number]): ExplainStep {
  const words = evidenceInWords(evidence)
  const text = `${words.advisory} (${words.feed}) says ${words.status}, ${words.range}: ${reason.message}`
  return { kind: 'advisory', text, evidence: words, code: reason.code, answer }
}

/** A package that no answer is about: judged as a whole, or only mentioned, or not mentioned at all. */
function explainWithoutMatch(
  item: Package,
  whole: Reason | undefined,
  id: string,
  inventory: Inventory,
  reader: AdvisoryReader,
): { readonly package: ExplainedPackage; readonly unrelated: boolean } | undefined {
  const trace = tracePackage(item, id, reader, surroundingsOf(inventory))
  const mentioned =
    !('code' in trace) && (trace.about.length > 0 || (whole !== undefined && mentions(trace, id, reader)))
  const reason: Reason =
    whole ??
    ('code' in trace
      ? trace
      : {
          code: mentioned ? 'OTHER_BUILD' : 'NOT_MENTIONED',
          message: mentioned
            ? 'the advisories about it are about other builds of the package'
            : 'no advisory about it names this package',
        })
  const answer = whole === undefined ? 'not-affected' : 'unknown'
  const step: ExplainStep = {
    kind: 'decision',
    text: `${answer === 'unknown' ? 'cannot be told' : 'not affected'}: ${reason.message}`,
    code: reason.code,
    answer,
  }
  return {
    unrelated: !mentioned,
    package: {
      purl: item.purl,
      name: item.name,
      version: item.version,
      answer,
      reason,
      steps: [...before(item, trace), step],
    },
  }
}

/** True when an advisory under the trace's keys is about the vulnerability, though nothing could be compared. */
function mentions({ ecosystem, keys, name }: Trace, id: string, reader: AdvisoryReader): boolean {
  return keys.some(({ release }) =>
    reader.lookup({ ecosystem, release, name }).some(({ vulnerabilityIds }) => vulnerabilityIds.includes(id)),
  )
}

function keysAbout(id: string, reader: AdvisoryReader): readonly string[] {
  const keys = (reader.vulnerability(id)?.advisories ?? []).flatMap(({ feed, id: advisory }) =>
    (reader.advisory(feed, advisory)?.affected ?? []).map(
      ({ ecosystem, release, name }) => `${release === '' ? ecosystem : `${ecosystem}:${release}`}/${name}`,
    ),
  )
  return [...new Set(keys)].sort(compareText)
}
