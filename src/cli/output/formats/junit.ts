// JUnit XML, for the test views of CI systems: one case per finding, and one for what could not be told (skipped) or read (an error).
// https://github.com/testmoapp/junitxml

import type { ReportFinding, ScanReport } from '../../report/report.ts'
import type { OutputFormat } from './format.ts'
import { escapeMarkup, fixText } from './words.ts'

export const junit: OutputFormat = {
  name: 'junit',
  summary: 'JUnit XML, for the test views of CI systems',
  render,
}

function render(report: ScanReport): string {
  const { artifact, findings, scannedAt } = report
  const gaps = report.diagnostics.filter(({ level }) => level === 'error')
  const cases = [
    ...findings.map(caseOf),
    ...report.unknowns.map(
      ({ code, message, packages, vulnerabilityId }) =>
        `    <testcase classname="could not be told" name="${escapeMarkup([code, vulnerabilityId ?? '', ...packages.slice(0, 1)].join(' ').trim())}">\n` +
        `      <skipped message="${escapeMarkup(message)}"/>\n` +
        '    </testcase>',
    ),
    ...gaps.map(
      ({ code, message, remedy }) =>
        `    <testcase classname="not read" name="${escapeMarkup(code)}">\n` +
        `      <error type="${escapeMarkup(code)}" message="${escapeMarkup(message)}">${escapeMarkup(remedy ?? message)}</error>\n` +
        '    </testcase>',
    ),
  ]
  // A suite without a case is shown as one that did not run.
  if (cases.length === 0) cases.push('    <testcase classname="longwatch" name="no findings"/>')
  const counts = `tests="${cases.length}" failures="${findings.length}" errors="${gaps.length}" skipped="${report.unknowns.length}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="longwatch" ${counts}>`,
    `  <testsuite name="${escapeMarkup(artifact.target)}" ${counts} timestamp="${escapeMarkup(scannedAt)}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function caseOf(finding: ReportFinding): string {
  const { packages, severity, title, vulnerabilityId } = finding
  const names = packages.map(({ name, version }) => `${name} ${version}`).join(', ')
  const body = packages
    .map((one) => `${one.purl} in ${one.locations.map(({ path }) => path).join(', ')}. ${fixText(one)}`)
    .join('\n')
  return [
    `    <testcase classname="${escapeMarkup(names)}" name="${escapeMarkup(`[${severity}] ${vulnerabilityId}`)}">`,
    `      <failure type="${severity}" message="${escapeMarkup(title)}">${escapeMarkup(body)}</failure>`,
    '    </testcase>',
  ].join('\n')
}
