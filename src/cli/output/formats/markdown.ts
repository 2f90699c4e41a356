// Markdown for comments on pull requests: short, with the rest folded away.

import { severities } from '../../../model/index.ts'
import type { ReportFinding, ScanReport } from '../../report/report.ts'
import { upgradesOf } from '../../report/upgrades.ts'
import { printable } from '../style.ts'
import type { OutputFormat } from './format.ts'
import { bestLink, fixedVersions } from './words.ts'

/** GitHub refuses comments above 65,536 characters. */
const mostCharacters = 60_000

export const markdown: OutputFormat = {
  name: 'markdown',
  summary: 'Markdown, for comments on pull requests',
  render,
}

function render(report: ScanReport): string {
  const head = heading(report)
  const rows = report.findings.map(rowOf)
  let shown = rows.length
  const foot = gaps(report)
  // The frame of the table is a few lines.
  let size = head.length + foot.join('\n').length + 500
  for (const [index, row] of rows.entries()) {
    size += row.length + 1
    if (size > mostCharacters) {
      shown = index
      break
    }
  }
  const hidden = rows.length - shown
  const table =
    rows.length === 0
      ? []
      : [
          '<details><summary>All findings</summary>',
          '',
          '| severity | score | vulnerability | package | installed | fixed in |',
          '| --- | ---: | --- | --- | --- | --- |',
          ...rows.slice(0, shown),
          ...(hidden === 0 ? [] : ['', `… and ${hidden} more: see the full report.`]),
          '',
          '</details>',
          '',
        ]
  return `${[head, ...table, ...foot].join('\n')}\n`
}

function heading(report: ScanReport): string {
  const { artifact, findings, gate, summary } = report
  const counts = severities
    .filter((severity) => summary.bySeverity[severity] > 0)
    .map((severity) => `${summary.bySeverity[severity]} ${severity.toLowerCase()}`)
  const verdict = gate === undefined ? '' : gate.failed ? ' ❌' : ' ✅'
  const upgrades = upgradesOf(findings)
    .filter(({ target }) => target !== undefined)
    .slice(0, 10)
  return [
    `### Longwatch: ${code(artifact.target)}${verdict}`,
    '',
    findings.length === 0
      ? 'No findings in what could be judged.'
      : `**${findings.length} finding${findings.length === 1 ? '' : 's'}**: ${counts.join(', ')}. ${summary.fixable} can be fixed by upgrading${summary.exploited === 0 ? '' : `, **${summary.exploited} known to be exploited**`}.`,
    ...(gate === undefined
      ? []
      : [
          '',
          `Gate (${escape(gate.rules.join(', '))}): ${gate.failed ? `failed by ${gate.findings.length}` : 'passed'}.`,
        ]),
    ...(summary.complete ? [] : ['', '⚠️ Only a part could be read.']),
    ...(upgrades.length === 0
      ? []
      : [
          '',
          '| upgrade | from | to | closes |',
          '| --- | --- | --- | ---: |',
          ...upgrades.map(
            ({ closes, exploited, findings: all, installed, name, target }) =>
              `| ${code(name)}${exploited > 0 ? ' ‼️' : ''} | ${code(installed)} | ${code(target ?? '')} | ${closes.length} of ${all.length} |`,
          ),
        ]),
    '',
  ].join('\n')
}

function rowOf(finding: ReportFinding): string {
  const { kev, packages, score, severity, vulnerabilityId } = finding
  const link = bestLink(finding)
  const name = escape(vulnerabilityId) + (kev === undefined ? '' : ' ‼️')
  const shown =
    link !== undefined && /^https:\/\/[\w./%?=&#~:@-]{1,300}$/.test(link) ? `[${name}](${link})` : name
  const distinct = (values: readonly string[]): string => code([...new Set(values)].join(', '))
  return `| ${severity.toLowerCase()} | ${score?.toFixed(1) ?? '–'} | ${shown} | ${distinct(packages.map((one) => one.name))} | ${distinct(packages.map((one) => one.version))} | ${fixedVersions(finding) === '–' ? '–' : code(fixedVersions(finding))} |`
}

function gaps({ diagnostics, unknowns }: ScanReport): string[] {
  const lines = [
    ...diagnostics
      .filter(({ level }) => level === 'error')
      .map(({ code, message }) => `- not read: ${escape(message)} \`${code}\``),
    ...unknowns.map(
      ({ message, packages }) => `- could not be told: ${escape(message)} (${packages.length} packages)`,
    ),
  ]
  return lines.length === 0
    ? []
    : [...lines.slice(0, 20), ...(lines.length > 20 ? [`- … and ${lines.length - 20} more`] : []), '']
}

/** Text that means nothing to Markdown or HTML, names nobody and links nowhere. */
function escape(text: string): string {
  return inert(text).replaceAll('@', '@&#8203;')
}

/** A name or version as code: there `@scope` is no mention of a person, and can be copied. */
function code(text: string): string {
  return `<code>${inert(text)}</code>`
}

function inert(text: string): string {
  return cut(printable(text.replaceAll(/\s+/g, ' ')))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/([\\`*_{}[\]()#+!|~])/g, String.raw`\$1`)
    .replaceAll(/:\/\/|www(?=\.)/g, '$&&#8203;')
}

const mostOfOneText = 200

function cut(text: string): string {
  return text.length > mostOfOneText ? `${text.slice(0, mostOfOneText).toWellFormed()}…` : text.toWellFormed()
}
