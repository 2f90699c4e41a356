// What hides findings, what explains them, and what writes packages down, on a real image and real feeds.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunResult } from '../../src/cli/testing.ts'
import { runCli } from '../../src/cli/testing.ts'
import type { ScanReport } from '../../src/cli/report/report.ts'
import { describeLab, feedsDir, labPath } from '../support/lab.ts'

let folder = ''
const image = labPath('images/node-app')
const cli = async (...argv: string[]): Promise<RunResult> => runCli(argv, { dataDir: join(folder, 'data') })
const scan = async (...more: string[]): Promise<{ report: ScanReport; result: RunResult }> => {
  const result = await cli('scan', image, '--feeds', feedsDir, '-o', 'json', ...more)
  return { result, report: JSON.parse(result.stdout) as ScanReport }
}
const file = async (name: string, content: string): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

describeLab('rules and explanations', ['images/node-app'], () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longwatch-rules-'))
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
  })

  describe('an ignore file', () => {
    test('hides what it names, from counts and gate too, and the report says what and why', async () => {
      const { report: before } = await scan()
      const ignore = await file(
        'ignore.yaml',
        `ignore:
  - package: lodash
    reason: not reachable, SEC-1
    expires: 2027-01-01
  - vulnerability: CVE-2021-44906
    path: app/node_modules/minimist/**
    reason: SEC-2
    expires: 2027-01-01
`,
      )
      const { report } = await scan('--ignore', ignore)
      const lodash = before.findings.filter(({ packages }) => packages.every(({ name }) => name === 'lodash'))
      expect(lodash.length).toBeGreaterThan(3)
      expect(report.summary.findings).toBe(report.findings.length)
      expect(report.findings.some(({ packages }) => packages.some(({ name }) => name === 'lodash'))).toBe(
        false,
      )
      expect(report.ignored?.filter(({ reason }) => reason === 'not reachable, SEC-1')).toHaveLength(
        lodash.length,
      )
      const minimist = report.findings.find(({ vulnerabilityId }) => vulnerabilityId === 'CVE-2021-44906')
      expect(minimist?.packages.map(({ version }) => version)).toHaveLength(1)
    })

    test('that expired warns and hides nothing', async () => {
      const ignore = await file(
        'old.yaml',
        'ignore:\n  - package: lodash\n    reason: r\n    expires: 2026-01-01\n',
      )
      const { report, result } = await scan('--ignore', ignore)
      expect(report.ignored).toBeUndefined()
      expect(result.stderr).toContain('[IGNORE_RULE_EXPIRED]')
      expect(result.status).toBe(0)
    })

    test.each([
      ['ignore:\n  - package: lodash\n    expires: 2027-01-01\n', 'reason'],
      ['ignore:\n  - package: lodash\n    reason: r\n', 'expires'],
      ['ignore:\n  - reason: r\n    expires: 2027-01-01\n', ''],
      ['ignore: [', ''],
    ])('%j is refused with its line', async (text, named) => {
      const { status, stderr } = await cli(
        'scan',
        image,
        '--ignore',
        await file('bad.yaml', text),
        '--feeds',
        feedsDir,
      )
      expect(status).toBe(2)
      expect(stderr).toContain('[IGNORE_FILE_INVALID]')
      expect(stderr).toContain(named)
    })
  })

  test('a VEX document hides what its author cleared', async () => {
    const vex = await file(
      'vex.json',
      JSON.stringify({
        '@context': 'https://openvex.dev/ns/v0.2.0',
        '@id': 'https://example.com/vex/1',
        author: 'Example',
        timestamp: '2026-01-01T00:00:00Z',
        version: 1,
        statements: [
          {
            vulnerability: { name: 'CVE-2021-23337' },
            products: [{ '@id': 'pkg:npm/lodash@4.17.15' }],
            status: 'not_affected',
            justification: 'vulnerable_code_not_in_execute_path',
          },
        ],
      }),
    )
    const { report } = await scan('--vex', vex)
    expect(report.findings.some(({ vulnerabilityId }) => vulnerabilityId === 'CVE-2021-23337')).toBe(false)
    expect(report.ignored).toMatchObject([
      {
        vulnerabilityId: 'CVE-2021-23337',
        reason: 'Example: not affected, vulnerable code not in execute path',
      },
    ])
  })

  test('a baseline leaves what it knows out, for the gate as well', async () => {
    const { report, result } = await scan()
    const all = await file('all.json', result.stdout)
    const nothingNew = await scan('--new-since', all, '--fail-on', 'low')
    expect(nothingNew.result.status).toBe(0)
    expect(nothingNew.report).toMatchObject({ findings: [], baseline: { known: report.findings.length } })
    const [first, ...rest] = report.findings
    const most = await file('most.json', JSON.stringify({ ...report, findings: rest }))
    const one = await scan('--new-since', most, '--fail-on', 'low')
    expect(one.result.status).toBe(1)
    expect(one.report.findings).toEqual([first])
    const bad = await cli('scan', image, '--new-since', await file('bad.json', '{}'), '--feeds', feedsDir)
    expect([bad.status, bad.stderr.includes('[BASELINE_UNREADABLE]')]).toEqual([2, true])
  })

  test('several outputs at once, the number printed being the number of rows', async () => {
    const json = join(folder, 'out.json')
    const { stdout } = await cli('scan', image, '--feeds', feedsDir, '-o', 'table', '-o', `json=${json}`)
    const report = JSON.parse(await readFile(json, 'utf8')) as ScanReport
    expect(stdout).toContain(`${report.findings.length} findings`)
    const rows = stdout.split('\nFINDINGS\n')[1]?.split('\n\n')[0]?.split('\n') ?? []
    expect(rows).toHaveLength(report.findings.length + 1)
  })

  test('explain says why it is flagged, why it is not, and when nobody knows it', async () => {
    const explain = async (...argv: string[]): Promise<RunResult> =>
      cli('explain', ...argv, '--feeds', feedsDir)
    const flagged = await explain(image, 'CVE-2021-23337')
    expect(flagged.status).toBe(0)
    expect(flagged.stdout).toMatch(
      /lodash 4\.17\.15: affected[\s\S]*GHSA-35jh-r3h4-6jhm[\s\S]*fixed in 4\.17\.21/,
    )
    const fixed = await explain(labPath('images/debian-bullseye-base'), 'CVE-2022-1292')
    expect(fixed.stdout).toMatch(/not affected[\s\S]*has the fix of 1\.1\.1n-0\+deb11u2/)
    const absent = await explain(image, 'CVE-2024-3651')
    expect([absent.status, absent.stdout.includes('CVE-2024-3651')]).toEqual([
      absent.status,
      absent.status === 0,
    ])
    const unknown = await explain(image, 'CVE-1999-99999')
    expect(unknown.status).toBe(2)
    expect(unknown.stderr).toContain('[ID_UNKNOWN]')
  })

  test.each(['cyclonedx', 'spdx'])('the %s document of an image is judged like the image', async (format) => {
    const bom = join(folder, `bom.${format}.json`)
    expect((await cli('sbom', image, '-o', format, '--file', bom)).status).toBe(0)
    const fromBom = await cli('scan', bom, '--feeds', feedsDir, '-o', 'json')
    const { report } = await scan()
    expect((JSON.parse(fromBom.stdout) as ScanReport).findings).toEqual(report.findings)
  })
})
