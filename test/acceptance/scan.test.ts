// The main job as users do it: real images from a real registry, real feeds, the command line.
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunResult } from '../../src/cli/testing.ts'
import { runCli } from '../../src/cli/testing.ts'
import type { ScanReport } from '../../src/cli/report/report.ts'
import { describeLab, feedsDir, labPath, truthOf } from '../support/lab.ts'
import { startRegistry } from '../support/registry.ts'
import type { LabRegistry } from '../support/registry.ts'
import { compareWithTruth } from '../support/truth.ts'

let dataDir = ''
let registry: LabRegistry
const nodeImage = labPath('images/node-app')
const debianImage = labPath('images/debian-bullseye-base')

const cli = async (...argv: string[]): Promise<RunResult> => runCli(argv, { dataDir })
const scan = async (target: string, ...more: string[]): Promise<RunResult> =>
  cli('scan', target, '--feeds', feedsDir, ...more)

async function report(target: string, ...more: string[]): Promise<ScanReport> {
  const { status, stderr, stdout } = await scan(target, '-o', 'json', ...more)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return JSON.parse(stdout) as ScanReport
}

/** What must be equal whichever way an image came. */
const essence = ({ findings, packages, unknowns }: ScanReport) => ({ findings, packages, unknowns })
const withoutLayers = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'layer' ? undefined : inner)))

describeLab(
  'longwatch scan',
  ['truth/summary.json', 'images/node-app', 'archives/node-app.docker.tar'],
  () => {
    beforeAll(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'longwatch-data-'))
      registry = startRegistry('acceptance-scan', 5071)
      registry.push(`oci:${nodeImage}:latest`, 'lab/node-app:1')
      registry.push(`oci:${debianImage}:latest`, 'lab/debian:11')
      const update = await cli('db', 'update', 'npm', 'Debian', '--feeds', feedsDir)
      expect({ status: update.status, stderr: update.stderr }).toEqual({ status: 0, stderr: '' })
    })
    afterAll(async () => {
      registry.stop()
      await rm(dataDir, { recursive: true })
    })

    test('a Node image: from a registry, a layout and an archive, each finding with its proof', async () => {
      const fromRegistry = await report(`${registry.host}/lab/node-app:1`)
      const fromLayout = await report(nodeImage)
      const fromArchive = await report(labPath('archives/node-app.docker.tar'))
      expect(essence(fromLayout)).toEqual(essence(fromRegistry))
      // An archive keeps layers unpacked: the same content under other digests.
      expect(withoutLayers(essence(fromArchive))).toEqual(withoutLayers(essence(fromRegistry)))
      for (const one of compareWithTruth(
        { ...fromRegistry, packages: fromRegistry.packages },
        truthOf('image.node-app'),
        ['deb', 'npm'],
      )) {
        expect(one).toMatchObject({ precision: 1, recall: 1 })
      }
      const lodash = fromRegistry.findings.find(({ vulnerabilityId }) => vulnerabilityId === 'CVE-2021-23337')
      expect(lodash?.packages).toMatchObject([
        {
          name: 'lodash',
          version: '4.17.15',
          fixedVersion: '4.17.21',
          locations: [
            {
              path: 'app/node_modules/lodash/package.json',
              layer: fromRegistry.artifact.layers[1]?.digest,
            },
          ],
          evidence: [
            {
              feed: 'osv/npm',
              advisory: 'GHSA-35jh-r3h4-6jhm',
              key: 'npm/lodash',
              comparedVersion: '4.17.15',
              range: expect.stringContaining('< 4.17.21') as string,
            },
          ],
        },
      ])
      const minimist = fromRegistry.findings.find(
        ({ vulnerabilityId }) => vulnerabilityId === 'CVE-2021-44906',
      )
      expect(minimist?.packages.map(({ fixedVersion, version }) => [version, fixedVersion])).toEqual([
        ['0.0.10', '0.2.4'],
        ['1.2.0', '1.2.6'],
      ])
    })

    test('a Debian image: from a registry, a layout and as a root filesystem', async () => {
      const root = await mkdtemp(join(tmpdir(), 'longwatch-root-'))
      try {
        execFileSync('tar', [
          '-xf',
          labPath('rootfs/debian-bullseye-base.tar'),
          '-C',
          root,
          '--exclude=./dev',
        ])
        const fromRegistry = await report(`${registry.host}/lab/debian:11`)
        const fromLayout = await report(debianImage)
        const fromFolder = await report(root)
        expect(essence(fromLayout)).toEqual(essence(fromRegistry))
        expect(withoutLayers(essence(fromFolder))).toEqual(withoutLayers(essence(fromRegistry)))
        expect(fromRegistry.findings.length).toBeGreaterThan(0)
        expect(compareWithTruth(fromRegistry, truthOf('image.debian-bullseye-base'))).toMatchObject([
          { type: 'deb', precision: 1, recall: 1 },
        ])
      } finally {
        await rm(root, { recursive: true, force: true })
      }
    })

    test('the gate: 1 when something fails it, 0 below it', async () => {
      expect((await scan(nodeImage, '--fail-on', 'critical,high', '--fixable-only')).status).toBe(1)
      expect((await scan(nodeImage, '--min-score', '9.9')).status).toBe(0)
      expect((await scan(labPath('images/debian-trixie'), '--fail-on', 'critical')).status).toBe(0)
    })

    test('packages that an upper layer deletes are not reported', async () => {
      const { packages } = await report(labPath('images/deleted-langs'))
      const truth = truthOf('image.deleted-langs')
      expect(
        packages.filter(({ type }) => type === 'npm').flatMap(({ locations }) => locations),
      ).toHaveLength(truth.packages.filter(({ type }) => type === 'npm').length)
    })

    test('the same scan twice gives the same bytes but for the times', async () => {
      const runs = [
        await scan(nodeImage, '-o', 'json', '--no-cache'),
        await scan(nodeImage, '-o', 'json'),
        await scan(nodeImage, '-o', 'json'),
      ]
      const texts = runs.map(({ stdout }) => stdout.replaceAll(/"(?:scannedAt|checkedAt)": "[^"]*"/g, ''))
      expect(new Set(texts).size).toBe(1)
    })

    test('a table that fits, without colours in a pipe', async () => {
      const { stdout } = await scan(nodeImage)
      expect(stdout).toContain('lodash')
      // oxlint-disable-next-line no-control-regex -- that there is none is what is tested
      expect(stdout).not.toMatch(/\u001b/)
    })

    describe('bad input has one clear error each', () => {
      test.each([
        ['./nothing-here', 3, 'TARGET_NOT_FOUND'],
        ['registry:lab/UPPER:1', 2, 'REFERENCE_INVALID'],
        ['dir:./nothing-here', 3, 'TARGET_NOT_FOUND'],
        ['oci-archive:./nothing-here.tar', 3, 'TARGET_UNREADABLE'],
        [`oci:${nodeImage}:nope`, 3, 'TAG_UNKNOWN'],
      ])('%s ends with %i and %s', async (target, status, code) => {
        const result = await scan(target)
        expect({ status: result.status, stdout: result.stdout }).toEqual({ status, stdout: '' })
        expect(result.stderr).toContain(`[${code}]`)
        expect(result.stderr.trim().split('\n')).toHaveLength(2)
      })

      test('an unknown tag names some that exist', async () => {
        const { status, stderr } = await scan(`${registry.host}/lab/node-app:2`)
        expect(status).toBe(3)
        expect(stderr).toMatch(/\[TAG_UNKNOWN\]\n.*\b1\b/)
      })

      test('a registry that wants credentials', async () => {
        const guarded = startRegistry('acceptance-auth', 5073, '--auth', 'lab:secret')
        try {
          const refused = await scan(`${guarded.host}/lab/node-app:1`)
          expect(refused.status).toBe(3)
          expect(refused.stderr).toContain('[REGISTRY_UNAUTHORIZED]')
          const wrong = await runCli(
            [
              'scan',
              `${guarded.host}/lab/none:1`,
              '--username',
              'lab',
              '--password-stdin',
              '--feeds',
              feedsDir,
            ],
            { dataDir, input: 'secret\n' },
          )
          expect(wrong.stderr).toContain('[TARGET_NOT_FOUND]')
          expect(wrong.stderr + refused.stderr).not.toContain('secret')
        } finally {
          guarded.stop()
        }
      })

      test('a registry that hangs', async () => {
        const silent = createServer(() => undefined)
        await new Promise<void>((resolve) => {
          silent.listen(0, '127.0.0.1', resolve)
        })
        const { port } = silent.address() as AddressInfo
        const { status, stderr } = await scan(`127.0.0.1:${port}/a/b:1`, '--limit', 'idleMilliseconds=300')
        silent.close()
        expect(status).toBe(3)
        expect(stderr).toContain('[REGISTRY_TIMEOUT]')
      })

      test.each([
        ['truncated-layer', 'LAYER_TRUNCATED'],
        ['digest-mismatch', 'LAYER_DIGEST_MISMATCH'],
        ['path-traversal', 'PATH_OUTSIDE'],
        ['symlink-escape', 'LINK_OUTSIDE'],
        ['not-a-tar', 'NOT_A_TAR'],
        ['missing-blob', 'LAYER_MISSING'],
      ])('%s: the layer is named, the rest is kept, and the status is 3', async (name, code) => {
        const { status, stderr, stdout } = await scan(labPath(`hostile/${name}`), '-o', 'json')
        const partial = JSON.parse(stdout) as ScanReport
        expect(status).toBe(3)
        expect(stderr).toContain(`[${code}]`)
        expect(stderr).toMatch(/sha256:[0-9a-f]{64}/)
        expect(partial.summary.complete).toBe(false)
        expect(partial.packages.filter(({ type }) => type === 'deb')).toHaveLength(96)
      })

      test('a layer that is served damaged', async () => {
        registry.push(`oci:${labPath('images/ruby-app')}:latest`, 'lab/damaged:1')
        registry.corrupt('lab/damaged:1', 'flip')
        const { status, stderr } = await scan(`${registry.host}/lab/damaged:1`, '--no-cache')
        expect(status).toBe(3)
        expect(stderr).toContain('[LAYER_DIGEST_MISMATCH]')
      })
    })
  },
)
