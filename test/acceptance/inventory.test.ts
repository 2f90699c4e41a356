// Every artifact of the lab against what independent tools say is in it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeCycloneDx, encodeSpdx } from '../../src/sbom/index.ts'
import { inventoryOf } from '../support/inventory.ts'
import { describeLab, labPath, truthOf } from '../support/lab.ts'
import { cycloneDxSchema, spdxComplaints } from '../support/schemas.ts'
import { compareWithTruth } from '../support/truth.ts'

const about = { toolVersion: '0.0.0', created: new Date('2026-11-23T12:00:00Z') }

/** Ecosystems that catalogers exist for. */
const types = ['deb', 'rpm', 'npm', 'python', 'gem', 'java', 'go', 'rust', 'nuget']

interface Artifact {
  readonly truth: string
  readonly target: string
  readonly platform?: string
}

function artifacts(): readonly Artifact[] {
  if (!existsSync(labPath('truth'))) return []
  const names = readdirSync(labPath('truth')).filter((name) =>
    /^(?:image|rpm|lambda)\..*(?<!\.vulns)\.json$/.test(name),
  )
  return names.flatMap((name): Artifact[] => {
    const truth = name.replace(/\.json$/, '')
    const { arch, file, layout } = JSON.parse(readFileSync(labPath(`truth/${name}`), 'utf8')) as {
      layout?: string
      file?: string
      arch?: string
    }
    const stated = labPath(layout ?? file ?? `${truth.replace('.', '/')}.tar`)
    const target = existsSync(stated) ? stated : stated.replace('/images/', '/lambda/')
    return existsSync(target)
      ? [{ truth, target, ...(arch === undefined ? {} : { platform: `linux/${arch}` }) }]
      : []
  })
}

/** What truth has and we do not, with the reason. */
const exceptions: Readonly<Record<string, RegExp>> = {
  // Links to binaries that are counted where they are.
  'image.perf-large go': /^stdlib .* usr\/bin\/(?:go|gofmt)$/,
}

describeLab('packages of the lab’s artifacts', ['truth/summary.json', 'images'], () => {
  const lines: string[] = []
  const validate = cycloneDxSchema()
  let documents = ''
  beforeAll(async () => {
    documents = await mkdtemp(join(tmpdir(), 'longwatch-sboms-'))
  })
  afterAll(async () => {
    await rm(documents, { recursive: true })
    console.log(
      ['', 'artifact, ecosystem: precision and recall against the lab’s truth', ...lines].join('\n'),
    )
  })

  test.each(artifacts())('$truth', async ({ platform, target, truth }) => {
    const inventory = await inventoryOf(target, platform === undefined ? {} : { platform })
    expect(inventory.diagnostics.filter(({ level }) => level === 'error')).toEqual([])
    void validate(JSON.parse(encodeCycloneDx(inventory, about)))
    expect(validate.errors).toBeNull()
    await writeFile(join(documents, `${truth}.spdx.json`), encodeSpdx(inventory, about))
    for (const one of compareWithTruth(inventory, truthOf(truth), types)) {
      lines.push(
        `${truth.padEnd(34)} ${one.type.padEnd(7)} ${String(one.found).padStart(5)} found, precision ${one.precision.toFixed(3)}, recall ${one.recall.toFixed(3)}`,
      )
      const excepted = exceptions[`${truth} ${one.type}`]
      const missing = one.missing.filter((row) => excepted?.test(row) !== true)
      expect({ type: one.type, missing, surplus: one.surplus }).toEqual({
        type: one.type,
        missing: [],
        surplus: [],
      })
    }
  })

  test('their SPDX documents satisfy the SPDX project’s own tools', async () => {
    // The tools take minutes for thousands of packages; those of the large image are of the same kinds.
    const names = (await readdir(documents)).filter((name) => !name.includes('perf-large'))
    expect(names.length).toBeGreaterThan(20)
    const complaints = spdxComplaints(names.map((name) => join(documents, name)))
    if (complaints === undefined) console.warn('not judged by spdx-tools: it cannot be installed here')
    else expect(complaints).toBe('')
  }, 600_000)
})
