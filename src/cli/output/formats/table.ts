// The answer at a glance: what burns, what to do, and what could not be told.

import type { Severity } from '../../../model/index.ts'
import { severities } from '../../../model/index.ts'
import type { ReportFinding, ReportUnknown, ScanReport } from '../../report/report.ts'
import { upgradesOf } from '../../report/upgrades.ts'
import type { Upgrade } from '../../report/upgrades.ts'
import { printable } from '../style.ts'
import type { Styles } from '../style.ts'
import { cut, table as layout } from '../table.ts'
import type { StyledCell } from '../table.ts'
import type { FormatContext, OutputFormat } from './format.ts'

/** Upgrades shown above the list of vulnerabilities; all of them with `--group-by upgrade`. */
const topUpgrades = 5

export const table: OutputFormat = {
  name: 'table',
  summary: 'for people: what burns and what to do (the default)',
  render(report, context) {
    const lines = [...heading(report, context), '', ...verdict(report, context)]
    const upgrades = upgradesOf(report.findings)
    const possible = upgrades.filter((upgrade) => upgrade.target !== undefined)
    if (context.groupBy === 'upgrade') {
      lines.push(...section('by upgrade', upgradeRows(upgrades, context), context))
    } else {
      const more = possible.length - topUpgrades
      const hint = more > 0 ? [context.style.dim(`… and ${more} more upgrades: --group-by upgrade`)] : []
      lines.push(
        ...section('do first', [...upgradeRows(possible.slice(0, topUpgrades), context), ...hint], context),
      )
      lines.push(...section('findings', findingRows(report.findings, context), context))
    }
    lines.push(...section('could not be told', unknownRows(report.unknowns, context), context))
    lines.push(...section('not read, or doubtful', gapRows(report, context), context))
    lines.push(...hiddenLines(report, context), ...gateLines(report, context))
    return `${lines.join('\n')}\n`
  },
}

function heading(report: ScanReport, { style, width }: FormatContext): string[] {
  const { artifact, distribution, summary } = report
  const about = [
    distribution?.prettyName ?? distribution?.name ?? 'no operating system',
    ...(artifact.platform === undefined ? [] : [artifact.platform]),
    `${summary.packages} packages`,
  ]
  // OSV's records carry the day they were changed; other feeds mostly have only that of their file.
  const dated = report.advisories.parts.filter(({ part }) => part.startsWith('osv/'))
  const dates = (dated.length === 0 ? report.advisories.parts : dated)
    .map(({ dataDate }) => dataDate.slice(0, 10))
    .sort()
  const age =
    report.advisories.origin === 'starter'
      ? style.yellow(
          `the starter set of advisories, as of ${dates.at(-1) ?? 'unknown'}: sync with longwatch db update`,
        )
      : `advisories up to ${dates.at(-1) ?? 'unknown'}`
  const failed = report.advisories.parts.filter((part) => part.failure !== undefined)
  return [
    `${style.bold(printable(artifact.target))}  ${style.dim(cut(printable(about.join(' · ')), width, 'end'))}`,
    style.dim(age),
    ...failed.map((part) =>
      style.yellow(
        `${part.part} could not be brought up to date (${part.failure?.code ?? ''}): data of ${part.dataDate.slice(0, 10)}`,
      ),
    ),
  ]
}

function verdict({ summary, advisories }: ScanReport, { style }: FormatContext): string[] {
  const lines: string[] = []
  if (!summary.complete)
    lines.push(style.red(style.bold('Only a part could be read: what is missing is named below.')))
  if (summary.findings === 0) {
    const calm = summary.complete && summary.unknowns === 0 && advisories.origin === 'synced'
    lines.push(calm ? style.green('No findings.') : 'No findings in what could be judged.')
    return lines
  }
  const counts = severities
    .filter((severity) => summary.bySeverity[severity] > 0)
    .map((severity) => colourOf(severity, style)(`${summary.bySeverity[severity]} ${severity.toLowerCase()}`))
  lines.push(`${style.bold(plural(summary.findings, 'finding'))}: ${counts.join('  ')}`)
  const exploited =
    summary.exploited === 0
      ? 'none known to be exploited'
      : style.red(`${summary.exploited} known to be exploited`)
  lines.push(`${exploited}, ${summary.fixable} can be fixed by upgrading`)
  return lines
}

function section(title: string, rows: readonly string[], { style }: FormatContext): string[] {
  return rows.length === 0 ? [] : ['', style.bold(title.toUpperCase()), ...rows]
}

function findingRows(findings: readonly ReportFinding[], { style, width }: FormatContext): string[] {
  if (findings.length === 0) return []
  return layout(
    [
      { title: 'SEVERITY' },
      { title: 'SCORE', align: 'right' },
      { title: 'VULNERABILITY', minimum: 16 },
      { title: 'PACKAGE', minimum: 12, cut: 'middle' },
      { title: 'INSTALLED', minimum: 8, cut: 'middle' },
      { title: 'FIXED IN', minimum: 8 },
      { title: 'WHERE', minimum: 8, cut: 'middle' },
    ],
    findings.map((finding) => [
      { text: finding.severity, style: colourOf(finding.severity, style) },
      finding.score?.toFixed(1) ?? '–',
      {
        text: finding.vulnerabilityId + (finding.kev === undefined ? '' : ' ‼'),
        style: finding.kev === undefined ? plain : style.red,
      },
      names(finding),
      distinct(finding.packages.map((one) => one.version)),
      fixCell(finding, style),
      where(finding),
    ]),
    width,
  )
}

function upgradeRows(upgrades: readonly Upgrade[], { style, width }: FormatContext): string[] {
  if (upgrades.length === 0) return []
  return layout(
    [
      { title: 'WORST' },
      { title: 'SCORE', align: 'right' },
      { title: 'UPGRADE', minimum: 12, cut: 'middle' },
      { title: 'FROM', minimum: 8, cut: 'middle' },
      { title: 'TO', minimum: 8, cut: 'middle' },
      { title: 'CLOSES', align: 'right' },
      { title: 'EXPLOITED', align: 'right' },
    ],
    upgrades.map((upgrade) => [
      { text: upgrade.worst, style: colourOf(upgrade.worst, style) },
      upgrade.worstScore?.toFixed(1) ?? '–',
      upgrade.name,
      upgrade.installed,
      upgrade.target === undefined
        ? { text: 'no fix yet', style: style.dim }
        : { text: upgrade.target, style: style.green },
      upgrade.closes.length === upgrade.findings.length
        ? String(upgrade.closes.length)
        : `${upgrade.closes.length} of ${upgrade.findings.length}`,
      upgrade.exploited === 0 ? '' : { text: String(upgrade.exploited), style: style.red },
    ]),
    width,
  )
}

function unknownRows(unknowns: readonly ReportUnknown[], { style, width }: FormatContext): string[] {
  return unknowns.map((unknown) => {
    const what = unknown.packages.length === 0 ? '' : ` (${plural(unknown.packages.length, 'package')})`
    return cut(`${style.yellow('?')} ${printable(unknown.message)}${what}`, width + 10, 'end')
  })
}

function gapRows(report: ScanReport, { style }: FormatContext): string[] {
  return (
    report.diagnostics
      // (The heading says what the advisories are.)
      .filter(({ code, level }) => level !== 'info' && code !== 'STARTER_ADVISORIES')
      .map((diagnostic) => {
        const place = [diagnostic.layer, diagnostic.path, diagnostic.place]
          .filter((part) => part !== undefined)
          .join(' ')
        const mark = diagnostic.level === 'error' ? style.red('✗') : style.yellow('!')
        const remedy = diagnostic.remedy === undefined ? '' : `\n    ${printable(diagnostic.remedy)}`
        return `${mark} ${printable(diagnostic.message)}${place === '' ? '' : ` (${printable(place)})`} ${style.dim(`[${diagnostic.code}]`)}${remedy}`
      })
  )
}

/** What is not shown above, and why. */
function hiddenLines({ baseline, ignored = [] }: ScanReport, { style }: FormatContext): string[] {
  return [
    ...(ignored.length === 0
      ? []
      : ['', style.dim(`${plural(ignored.length, 'finding')} hidden by rules or VEX.`)]),
    ...(baseline === undefined
      ? []
      : [
          '',
          style.dim(
            `${plural(baseline.known, 'finding')} known since ${baseline.scannedAt.slice(0, 10)} left out.`,
          ),
        ]),
  ]
}

function gateLines({ gate, findings }: ScanReport, { style }: FormatContext): string[] {
  if (gate === undefined) return []
  const rules = gate.rules.join(', ')
  return gate.failed
    ? [
        '',
        style.red(
          style.bold(
            `The gate failed (${rules}): ${gate.findings.length} of ${plural(findings.length, 'finding')}.`,
          ),
        ),
      ]
    : ['', style.green(`The gate passed (${rules}).`)]
}

function names(finding: ReportFinding): string {
  return distinct(finding.packages.map((one) => one.name))
}

function distinct(texts: readonly string[]): string {
  const all = [...new Set(texts)]
  return all.length <= 2 ? all.join(', ') : `${all.slice(0, 2).join(', ')} and ${all.length - 2} more`
}

function fixCell(finding: ReportFinding, style: Styles): StyledCell {
  if (finding.type === 'END_OF_LIFE') return { text: 'move on', style: style.dim }
  const fixed = distinct(finding.packages.flatMap((one) => one.fixedVersion ?? []))
  if (fixed === '') return { text: 'no fix yet', style: style.dim }
  return { text: finding.fixAvailable === 'PARTIAL' ? `${fixed} (in part)` : fixed, style: style.green }
}

function where(finding: ReportFinding): string {
  const paths = [
    ...new Set(finding.packages.flatMap((one) => one.locations.map((location) => location.path))),
  ]
  return paths.length <= 1 ? (paths[0] ?? '') : `${paths[0] ?? ''} +${paths.length - 1}`
}

function colourOf(severity: Severity, style: Styles): (text: string) => string {
  switch (severity) {
    case 'CRITICAL':
      return (text) => style.bold(style.red(text))
    case 'HIGH':
      return style.red
    case 'MEDIUM':
      return style.yellow
    case 'LOW':
      return style.cyan
    case 'INFORMATIONAL':
    case 'UNTRIAGED':
      return style.dim
    default:
      return severity satisfies never
  }
}

function plain(text: string): string {
  return text
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
