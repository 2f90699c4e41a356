// Every artifact of the lab against what independent tools say is in it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { inventoryOf } from '../support/inventory.ts'
import { describeLab, labPath, truthOf } from '../support/lab.ts'
import { compareWithTruth } from '../support/truth.ts'

/** Ecosystems that catalogers exist for. */
const types = ['deb', 'npm', 'python']

interface Artifact {
  readonly truth: string
  readonly target: string
  readonly platform?: string
}

function artifacts(): readonly Artifact[] {
  const names = readdirSync(labPath('truth')).filter((name) => /^image\..*(?<!\.vulns)\.json$/.test(name))
  return names.flatMap((name): Artifact[] => {
    const truth = name.replace(/\.json$/, '')
    const { layout, arch } = JSON.parse(readFileSync(labPath(`truth/${name}`), 'utf8')) as {
      layout: string
      arch: string
    }
    const target = labPath(layout)
    return existsSync(target) ? [{ truth, target, platform: `linux/${arch}` }] : []
  })
}

describeLab('packages of the lab’s images', ['truth/summary.json', 'images'], () => {
  const lines: string[] = []
  afterAll(() => {
    console.log(
      ['', 'artifact, ecosystem: precision and recall against the lab’s truth', ...lines].join('\n'),
    )
  })

  test.each(artifacts())('$truth', async ({ platform, target, truth }) => {
    const inventory = await inventoryOf(target, platform === undefined ? {} : { platform })
    expect(inventory.diagnostics.filter(({ level }) => level === 'error')).toEqual([])
    for (const one of compareWithTruth(inventory, truthOf(truth), types)) {
      lines.push(
        `${truth.padEnd(34)} ${one.type.padEnd(7)} ${String(one.found).padStart(5)} found, precision ${one.precision.toFixed(3)}, recall ${one.recall.toFixed(3)}`,
      )
      expect({ type: one.type, missing: one.missing, surplus: one.surplus }).toEqual({
        type: one.type,
        missing: [],
        surplus: [],
      })
    }
  })
})
