import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { PackageURL } from 'packageurl-js'
import { describe, expect, test } from 'vitest'
import { cutCopies, damagedCopies, fuzzInputs, fuzzSeed } from '../../../test/support/fuzz.ts'
import { describeLab, labPath } from '../../../test/support/lab.ts'
import { makeElf, makeMacho, makePe } from './binary/testing.ts'
import { goModules, inlineBuildInfo, pointerBuildInfo } from './go/binary/testing.ts'
import { makeZip } from './java/archive/testing.ts'
import { makeHeader, makeSqlite } from './os/rpm/testing.ts'
import { catalogers } from './registry.ts'
import { fileOfTar, runCataloger } from './testing.ts'

const json = (value: unknown): string => JSON.stringify(value)
const pomProperties = 'groupId=org.example\nartifactId=lib\nversion=1.2.3\n'
const npm = { packages: { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } } }
const composer = [
  { name: 'a/b', version: '1.0.0' },
  { name: 'c/d', version: 'v2.0.0' },
]
const toml =
  '[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "registry+https://x"\n[[package]]\nname = "b"\nversion = "2.0.0"\n'
const goInfo = goModules([
  'mod\texample.com/app\tv1.0.0',
  'dep\texample.com/a\tv1.2.3',
  '=>\texample.com/b\tv1.2.4',
])
const rpmdb = makeSqlite(
  Array.from({ length: 30 }, (_, index) =>
    makeHeader([
      [1000, `p${index}`],
      [1001, '1.0'],
      [1002, '1.el9'],
      [1014, 'x'.repeat(index * 90)],
      [1116, [0, 0]],
      [1117, ['a', 'b']],
      [1118, ['/usr/lib/']],
    ]),
  ),
  [],
  1024,
)

/** For each cataloger files that it reads packages or a distribution from. */
const samples: Readonly<Record<string, readonly (readonly [string, string | Uint8Array])[]>> = {
  'os/os-release': [
    ['etc/os-release', 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n'],
    ['etc/redhat-release', 'CentOS release 6.10 (Final)\n'],
    ['var/lib/ubuntu-advantage/status.json', json({ services: [{ name: 'esm-infra', status: 'enabled' }] })],
  ],
  'os/dpkg': [
    [
      'var/lib/dpkg/status',
      'Package: a\nStatus: install ok installed\nVersion: 1:2-3\nSource: b (1)\n\nPackage: c\nStatus: install ok installed\nVersion: 1\n',
    ],
    ['boot/grub/grub.cfg', 'set default="0"\nmenuentry x {\n\tlinux /boot/vmlinuz-6.1.0-18-amd64 ro\n}\n'],
    ['var/lib/dpkg/info/a.list', '/.\n/usr\n/usr/a\n'],
  ],
  'os/apk': [['lib/apk/db/installed', readFileSync(join(import.meta.dirname, 'os/apk/testdata/installed'))]],
  'os/rpm': [
    ['var/lib/rpm/rpmdb.sqlite', rpmdb],
    ['boot/grub2/grubenv', `saved_entry=${'a'.repeat(32)}-5.14.1-1.el9.x86_64\n`],
  ],
  'javascript/node-modules': [
    ['node_modules/a/package.json', json({ name: 'a', version: '1.0.0', license: 'MIT' })],
  ],
  'python/dist-info': [['a-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\nName: a\nVersion: 1.0\n']],
  'ruby/gemspec': [
    [
      'specifications/a-1.0.gemspec',
      '# stub: a 1.0 ruby lib\nGem::Specification.new do |s|\n  s.name = "a"\n  s.version = "1.0"\nend\n',
    ],
  ],
  'go/binary': [
    ['bin/a', makeElf([{ name: '.go.buildinfo', bytes: inlineBuildInfo('go1.21.9', goInfo) }])],
    [
      'bin/b',
      makeElf([
        { name: '.go.buildinfo', bytes: pointerBuildInfo('go1.13', goInfo, 0x1000), address: 0x1000 },
      ]),
    ],
    ['c.exe', makePe([{ name: '.data', bytes: inlineBuildInfo('go1.21.9', goInfo), writable: true }])],
    ['bin/d', makeMacho([{ name: '__go_buildinfo', bytes: inlineBuildInfo('go1.21.9', goInfo) }])],
  ],
  'rust/auditable': [
    [
      'bin/a',
      makeElf([
        { name: '.dep-v0', bytes: deflateSync(json({ packages: [{ name: 'a', version: '1.0.0' }] })) },
      ]),
    ],
  ],
  'java/archive': [
    [
      'a.jar',
      makeZip({ 'META-INF/MANIFEST.MF': 'A: b\n', 'META-INF/maven/g/a/pom.properties': pomProperties }),
    ],
    [
      'b.war',
      makeZip({ 'WEB-INF/lib/a.jar': makeZip({ 'META-INF/maven/g/a/pom.properties': pomProperties }) }),
    ],
  ],
  'dotnet/deps-json': [['a.deps.json', json({ libraries: { 'A/1.0.0': { type: 'package' } } })]],
  'php/installed-json': [['vendor/composer/installed.json', json(composer)]],
  'generic/interpreters': [
    ['bin/busybox', makeElf([{ name: '.rodata', bytes: Buffer.from('BusyBox v1.36.1') }])],
    ['opt/java/release', 'JAVA_VERSION="17.0.9"\n'],
  ],
  'javascript/package-lock': [['package-lock.json', json(npm)]],
  'javascript/yarn-lock': [
    ['yarn.lock', '# yarn lockfile v1\n\na@^1.0.0:\n  version "1.0.0"\n'],
    ['x/yarn.lock', '__metadata:\n  version: 6\n"a@npm:1":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n'],
  ],
  'javascript/pnpm-lock': [
    ['pnpm-lock.yaml', "lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {integrity: x}\n"],
  ],
  'python/requirements': [['requirements.txt', 'a==1.0\nb[c]==2.0 ; x # y\n']],
  'python/pipfile-lock': [['Pipfile.lock', json({ default: { a: { version: '==1.0' } } })]],
  'python/lock': [['uv.lock', toml.replaceAll(/source.*\n/g, '')]],
  'java/pom': [
    [
      'pom.xml',
      '<project><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>1</version></dependency></dependencies></project>',
    ],
  ],
  'java/gradle-lock': [['gradle.lockfile', 'g:a:1.0=compileClasspath\nempty=\n']],
  'ruby/gemfile-lock': [['Gemfile.lock', 'GEM\n  specs:\n    a (1.0)\n    b (2.0-java)\n']],
  'go/mod': [
    [
      'go.mod',
      'go 1.16\nrequire (\n\texample.com/a v1.0.0\n)\nreplace example.com/a => example.com/b v1.0.1\n',
    ],
  ],
  'rust/cargo-lock': [['Cargo.lock', toml]],
  'dotnet/packages-lock': [
    ['packages.lock.json', json({ dependencies: { net6: { A: { type: 'Direct', resolved: '1.0.0' } } } })],
  ],
  'dart/pubspec-lock': [['pubspec.lock', 'packages:\n  a:\n    source: hosted\n    version: "1.0.0"\n']],
  'os/bottlerocket': [
    [
      'usr/share/bottlerocket/application-inventory.json',
      json({ Content: [{ Name: 'a', Version: '1', Release: '2' }] }),
    ],
  ],
  'bitnami/components': [['opt/bitnami/.bitnami_components.json', json({ redis: { version: '7.2.4-2' } })]],
  'elixir/mix-lock': [['mix.lock', '%{\n  "a": {:hex, :a, "1.0.0", "x"},\n}\n']],
  'swift/package-resolved': [
    [
      'Package.resolved',
      json({ pins: [{ location: 'https://github.com/a/b', state: { version: '1.0.0' } }] }),
    ],
  ],
  'github/workflows': [['.github/workflows/ci.yml', 'jobs:\n  a:\n    steps:\n      - uses: a/b@v1\n']],
  'r/description': [['R/library/a/DESCRIPTION', 'Package: a\nVersion: 1.0\n']],
  'r/renv-lock': [['renv.lock', json({ Packages: { a: { Version: '1.0' } } })]],
  'haskell/freeze': [['cabal.project.freeze', 'constraints: any.a ==1.0,\n any.b ==2.0\n']],
  'php/composer-lock': [['composer.lock', json({ packages: composer })]],
}

/** Formats that cannot be cut without it being seen. */
const selfContained =
  /(?:\.sqlite|\.jar|\.war|\.json|Packages|Packages\.db|\.deps\.json|Pipfile\.lock|composer\.lock)$/

async function hold(name: string, path: string, bytes: Uint8Array) {
  const cataloger = catalogers.find((one) => one.name === name)
  if (cataloger === undefined) throw new Error(`${name} is not registered`)
  const mode = cataloger.modes[0] ?? 'installed'
  return runCataloger(cataloger, { [path]: bytes }, { mode, limits: { fileBytes: 8 * 1024 * 1024 } })
}

/** What must hold whatever was read. */
function expectSound(result: Awaited<ReturnType<typeof hold>>, what: string): void {
  for (const { name, version, purl, path } of result.packages) {
    expect(name, what).not.toBe('')
    expect(version, what).not.toBe('')
    expect(path, what).not.toBe('')
    expect(PackageURL.fromString(purl).toString(), what).toBe(purl)
  }
  for (const { code, message } of result.diagnostics) {
    expect(code, what).toMatch(/^[A-Z][A-Z0-9_]+$/)
    expect(message.length, what).toBeLessThan(1000)
  }
}

async function fuzz(name: string, path: string, bytes: Uint8Array, count: number): Promise<void> {
  const sound = await hold(name, path, bytes)
  expectSound(sound, path)
  for (const { what, bytes: damaged } of damagedCopies(bytes, fuzzSeed, count)) {
    expectSound(await hold(name, path, damaged), `${path}: ${what}`)
  }
  if (!selfContained.test(path)) return
  for (const { what, bytes: cut } of cutCopies(bytes, Math.ceil(count / 4))) {
    const result = await hold(name, path, cut)
    const lost = result.packages.length < sound.packages.length
    if (lost) expect(result.diagnostics, `${path}: ${what} lost packages without a word`).not.toEqual([])
  }
}

test('every cataloger has samples, and finds something in them', async () => {
  expect(Object.keys(samples).sort()).toEqual(catalogers.map(({ name }) => name).sort())
  for (const [name, files] of Object.entries(samples)) {
    const found = await Promise.all(
      files.map(async ([path, content]) =>
        hold(name, path, typeof content === 'string' ? Buffer.from(content) : content),
      ),
    )
    expect(
      found.some(({ packages, distribution }) => packages.length > 0 || distribution !== undefined),
      name,
    ).toBe(true)
    expect(
      found.flatMap(({ diagnostics }) => diagnostics),
      name,
    ).toEqual([])
  }
})

describe('damaged files give facts or diagnostics, never an exception', () => {
  for (const [name, files] of Object.entries(samples)) {
    test.each(files.map(([path, content]) => ({ path, content })))(
      `${name} $path`,
      async ({ path, content }) => {
        await fuzz(
          name,
          path,
          typeof content === 'string' ? Buffer.from(content) : content,
          Math.ceil(fuzzInputs / files.length),
        )
      },
    )
  }
})

/** What patterns that try every way to split a text take for ever on. */
const monotonous = [
  ' ',
  '\n',
  '\r\n',
  'a',
  '1',
  '1.',
  '-',
  '-1',
  '<!--',
  '"',
  '\\',
  '${',
  'a ',
  '=',
  ':',
  '<parent>',
  '@',
  '/',
  '(',
  'a.b-',
  '\0v1.',
  '  a\n',
]

describe('long monotonous files are read in time that grows with their size', () => {
  for (const [name, files] of Object.entries(samples)) {
    test.each(files.map(([path, content]) => ({ path, content })))(
      `${name} $path`,
      async ({ path, content }) => {
        const sample = Buffer.from(content)
        // Ten microseconds a character are what YAML takes at any length.
        const length = /ya?ml$|pubspec|yarn/.test(path) ? 20_000 : 150_000
        for (const piece of monotonous) {
          const run = piece.repeat(Math.ceil(length / piece.length))
          const middle = Math.floor(sample.length / 2)
          const inText = Buffer.concat([
            sample.subarray(0, middle),
            Buffer.from(`${run}!`),
            sample.subarray(middle),
          ])
          for (const bytes of [inText, Buffer.concat([sample, Buffer.from(run)]), Buffer.from(run)]) {
            expectSound(await hold(name, path, bytes), `${path} with ${JSON.stringify(piece)}`)
          }
          if (name === 'generic/interpreters') {
            const program = makeElf([{ name: 'x', bytes: Buffer.from(run) }])
            for (const file of [
              'node',
              'python3.11',
              'ruby',
              'php',
              'perl',
              'nginx',
              'haproxy',
              'redis-server',
              'mysqld',
              'openssl',
            ]) {
              expectSound(await hold(name, `bin/${file}`, program), `${file} with ${JSON.stringify(piece)}`)
            }
          }
          if (name === 'java/archive') {
            const archive = makeZip({
              'META-INF/maven/g/a/pom.properties': run,
              'META-INF/maven/g/b/pom.xml': run,
              'META-INF/MANIFEST.MF': `Bundle-SymbolicName: ${run}`,
            })
            expectSound(
              await hold(name, `${run.slice(0, 3000).replaceAll('\0', '')}.jar`, archive),
              `archive with ${JSON.stringify(piece)}`,
            )
          }
        }
      },
    )
  }
})

describeLab('damaged databases of the lab', ['rpm/alma8.tar', 'rpm/sles15.tar', 'rpm/alma9.tar'], () => {
  test.each([
    ['rpm/alma8.tar', 'var/lib/rpm/Packages'],
    ['rpm/sles15.tar', 'usr/lib/sysimage/rpm/Packages.db'],
    ['rpm/alma9.tar', 'var/lib/rpm/rpmdb.sqlite'],
  ])('%s', async (tar, path) => {
    const bytes = await fileOfTar(labPath(tar), path)
    await fuzz('os/rpm', path, bytes, 60)
  })
})
