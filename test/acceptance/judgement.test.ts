// Findings of real artifacts against an expectation that none of our code computes: package lists from the native package managers,
// advisories as their files state them, versions compared by dpkg and rpm themselves.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { zipOf } from '../../src/advisories/feeds/testing.ts'
import type { ScanReport } from '../../src/cli/report/report.ts'
import { runCli } from '../../src/cli/testing.ts'
import { describeLab, feedsDir, labPath, labScripts, truthOf } from '../support/lab.ts'
import type { TruthPackage } from '../support/lab.ts'
import { dpkgBefore, hasTool, rpmOrder } from '../support/native-order.ts'
import type { OsvRecord } from '../support/osv-export.ts'
import { readOsvExport } from '../support/osv-export.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longwatch-judgement-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

/** `package CVE`, sorted, for the packages of the system. */
async function found(image: string, feeds: string): Promise<readonly string[]> {
  const { stdout } = await runCli(['scan', labPath(`images/${image}`), '--feeds', feeds, '-o', 'json'], {
    dataDir: join(folder, feeds === feedsDir ? 'mirror' : 'changelogs'),
  })
  const { findings } = JSON.parse(stdout) as ScanReport
  const lines = findings
    .filter(({ type }) => type === 'PACKAGE_VULNERABILITY')
    .flatMap(({ packages, vulnerabilityId }) =>
      packages
        .filter(({ type }) => type === 'deb' || type === 'rpm')
        .map(({ name, version }) => `${name} ${version} ${vulnerabilityId}`),
    )
  return [...new Set(lines)].sort()
}

const unique = (lines: readonly string[]): readonly string[] => [...new Set(lines)].sort()
const cvesOf = ({ aliases = [], upstream = [], related = [] }: OsvRecord): readonly string[] =>
  unique([...aliases, ...upstream, ...related].filter((id) => id.startsWith('CVE-')))
const fixedIn = (
  record: OsvRecord,
  ecosystem: string,
): readonly { readonly name: string; readonly fixed: string }[] =>
  (record.affected ?? []).flatMap(({ package: one, ranges = [] }) =>
    one?.ecosystem === ecosystem
      ? ranges.flatMap(({ events }) =>
          events.flatMap(({ fixed }) => (fixed === undefined ? [] : [{ name: one.name, fixed }])),
        )
      : [],
  )

const debianImages = [
  'debian-bookworm-base',
  'debian-bookworm-upgraded',
  'debian-purged',
  'node-app',
  'python-app',
]

describeLab(
  'Debian 12 against the advisories of its changelogs',
  debianImages.map((name) => `images/${name}`),
  () => {
    let records: readonly OsvRecord[] = []
    let feeds = ''
    beforeAll(async () => {
      const file = join(labScripts, 'data/debian-12-changelog-advisories.json.gz')
      records = (JSON.parse(gunzipSync(await readFile(file)).toString('utf8')) as { osv: OsvRecord[] }).osv
      feeds = join(folder, 'feeds')
      const exported = join(feeds, 'osv-vulnerabilities.storage.googleapis.com/Debian')
      await mkdir(exported, { recursive: true })
      await writeFile(
        join(exported, 'all.zip'),
        zipOf(Object.fromEntries(records.map((one) => [`${one.id}.json`, JSON.stringify(one)]))),
      )
    })

    /** Headers of the kernel have none of its flaws. */
    const isHeaders = ({ name }: TruthPackage): boolean => name === 'linux-libc-dev'

    function expected(image: string): readonly string[] {
      const candidates = truthOf(`image.${image}`).packages.filter(
        (item) => item.type === 'deb' && !isHeaders(item),
      )
      const pairs = records.flatMap((record) =>
        fixedIn(record, 'Debian:12').flatMap(({ name, fixed }) =>
          candidates
            .filter((item) => (item.source ?? item.name) === name)
            .map((item) => ({
              item,
              fixed,
              installed: item.sourceVersion ?? item.version,
              cves: cvesOf(record),
            })),
        ),
      )
      const before = dpkgBefore(pairs.map(({ installed, fixed }) => [installed, fixed]))
      return unique(
        pairs.flatMap(({ item, cves }, index) =>
          before[index] === true ? cves.map((cve) => `${item.name} ${item.version} ${cve}`) : [],
        ),
      )
    }

    test.each(debianImages)(
      '%s has exactly those whose fix is newer than the installed source',
      async (image) => {
        expect(hasTool('dpkg')).toBe(true)
        expect(records.length).toBeGreaterThan(7000)
        const wanted = expected(image)
        if (image !== 'debian-bookworm-upgraded') expect(wanted.length).toBeGreaterThan(0)
        expect(await found(image, feeds)).toEqual(wanted)
      },
    )
  },
)

const rpmVersion = ({ epoch, version, release }: TruthPackage): string =>
  `${epoch ?? 0}:${version}-${release ?? ''}`

describe('rpm', () => {
  /** A container runs on the kernel of its host. */
  const judged = (image: string): readonly TruthPackage[] =>
    truthOf(`image.${image}`).packages.filter(
      ({ name, type }) => type === 'rpm' && !/^kernel(?:-core|-modules|-modules-core|-headers)?$/.test(name),
    )

  /** `nodejs:18` of the package's label. */
  const streamOf = ({ modularity }: TruthPackage): string | undefined =>
    typeof modularity === 'string' && modularity !== '(none)'
      ? modularity.split(':').slice(0, 2).join(':')
      : undefined
  const isModular = (version: string): boolean => /\.module[_+]el/.test(version)

  /** An entry of a module's build concerns packages of that stream; others concern others. */
  function concerns(item: TruthPackage, fixed: string, title: string): boolean {
    const stream = streamOf(item)
    if (isModular(fixed) !== (stream !== undefined)) return false
    if (stream === undefined) return true
    const named = [...title.matchAll(/([a-z][\w.-]*):([\w.-]+)/g)].map(([whole]) => whole)
    const own = named.filter((one) => one.startsWith(`${stream.split(':')[0] ?? ''}:`))
    return own.length === 0 || own.includes(stream)
  }

  describeLab('AlmaLinux against its own advisories', ['images/rpm-alma8', 'images/rpm-alma9'], () => {
    test.each([
      ['rpm-alma8', 'AlmaLinux:8'],
      ['rpm-alma9', 'AlmaLinux:9'],
    ])('%s has exactly those whose fix rpm puts after the installed version', async (image, ecosystem) => {
      const packages = judged(image)
      const byName = Map.groupBy(packages, ({ name }) => name)
      const entries: {
        readonly item: TruthPackage
        readonly fixed: string
        readonly id: string
        readonly cves: readonly string[]
      }[] = []
      for await (const record of readOsvExport(
        join(feedsDir, 'osv-vulnerabilities.storage.googleapis.com/AlmaLinux/all.zip'),
      )) {
        if (record.withdrawn !== undefined) continue
        const cves = cvesOf(record)
        const ids = cves.length === 0 ? [record.id] : cves
        for (const { name, fixed } of fixedIn(record, ecosystem))
          for (const item of byName.get(name) ?? [])
            if (concerns(item, fixed, record.summary ?? ''))
              entries.push({ item, fixed, id: record.id, cves: ids })
      }
      const order = rpmOrder(entries.map(({ item, fixed }) => [rpmVersion(item), fixed]))
      // an advisory that names several builds of a package as fixed has the installed one among them
      const builds = new Set(
        entries.flatMap(({ id, item }, index) =>
          order[index] === 0 ? [`${id} ${rpmVersion(item)} ${item.name}`] : [],
        ),
      )
      const wanted = entries.flatMap(({ item, id, cves }, index) =>
        order[index] === -1 && !builds.has(`${id} ${rpmVersion(item)} ${item.name}`)
          ? cves.map((cve) => `${item.name} ${rpmVersion(item)} ${cve}`)
          : [],
      )
      expect(entries.length).toBeGreaterThan(100)
      expect(await found(image, feedsDir)).toEqual(unique(wanted))
    })
  })

  /** What updateinfo.xml says, read with nothing but expressions. */
  async function updateInfo(line: string): Promise<
    readonly {
      readonly names: readonly { readonly name: string; readonly arch: string; readonly fixed: string }[]
      readonly cves: readonly string[]
    }[]
  > {
    const root = join(feedsDir, 'cdn.amazonlinux.com', line)
    const paths = await readdir(root, { recursive: true })
    const file = paths.find((path) => path.includes('x86_64') && path.endsWith('updateinfo.xml.gz'))
    const text = gunzipSync(await readFile(join(root, file ?? ''))).toString('utf8')
    const attribute = (tag: string, name: string): string =>
      new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
    return text
      .split('<update ')
      .slice(1)
      .map((update) => ({
        names: [...update.matchAll(/<package [^>]*>/g)].map(([tag]) => ({
          name: attribute(tag, 'name'),
          arch: attribute(tag, 'arch'),
          fixed: `${attribute(tag, 'epoch') || '0'}:${attribute(tag, 'version')}-${attribute(tag, 'release')}`,
        })),
        cves: unique(
          [...update.matchAll(/<reference [^>]*>/g)]
            .map(([tag]) => attribute(tag, 'id'))
            .filter((id) => id.startsWith('CVE-')),
        ),
      }))
  }

  describeLab('Amazon Linux against its own advisories', ['images/rpm-amzn2', 'images/rpm-amzn2023'], () => {
    test.each([
      ['rpm-amzn2', '2/core'],
      ['rpm-amzn2023', 'al2023/core'],
    ])('%s has exactly those whose fix rpm puts after the installed version', async (image, line) => {
      const packages = judged(image)
      const pairs = (await updateInfo(line)).flatMap(({ names, cves }) =>
        names.flatMap(({ name, arch, fixed }) =>
          packages
            .filter((item) => item.name === name && (item.arch === arch || item.arch === 'noarch'))
            .map((item) => ({ item, fixed, cves })),
        ),
      )
      const order = rpmOrder(pairs.map(({ item, fixed }) => [rpmVersion(item), fixed]))
      const wanted = pairs.flatMap(({ item, cves }, index) =>
        order[index] === -1 ? cves.map((cve) => `${item.name} ${rpmVersion(item)} ${cve}`) : [],
      )
      expect(wanted.length).toBeGreaterThan(0)
      expect(await found(image, feedsDir)).toEqual(unique(wanted))
    })
  })
})
