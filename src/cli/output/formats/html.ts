// One file that opens anywhere: no network, no fonts, no frameworks. Charts are SVG in the page; a few lines of script filter the rows.

import { createHash } from 'node:crypto'
import type { Severity } from '../../../model/index.ts'
import { severities } from '../../../model/index.ts'
import type { ReportFinding, ScanReport } from '../../report/report.ts'
import { upgradesOf } from '../../report/upgrades.ts'
import type { OutputFormat } from './format.ts'
import { script, stylesheet } from './html-page.ts'
import { escapeHtml as esc, fixedVersions, webLinks } from './words.ts'

export const html: OutputFormat = {
  name: 'html',
  summary: 'one HTML file with charts, to look at and to pass on',
  render,
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

function render(report: ScanReport): string {
  const { artifact, distribution, scannedAt, summary } = report
  const policy = `default-src 'none'; style-src ${hashOf(stylesheet)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`
  const about = [
    distribution?.prettyName ?? 'no operating system',
    ...(artifact.platform === undefined ? [] : [artifact.platform]),
    `${summary.packages} packages`,
    `scanned ${scannedAt.slice(0, 16).replace('T', ' ')} UTC`,
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${esc(artifact.target)} · Longwatch</title>
<style>${stylesheet}</style>
</head>
<body>
<header><h1>${esc(artifact.target)}</h1><p>${esc(about.join(' · '))}</p>${artifact.digest === undefined ? '' : `<p class="digest">${esc(artifact.digest)}</p>`}</header>
<main>
${notices(report)}
<section class="tiles">
${tile(String(summary.findings), summary.findings === 1 ? 'finding' : 'findings')}
${tile(String(summary.exploited), 'known to be exploited', summary.exploited > 0 ? 'bad' : '')}
${tile(String(summary.fixable), 'fixed by upgrading')}
${tile(String(summary.unknowns), 'could not be told')}
</section>
<section class="charts">
<figure><figcaption>By severity</figcaption>${severityChart(report)}</figure>
<figure><figcaption>By score${unratedNote(report)}</figcaption>${scoreChart(report)}</figure>
${upgradeChart(report)}
</section>
${upgradeSection(report)}
${findingSection(report)}
${unknownSection(report)}
</main>
<footer>Longwatch ${esc(report.tool.version)} · advisories ${esc(report.advisories.generation.slice(0, 19))}</footer>
<script>${script}</script>
</body>
</html>
`
}

const tile = (value: string, label: string, kind = ''): string =>
  `<div class="tile ${kind}"><b>${value}</b><span>${label}</span></div>`

function notices({ advisories, diagnostics, gate, summary }: ScanReport): string {
  const lines = [
    ...(gate === undefined
      ? []
      : [
          `<p class="notice ${gate.failed ? 'bad' : 'good'}">The gate ${gate.failed ? `failed by ${gate.findings.length}` : 'passed'}: ${esc(gate.rules.join(', '))}.</p>`,
        ]),
    ...(advisories.origin === 'starter'
      ? ['<p class="notice bad">Only the small set of advisories that ships with Longwatch was used.</p>']
      : []),
    ...(summary.complete ? [] : ['<p class="notice bad">Only a part could be read.</p>']),
    ...diagnostics
      .filter(({ level }) => level === 'error')
      .slice(0, 20)
      .map(({ code, message }) => `<p class="notice">${esc(message)} <code>${esc(code)}</code></p>`),
  ]
  return lines.join('\n')
}

function severityChart({ summary }: ScanReport): string {
  const shown = severities.filter((severity) => summary.bySeverity[severity] > 0)
  const most = Math.max(1, ...shown.map((severity) => summary.bySeverity[severity]))
  const bars = shown.map((severity, index) => {
    const count = summary.bySeverity[severity]
    const width = Math.max(2, Math.round((count / most) * 250))
    const y = index * 28
    return `<text x="0" y="${y + 15}" class="label">${severity.toLowerCase()}</text><rect x="110" y="${y}" width="${width}" height="20" rx="3" class="${severity}"/><text x="${116 + width}" y="${y + 15}">${count}</text>`
  })
  return chart(400, Math.max(28, shown.length * 28), bars.join(''), 'findings by severity')
}

/** The columns hold what has a score: the rest is counted here. */
function unratedNote({ findings }: ScanReport): string {
  const unrated = findings.filter(({ score }) => score === undefined).length
  return unrated === 0 ? '' : ` (${unrated} without a score)`
}

/** One column for each full point of the score. */
function scoreChart({ findings }: ScanReport): string {
  const counts = Array.from({ length: 10 }, () => 0)
  for (const { score } of findings) {
    if (score === undefined) continue
    const column = Math.min(9, Math.floor(score))
    counts[column] = (counts[column] ?? 0) + 1
  }
  const most = Math.max(1, ...counts)
  const columns = counts.map((count, index) => {
    const height = Math.round((count / most) * 100)
    const x = index * 38
    return `<rect x="${x + 4}" y="${120 - height}" width="30" height="${height}" rx="3" class="${bandOf(index)}"/>${count === 0 ? '' : `<text x="${x + 19}" y="${114 - height}" class="middle">${count}</text>`}<text x="${x + 19}" y="138" class="middle label">${index}</text>`
  })
  return chart(400, 144, columns.join(''), 'findings by score')
}

/** What closes most, of what can be done. */
function upgradeChart({ findings }: ScanReport): string {
  const top = upgradesOf(findings)
    .filter(({ closes, target }) => target !== undefined && closes.length > 0)
    .sort((a, b) => b.closes.length - a.closes.length)
    .slice(0, 6)
  if (top.length === 0) return ''
  const most = Math.max(...top.map(({ closes }) => closes.length))
  const bars = top.map(({ closes, name, worst }, index) => {
    const width = Math.max(2, Math.round((closes.length / most) * 190))
    const y = index * 28
    const label = name.length > 17 ? `${name.slice(0, 16).toWellFormed()}…` : name
    return `<text x="0" y="${y + 15}" class="label">${esc(label)}</text><rect x="170" y="${y}" width="${width}" height="20" rx="3" class="${worst}"/><text x="${176 + width}" y="${y + 15}">${closes.length}</text>`
  })
  return `<figure><figcaption>Findings closed by upgrading</figcaption>${chart(400, top.length * 28, bars.join(''), 'findings closed by upgrading')}</figure>`
}

function bandOf(score: number): Severity {
  if (score >= 9) return 'CRITICAL'
  if (score >= 7) return 'HIGH'
  return score >= 4 ? 'MEDIUM' : 'LOW'
}

const chart = (width: number, height: number, content: string, label: string): string =>
  `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${content}</svg>`

function upgradeSection({ findings }: ScanReport): string {
  const upgrades = upgradesOf(findings).filter(({ target }) => target !== undefined)
  if (upgrades.length === 0) return ''
  const rows = upgrades.map(
    ({ closes, exploited, findings: all, installed, name, target, worst }) =>
      `<tr><td><span class="badge ${worst}">${worst.toLowerCase()}</span></td><td>${esc(name)}</td><td>${esc(installed)}</td><td><b>${esc(target ?? '')}</b></td><td class="number">${closes.length} of ${all.length}</td><td class="number">${exploited === 0 ? '' : exploited}</td></tr>`,
  )
  return `<section><h2>Do first</h2><div class="scroll"><table><thead><tr><th>worst</th><th>upgrade</th><th>from</th><th>to</th><th class="number">closes</th><th class="number">exploited</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div></section>`
}

function findingSection({ findings }: ScanReport): string {
  if (findings.length === 0)
    return '<section><h2>Findings</h2><p>No findings in what could be judged.</p></section>'
  return `<section><h2>Findings</h2>
<p><input id="filter" type="search" placeholder="Filter by id, package, severity, path" aria-label="filter"> <span id="count">${findings.length} of ${findings.length}</span></p>
<div class="scroll"><table id="findings"><thead><tr><th>severity</th><th class="number">score</th><th>vulnerability</th><th>package</th><th>installed</th><th>fixed in</th></tr></thead>
<tbody>${findings.map(findingRow).join('\n')}</tbody></table></div></section>`
}

function findingRow(finding: ReportFinding): string {
  const { description, kev, packages, references, score, severity, title, vulnerabilityId } = finding
  const distinct = (values: readonly string[]): string => esc([...new Set(values)].join(', '))
  const proof = packages
    .flatMap((one) =>
      one.evidence
        .slice(0, 3)
        .map(
          (evidence) =>
            `<li>${esc(one.locations.map(({ path }) => path).join(', '))}: ${esc(evidence.advisory)} (${esc(evidence.feed)}) says ${esc(evidence.range)}; ${esc(evidence.comparedVersion)} was compared</li>`,
        ),
    )
    .slice(0, 20)
  const links = webLinks(references)
    .slice(0, 8)
    .map((url) => `<li><a href="${esc(url)}" rel="noopener noreferrer">${esc(url)}</a></li>`)
  return `<tr><td><span class="badge ${severity}">${severity.toLowerCase()}</span></td><td class="number">${score?.toFixed(1) ?? '–'}</td><td><details><summary>${esc(vulnerabilityId)}${kev === undefined ? '' : ' <span class="badge CRITICAL">exploited</span>'}<small>${esc(title)}</small></summary><p>${esc((description ?? title).slice(0, 2000))}</p><ul>${proof.join('')}</ul><ul>${links.join('')}</ul></details></td><td>${distinct(packages.map((one) => one.name))}</td><td>${distinct(packages.map((one) => one.version))}</td><td>${esc(fixedVersions(finding))}</td></tr>`
}

function unknownSection({ unknowns }: ScanReport): string {
  if (unknowns.length === 0) return ''
  const rows = unknowns.map(
    ({ code, message, packages }) =>
      `<li>${esc(message)} (${packages.length} packages) <code>${esc(code)}</code></li>`,
  )
  return `<section><h2>Could not be told</h2><ul>${rows.join('\n')}</ul></section>`
}
