import * as fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, test } from 'vitest'
import type { ScanReport } from '../../report/report.ts'
import { plainStyles } from '../style.ts'
import { outputFormats } from './registry.ts'
import { sampleReport } from './testing.ts'

function render(name: string, report: ScanReport): string {
  const format = outputFormats.find((one) => one.name === name)
  if (format === undefined) throw new Error(`no format ${name}`)
  return format.render(report, { width: 100, style: plainStyles, groupBy: 'vulnerability' })
}

/** The sample with that text wherever a stranger's text can be. */
function saying(text: string): ScanReport {
  const report = sampleReport()
  return {
    ...report,
    artifact: { ...report.artifact, target: text },
    findings: report.findings.map((finding) => ({
      ...finding,
      title: text,
      description: text,
      references: [text, `https://example.org/${text}`],
      packages: finding.packages.map((one) => ({
        ...one,
        name: text,
        version: text,
        fixedVersion: text,
        locations: [{ path: text }],
      })),
    })),
    unknowns: [{ code: 'VERSION_UNPARSABLE', message: text, vulnerabilityId: 'CVE-2020-1', packages: [] }],
    diagnostics: [{ level: 'error', code: 'LAYER_TRUNCATED', message: text, remedy: text, path: text }],
  }
}

const marks = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  ']]><x>',
  '\u0000\u0008\u001b[31m',
  '\ufffe\uffff',
  '\ud800',
  '\udc00a',
  '\u202egnp.exe',
  '| `a` | [x](javascript:alert(1))\n# heading',
  '@someone www.example.org https://example.org',
  '{0} {{',
  '%00%',
  '../../etc/passwd',
]
const texts = fc.oneof(
  fc.constantFrom(...marks),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.tuple(fc.constantFrom(...marks), fc.string({ maxLength: 20 })).map(([a, b]) => b + a + b),
)

describe('texts of strangers', () => {
  test.each(['json', 'sarif', 'cyclonedx', 'spdx', 'openvex', 'gitlab'])(
    '%s stays JSON whatever they are',
    (name) => {
      fc.assert(
        fc.property(texts, (text) => {
          expect(() => JSON.parse(render(name, saying(text))) as unknown).not.toThrow()
        }),
        { numRuns: 60 },
      )
    },
  )

  test('JUnit stays well-formed XML', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const parser = new SaxesParser()
        parser.on('error', (error) => {
          throw error
        })
        expect(() => parser.write(render('junit', saying(text))).close()).not.toThrow()
      }),
      { numRuns: 200 },
    )
  })

  test('HTML has the same elements whatever they are', () => {
    const elements = (text: string): readonly string[] =>
      [...render('html', saying(text)).matchAll(/<\/?[a-z0-9!]+(?= |>)/g)].map(([tag]) => tag)
    // Links depend on whether the text makes an address.
    const withoutLinks = (text: string): readonly string[] =>
      elements(text).filter((tag) => !/^<\/?(?:a|li)$/.test(tag))
    const expected = withoutLinks('plain')
    fc.assert(
      fc.property(texts, (text) => {
        expect(withoutLinks(text)).toEqual(expected)
      }),
      { numRuns: 200 },
    )
  })

  test('HTML shows the marks that turn the direction of text', () => {
    expect(render('html', saying('\u202egnp.exe'))).not.toContain('\u202e')
  })

  test('HTML links only to the web', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const [, address] of render('html', saying(text)).matchAll(/href="([^"]*)"/g)) {
          expect(address).toMatch(/^https?:\/\//)
        }
      }),
      { numRuns: 100 },
    )
  })

  test.each(marks)('Markdown: %j makes no row, no link, no markup and mentions nobody', (text) => {
    const shown = render('markdown', saying(text))
    const rows = (report: string): number => report.split('\n').filter((line) => line.startsWith('|')).length
    expect(rows(shown)).toBe(rows(render('markdown', saying('plain'))))
    const outsideOfCode = shown.replaceAll(/<code>[^<\n]*<\/code>/g, '')
    expect(outsideOfCode).not.toMatch(/@[a-z]|<(?!\/?(?:details|summary)>)|(?<!\\)\[x|\bwww\./)
  })
})

test.each(['sarif', 'markdown', 'openvex', 'spdx'])(
  '%s links to the page of the vulnerability rather than to a patch of it',
  (name) => {
    const sample = sampleReport()
    const page = 'https://nvd.nist.gov/vuln/detail/CVE-2021-23337'
    const findings = sample.findings.slice(1, 2).map((finding) => ({
      ...finding,
      references: ['https://github.com/lodash/lodash/commit/3469357', page],
    }))
    const text = render(name, { ...sample, findings })
    expect(text).toContain(page)
    if (name !== 'sarif') expect(text).not.toContain('/commit/')
    else expect(text).toContain(`"helpUri": "${page}"`)
  },
)

describe('what was hidden', () => {
  const hidden = sampleReport().ignored?.[0]
  if (hidden === undefined) throw new Error('nothing is hidden')
  const { expires: _, ...byVex } = hidden
  const report: ScanReport = {
    ...sampleReport(),
    findings: [],
    unknowns: [],
    ignored: [hidden, { ...byVex, vulnerabilityId: 'CVE-2020-2', reason: 'vendor: not affected' }],
  }

  test('a rule accepts a risk, only VEX says that there is none: OpenVEX', () => {
    const { statements } = JSON.parse(render('openvex', report)) as {
      statements: { status: string; action_statement?: string }[]
    }
    expect(statements.map(({ status }) => status)).toEqual(['affected', 'not_affected'])
    expect(statements[0]?.action_statement).toBe('Accepted until 2027-01-01: not reachable, SEC-1')
  })

  test('a rule accepts a risk, only VEX says that there is none: CycloneDX', () => {
    const { vulnerabilities } = JSON.parse(render('cyclonedx', report)) as {
      vulnerabilities: { analysis?: { state: string } }[]
    }
    expect(vulnerabilities.map(({ analysis }) => analysis?.state)).toEqual(['in_triage', 'not_affected'])
  })
})

describe('what could not be told', () => {
  test.each([
    ['sarif', 'Could not be told'],
    ['gitlab', 'could not be told'],
    ['junit', '<skipped'],
    ['openvex', 'under_investigation'],
    ['markdown', 'could not be told'],
    ['html', 'Could not be told'],
  ])('%s says so', (name, words) => {
    expect(render(name, sampleReport())).toContain(words)
    expect(render(name, { ...sampleReport(), unknowns: [] })).not.toContain(words)
  })

  test('an end of life hangs on the system: CycloneDX and SPDX', () => {
    const sample = sampleReport()
    const report = { ...sample, packages: sample.packages.filter(({ name }) => name !== 'debian') }
    const bom = JSON.parse(render('cyclonedx', report)) as {
      components: { 'bom-ref': string }[]
      vulnerabilities: { affects: { ref: string }[] }[]
    }
    const refs = new Set(bom.components.map((one) => one['bom-ref']))
    for (const { ref } of bom.vulnerabilities.slice(0, 3).flatMap(({ affects }) => affects)) {
      expect(refs).toContain(ref)
    }
    const spdx = JSON.parse(render('spdx', report)) as {
      packages: { SPDXID: string; externalRefs?: { comment?: string }[] }[]
    }
    const system = spdx.packages.find(({ SPDXID }) => SPDXID === 'SPDXRef-OperatingSystem')
    expect(system?.externalRefs?.map(({ comment }) => comment)).toEqual([
      expect.stringContaining('EOL-debian-10'),
    ])
  })
})
