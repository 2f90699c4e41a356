// Every format against its official schema, where one can be had from a package registry: CycloneDX's comes with its library, SARIF's with
// schemastore, SPDX is judged by the SPDX project's own tools (Python). OpenVEX, GitLab and JUnit have none there: what their
// specifications require is written down here.
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import type { AnySchemaObject, ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { SaxesParser } from 'saxes'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { describeLab, feedsDir, labPath } from '../../../../test/support/lab.ts'
import { cycloneDxSchema, spdxComplaints } from '../../../../test/support/schemas.ts'
import { runCli } from '../../testing.ts'
import type { ScanReport } from '../../report/report.ts'
import { plainStyles } from '../style.ts'
import { outputFormats } from './registry.ts'
import { odd, sampleReport } from './testing.ts'

const require = createRequire(import.meta.url)
const read = (path: string): AnySchemaObject => JSON.parse(readFileSync(path, 'utf8')) as AnySchemaObject

function render(name: string, report: ScanReport): string {
  const format = outputFormats.find((one) => one.name === name)
  if (format === undefined) throw new Error(`no format ${name}`)
  return format.render(report, { width: 100, style: plainStyles, groupBy: 'vulnerability' })
}

function ajv(): Ajv {
  // SARIF's schema has an expression that the `u` flag refuses.
  const made = new Ajv({ strict: false, allErrors: true, logger: false, unicodeRegExp: false })
  addFormats.default(made)
  for (const format of ['iri-reference', 'idn-email', 'iri']) made.addFormat(format, true)
  return made
}

function sarifSchema(): ValidateFunction {
  const folder = dirname(require.resolve('schemastore/package.json'))
  const path = [join(folder, 'schemas/json/sarif-2.1.0.json'), join(folder, 'json/sarif-2.1.0.json')].find(
    existsSync,
  )
  const { $schema: _, id: __, ...schema } = read(path ?? '')
  return ajv().compile(schema)
}

const url = z.url()
const openVexSchema = z.object({
  '@context': z.literal('https://openvex.dev/ns/v0.2.0'),
  '@id': url,
  author: z.string().min(1),
  timestamp: z.iso.datetime(),
  version: z.int().min(1),
  statements: z
    .array(
      z
        .object({
          vulnerability: z.object({
            name: z.string().min(1),
            '@id': url.optional(),
            aliases: z.array(z.string()).optional(),
          }),
          products: z
            .array(
              z.object({ '@id': z.string().min(1), subcomponents: z.array(z.object({ '@id': z.string() })) }),
            )
            .min(1),
          status: z.enum(['not_affected', 'affected', 'fixed', 'under_investigation']),
          action_statement: z.string().optional(),
          justification: z.string().optional(),
          impact_statement: z.string().optional(),
        })
        .refine((one) => one.status !== 'affected' || (one.action_statement ?? '') !== '')
        .refine(
          (one) => one.status !== 'not_affected' || (one.justification ?? one.impact_statement ?? '') !== '',
        ),
    )
    .min(1),
})

const gitlabTool = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  version: z.string().min(1),
  vendor: z.object({ name: z.string().min(1) }),
})
const gitlabSchema = z.object({
  version: z.string().regex(/^15\.\d+\.\d+$/),
  scan: z.object({
    type: z.literal('container_scanning'),
    status: z.enum(['success', 'failure']),
    start_time: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
    end_time: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
    analyzer: gitlabTool,
    scanner: gitlabTool,
    messages: z.array(z.object({ level: z.enum(['info', 'warn', 'fatal']), value: z.string().min(1) })),
  }),
  vulnerabilities: z.array(
    z.object({
      id: z.uuid(),
      name: z.string().max(255),
      description: z.string(),
      severity: z.enum(['Info', 'Unknown', 'Low', 'Medium', 'High', 'Critical']),
      solution: z.string().max(7000),
      identifiers: z
        .array(z.object({ type: z.string().min(1), name: z.string().min(1), value: z.string().min(1) }))
        .min(1)
        .max(20),
      links: z.array(z.object({ url: z.string() })),
      location: z.object({
        dependency: z.object({ package: z.object({ name: z.string() }), version: z.string() }),
        operating_system: z.string().min(1),
        image: z.string().min(1),
      }),
    }),
  ),
})

/** Elements by name with their attributes; throws for what is not well-formed. */
function parseXml(text: string): { readonly name: string; readonly attributes: Record<string, string> }[] {
  const elements: { name: string; attributes: Record<string, string> }[] = []
  const parser = new SaxesParser()
  parser.on('opentag', (tag) => elements.push({ name: tag.name, attributes: tag.attributes }))
  parser.on('error', (error) => {
    throw error
  })
  parser.write(text).close()
  return elements
}

/** What must hold of a report in every format. */
function holds(make: () => ScanReport): void {
  test('SARIF satisfies its schema', () => {
    const validate = sarifSchema()
    const report = make()
    const document = JSON.parse(render('sarif', report)) as { runs: { results: unknown[] }[] }
    validate(document)
    expect(validate.errors).toBeNull()
    expect(document.runs[0]?.results).toHaveLength(report.findings.flatMap(({ packages }) => packages).length)
    validate({ ...document, runs: [{ results: 3 }] })
    expect(validate.errors).not.toBeNull()
  })

  test('CycloneDX satisfies its schema, and every reference leads somewhere', () => {
    const validate = cycloneDxSchema()
    const report = make()
    const document = JSON.parse(render('cyclonedx', report)) as {
      components: { 'bom-ref': string }[]
      vulnerabilities: { id: string; affects: { ref: string }[] }[]
    }
    validate(document)
    expect(validate.errors).toBeNull()
    expect(document.vulnerabilities).toHaveLength(report.findings.length + (report.ignored?.length ?? 0))
  })

  test('SPDX satisfies the SPDX project’s own tools', async () => {
    const report = make()
    const text = render('spdx', report)
    const document = JSON.parse(text) as { packages: { externalRefs?: { referenceCategory: string }[] }[] }
    const references = document.packages.flatMap(({ externalRefs }) => externalRefs ?? [])
    expect(references.some(({ referenceCategory }) => referenceCategory === 'SECURITY')).toBe(true)
    const folder = await mkdtemp(join(tmpdir(), 'spdx-'))
    try {
      const file = join(folder, 'report.spdx.json')
      await writeFile(file, text)
      const complaints = spdxComplaints([file])
      // oxlint-disable-next-line no-console -- a check that is left out says so
      if (complaints === undefined) console.warn('not judged by spdx-tools: it cannot be installed here')
      else expect(complaints).toBe('')
    } finally {
      await rm(folder, { recursive: true })
    }
  }, 300_000)

  test('OpenVEX has what its specification asks for', () => {
    const result = openVexSchema.safeParse(JSON.parse(render('openvex', make())))
    expect(result.error?.issues ?? []).toEqual([])
  })

  test('the GitLab report has what its schema asks for', () => {
    const report = make()
    const result = gitlabSchema.safeParse(JSON.parse(render('gitlab', report)))
    expect(result.error?.issues ?? []).toEqual([])
  })

  test('JUnit is well-formed, and counts what it lists', () => {
    const report = make()
    const elements = parseXml(render('junit', report))
    const count = (name: string): number => elements.filter((one) => one.name === name).length
    expect(elements[1]?.attributes).toMatchObject({
      tests: String(count('testcase')),
      failures: String(count('failure')),
      errors: String(count('error')),
    })
    expect(count('failure')).toBe(report.findings.length)
  })

  test('JSON satisfies the published schema', () => {
    // What the meta-schema would add is a check of the schema itself.
    const { $schema: _, ...schema } = read(
      join(import.meta.dirname, '../../../../schemas/scan-report.v1.json'),
    )
    const validate = ajv().compile(schema)
    void validate(JSON.parse(render('json', make())))
    expect(validate.errors).toBeNull()
  })

  test('HTML counts its rows, and lets nothing in', () => {
    const report = make()
    const text = render('html', report)
    const body = /<table id="findings">[\s\S]*?<tbody>([\s\S]*?)<\/tbody>/.exec(text)?.[1] ?? ''
    expect(body.split('<tr>').length - 1).toBe(report.findings.length)
    expect(text).not.toMatch(/<script>alert/)
    expect(text).not.toMatch(/href="(?!https?:)/)
    expect(text).toContain("default-src 'none'")
  })

  test('Markdown fits into a comment, and lets nothing in', () => {
    const text = render('markdown', make())
    expect(text.length).toBeLessThan(65_536)
    expect(text).not.toMatch(/<script/)
  })

  test.each(outputFormats.map(({ name }) => name))(
    '%s is the same each time and ends with a line feed',
    (name) => {
      const text = render(name, make())
      expect(text).toBe(render(name, make()))
      expect(text.endsWith('\n')).toBe(true)
      // oxlint-disable-next-line no-control-regex -- that there is none is what is tested
      expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/)
    },
  )
}

describe('a report with something of everything', () => {
  holds(sampleReport)

  test('a report of very many findings still fits into a comment', () => {
    const report = sampleReport()
    const [first] = report.findings
    if (first === undefined) throw new Error('no finding')
    const findings = Array.from({ length: 3000 }, (_, index) => ({
      ...first,
      vulnerabilityId: `CVE-2026-${10000 + index}`,
    }))
    const text = render('markdown', { ...report, findings })
    expect(text.length).toBeLessThan(65_536)
    expect(text).toMatch(/… and \d+ more/)
  })

  test('what strangers wrote means nothing', () => {
    expect(render('markdown', sampleReport())).not.toContain(odd)
    expect(render('html', sampleReport())).not.toContain('<script>alert')
    expect(render('junit', sampleReport())).not.toContain(']]>')
  })
})

describeLab('a report of the lab’s Node image', ['images/node-app'], () => {
  let report: ScanReport
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'formats-'))
    const { stdout } = await runCli(['scan', labPath('images/node-app'), '--feeds', feedsDir, '-o', 'json'], {
      dataDir: folder,
    })
    report = JSON.parse(stdout) as ScanReport
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
  })
  holds(() => report)
})
