// Language ecosystems.
import { expect } from 'vitest'
import { zipOf } from '../../src/advisories/feeds/testing.ts'
import { isUnparsable, schemeNamed } from '../../src/versions/index.ts'
import { advisory, answersOf, assessmentOf, inventoryOfFiles, numbers, os, pkg, section } from './support.ts'

/** Throws unless the scheme puts every version before the next, or makes them equal where `=` stands between. */
function expectOrder(name: string, line: string): void {
  const scheme = schemeNamed(name)
  if (scheme === undefined) throw new Error(`no scheme ${name}`)
  const words = line.split(' ')
  for (let index = 0; index + 2 < words.length; index += 2) {
    const [left = '', operator = '', right = ''] = words.slice(index, index + 3)
    const [a, b] = [scheme.parse(left), scheme.parse(right)]
    if (isUnparsable(a) || isUnparsable(b)) throw new Error(`${left} or ${right} is no ${name} version`)
    const order = { '<': -1, '=': 0, '>': 1 }[operator]
    expect(Math.sign(scheme.compare(a, b)), `${left} ${operator} ${right}`).toBe(order)
    expect(Math.sign(scheme.compare(b, a)) + Math.sign(scheme.compare(a, b)), `${right} and ${left}`).toBe(0)
  }
}

section('section 5 (language ecosystems)', numbers(32, 43), (hardCase) => {
  hardCase(32, 'what a comprehensive distribution ships is judged by the distribution alone', () => {
    const owner = pkg('rpm', 'python3-requests', '2.25.1-8.el9')
    const owned = pkg('pypi', 'requests', '2.25.1', { ownedBy: owner.purl })
    const bare = pkg('pypi', 'requests', '2.25.1', { purl: 'pkg:pypi/requests@2.25.1?in=venv' })
    const input = {
      packages: [owner, owned, bare],
      on: os('rhel', '9.2'),
      advisories: [
        advisory('GHSA-j8r2-6x86-q33q', [{ of: 'PyPI/requests', events: ['2.3.0', '!2.31.0'] }], {
          cves: ['CVE-2023-32681'],
        }),
        advisory(
          'RHSA-2023:4350',
          [
            {
              of: 'Red Hat:enterprise_linux:9::baseos/python3-requests',
              events: ['0', '!0:2.25.1-7.el9_2'],
            },
          ],
          { cves: ['CVE-2023-32681'] },
        ),
      ],
    }
    expect(answersOf(input)).toEqual([
      'python3-requests CVE-2023-32681 not-affected FIXED',
      'requests CVE-2023-32681 not-affected OWNED_BY_OS_PACKAGE',
      'requests CVE-2023-32681 affected AFFECTED_RANGE 2.31.0',
    ])
    expect(assessmentOf(input).findings[0]?.packages.map(({ purl }) => purl)).toEqual([bare.purl])
  })

  hardCase(32, 'ruamel.yaml, ruamel-yaml and Ruamel_Yaml are one name', () => {
    const advisories = [advisory('CVE-2019-20478', [{ of: 'PyPI/ruamel.yaml', events: ['0', '!0.16.7'] }])]
    for (const name of ['ruamel.yaml', 'ruamel-yaml', 'Ruamel_Yaml'])
      expect(answersOf({ packages: [pkg('pypi', name, '0.16.6')], advisories })).toEqual([
        `${name} CVE-2019-20478 affected AFFECTED_RANGE 0.16.7`,
      ])
  })

  hardCase(
    33,
    'PEP 440: epochs, pre- and post-releases, local versions; what is none of these cannot be told',
    () => {
      expectOrder('pep440', '1.0.dev1 < 1.0a1 < 1.0rc1 < 1.0 < 1.0.post1 < 1.1 < 1!0.1')
      expectOrder('pep440', '1.0 < 1.0+x < 1.0.post1')
      const advisories = [advisory('PYSEC-2024-1', [{ of: 'PyPI/pytz', events: ['0', '!2023.1'] }])]
      expect(answersOf({ packages: [pkg('pypi', 'pytz', '2004d')], advisories })).toEqual([
        'pytz unknown VERSION_UNPARSABLE',
      ])
    },
  )

  hardCase(34, 'a package installed under an alias is judged by its own name', async () => {
    const { packages } = await inventoryOfFiles({
      'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
      'app/node_modules/string-width-cjs/package.json': '{"name":"string-width","version":"4.2.3"}',
      'app/node_modules/string-width-cjs/esm/package.json': '{"type":"module"}',
    })
    expect(packages.map(({ name, version, notes }) => [name, version, notes])).toEqual([
      ['string-width', '4.2.3', ['installed as string-width-cjs']],
    ])
    const advisories = [
      advisory('GHSA-1', [{ of: 'npm/string-width', events: ['0', '!4.2.4'] }]),
      advisory('MAL-2', [{ of: 'npm/string-width-cjs', events: ['0'] }]),
    ]
    expect(answersOf({ packages, advisories })).toEqual(['string-width GHSA-1 affected AFFECTED_RANGE 4.2.4'])
  })

  hardCase(
    34,
    'lock files name the package and not the folder, in every version of their format',
    async () => {
      const integrity = 'sha512-aaaa'
      const third = {
        lockfileVersion: 3,
        packages: {
          '': { name: 'app', version: '1.0.0' },
          'node_modules/string-width-cjs': { name: 'string-width', version: '4.2.3', integrity },
          'node_modules/tool/node_modules/string-width': { version: '5.1.2', inBundle: true },
          'packages/own': { version: '1.0.0' },
          'node_modules/own': { resolved: 'packages/own', link: true },
        },
      }
      const first = {
        lockfileVersion: 1,
        dependencies: { 'string-width-cjs': { version: 'npm:string-width@4.2.3', integrity } },
      }
      const names = async (lock: object): Promise<readonly string[]> => {
        const { packages } = await inventoryOfFiles({ 'package-lock.json': JSON.stringify(lock) })
        return packages
          .filter(({ name }) => name !== 'app' && name !== 'own')
          .map(({ name, version }) => `${name} ${version}`)
      }
      expect(await names(third)).toEqual(['string-width 4.2.3', 'string-width 5.1.2'])
      expect(await names(first)).toEqual(['string-width 4.2.3'])
    },
  )

  hardCase(35, 'prereleases take part in the order, whatever satisfies() hides', () => {
    const advisories = [
      advisory('CVE-2024-34351', [{ of: 'npm/next', events: ['13.4.0', '!14.1.1'] }]),
      advisory('CVE-2023-46298', [{ of: 'npm/next', events: ['0.9.9', '!13.4.20-canary.13'] }]),
    ]
    const answer = (version: string) =>
      answersOf({ packages: [pkg('npm', 'next', version)], advisories, include: 'findings' })
    expect(answer('16.2.4')).toEqual([])
    expect(answer('13.4.20-canary.12')).toHaveLength(2)
    expect(answer('13.4.20-canary.13')).toEqual(['next CVE-2024-34351 affected AFFECTED_RANGE 14.1.1'])
    expect(answer('14.1.1-canary.1')).toEqual(['next CVE-2024-34351 affected AFFECTED_RANGE 14.1.1'])
  })

  hardCase(36, "Maven's order is Maven's", () => {
    expectOrder('maven', '4.1 = 4.1.0')
    expectOrder('maven', '1-ga = 1')
    expectOrder('maven', '1.0-SNAPSHOT < 1.0')
    expectOrder('maven', '2.414.2 < 2.414.2-cb-5')
    const advisories = [
      advisory('CVE-2025-1', [
        { of: 'Maven/com.microsoft.sqlserver:mssql-jdbc', events: ['12.9.0.jre8', '!12.10.2.jre11'] },
      ]),
    ]
    const answer = (version: string) =>
      answersOf({
        packages: [pkg('maven', 'com.microsoft.sqlserver:mssql-jdbc', version)],
        advisories,
        include: 'findings',
      })
    expect(answer('12.10.2.jre11')).toEqual([])
    expect(answer('12.10.1.jre11')).toHaveLength(1)
  })

  hardCase(
    37,
    'what is inside of a jar is a finding of its own, with the way into the jar as evidence',
    () => {
      const inside = 'app.jar!/BOOT-INF/lib/uber.jar'
      const packages = [
        pkg('maven', 'com.example:uber', '1.0.0', { locations: [{ path: inside }] }),
        pkg('maven', 'org.apache.logging.log4j:log4j-core', '2.14.1', { locations: [{ path: inside }] }),
        // known by the file's name only, so that it has no group: nothing may be taken for it
        pkg('maven', 'log4j-core', '2.14.1', {
          certainty: 'derived',
          locations: [{ path: 'lib/log4j-core-2.14.1.jar' }],
        }),
      ]
      const { findings } = assessmentOf({
        packages,
        advisories: [
          advisory(
            'GHSA-jfh8-c2jp-5v3q',
            [{ of: 'Maven/org.apache.logging.log4j:log4j-core', events: ['2.13.0', '!2.15.0'] }],
            {
              cves: ['CVE-2021-44228'],
            },
          ),
        ],
      })
      expect(findings).toHaveLength(1)
      expect(findings[0]?.packages).toMatchObject([
        {
          name: 'org.apache.logging.log4j:log4j-core',
          fixedVersion: '2.15.0',
          locations: [{ path: inside }],
        },
      ])
    },
  )
  hardCase(37, 'each pom.properties of a jar is a package, in jars within jars too', async () => {
    const properties = (group: string, artifact: string, version: string): Record<string, string> => ({
      [`META-INF/maven/${group}/${artifact}/pom.properties`]: `groupId=${group}\nartifactId=${artifact}\nversion=${version}\n`,
    })
    const uber = zipOf({
      ...properties('com.example', 'uber', '1.0.0'),
      ...properties('org.apache.logging.log4j', 'log4j-core', '2.14.1'),
    })
    const { packages } = await inventoryOfFiles({
      'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
      'opt/app.jar': zipOf({ 'BOOT-INF/lib/uber.jar': uber, ...properties('com.example', 'app', '3.0.0') }),
    })
    const inside = 'opt/app.jar!/BOOT-INF/lib/uber.jar'
    const places = packages.map(({ name, version, locations }) =>
      [name, version, locations[0]?.path.startsWith(inside)].join(' '),
    )
    expect(places).toEqual([
      'com.example:app 3.0.0 false',
      'com.example:uber 1.0.0 true',
      'org.apache.logging.log4j:log4j-core 2.14.1 true',
    ])
  })

  hardCase(
    38,
    'a date in place of a version, about as new as the fix, cannot be told; an old one is affected',
    () => {
      const istio = advisory('GHSA-6x9h-8p2m-vx7v', [{ of: 'Go/istio.io/istio', events: ['0', '!1.13.2'] }], {
        cves: ['CVE-2022-24726'],
        published: '2022-03-10T18:00:00Z',
      })
      const answer = (version: string) =>
        answersOf({ packages: [pkg('golang', 'istio.io/istio', version)], advisories: [istio] })
      expect(answer('v0.0.0-20220308185742-d8e2d4f0b1a4')).toEqual([
        'istio.io/istio CVE-2022-24726 unknown PSEUDO_VERSION',
      ])
      expect(answer('v0.0.0-20190308185742-d8e2d4f0b1a4')).toEqual([
        'istio.io/istio CVE-2022-24726 affected AFFECTED_RANGE 1.13.2',
      ])
      expect(answer('(devel)')).toEqual(['istio.io/istio unknown VERSION_UNPARSABLE'])
    },
  )

  hardCase(38, '+incompatible and the standard library with its builder’s marks are compared', () => {
    const advisories = [
      advisory('GO-2024-1', [{ of: 'Go/stdlib', events: ['0', '!1.21.9', '1.22.0-0', '!1.22.2'] }], {
        cves: ['CVE-2023-45288'],
      }),
      advisory('GO-2022-1', [{ of: 'Go/github.com/docker/docker', events: ['0', '!20.10.24+incompatible'] }]),
    ]
    const packages = [
      pkg('golang', 'stdlib', 'go1.21.9 X:boringcrypto'),
      pkg('golang', 'stdlib', 'go1.22.1'),
      pkg('golang', 'github.com/docker/docker', 'v20.10.23+incompatible'),
    ]
    expect(answersOf({ packages, advisories })).toEqual([
      'stdlib CVE-2023-45288 not-affected FIXED',
      'stdlib CVE-2023-45288 affected AFFECTED_RANGE 1.22.2',
      'github.com/docker/docker GO-2022-1 affected AFFECTED_RANGE 20.10.24+incompatible',
    ])
  })

  hardCase(39, 'a record about two flaws does not make them one', () => {
    const of = 'Go/github.com/x/y'
    const advisories = [
      advisory('GO-2021-0084', [{ of, events: ['0', '!1.2.0'] }], {
        cves: ['CVE-2021-1', 'CVE-2021-2'],
        aliases: ['GHSA-1', 'GHSA-2'],
      }),
      advisory('GHSA-1', [{ of, events: ['0', '!1.1.0'] }], { cves: ['CVE-2021-1'] }),
      advisory('GHSA-2', [{ of, events: ['0', '!1.2.0'] }], { cves: ['CVE-2021-2'] }),
    ]
    expect(answersOf({ packages: [pkg('golang', 'github.com/x/y', 'v1.0.0')], advisories })).toEqual([
      'github.com/x/y CVE-2021-1 affected AFFECTED_RANGE 1.2.0',
      'github.com/x/y CVE-2021-2 affected AFFECTED_RANGE 1.2.0',
    ])
  })

  hardCase(40, 'NuGet: four parts, any case of names, previews, build metadata', () => {
    expectOrder('nuget', '8.0.0-preview.1.23110.8 < 8.0.0-preview.2.23128.3 < 8.0.0-rc.1 < 8.0.0 < 8.0.0.1')
    expectOrder('nuget', '1.0.0+build.5 = 1.0.0')
    const advisories = [
      advisory('CVE-2024-21907', [{ of: 'NuGet/Newtonsoft.Json', events: ['0', '!13.0.1'] }]),
    ]
    expect(answersOf({ packages: [pkg('nuget', 'newtonsoft.json', '12.0.3.1')], advisories })).toEqual([
      'newtonsoft.json CVE-2024-21907 affected AFFECTED_RANGE 13.0.1',
    ])
  })

  hardCase(41, 'RubyGems, Packagist and Cargo by their own rules', () => {
    expectOrder('rubygems', '1.0.0.pre < 1.0.0 < 1.0.1')
    expectOrder('packagist', '1.0.0 < 1.0.0-p1')
    expectOrder('packagist', 'v1.0.0 = 1.0.0')
    expectOrder('semver', '1.0.0+a = 1.0.0+b')
    const advisories = [
      advisory('CVE-2024-1', [{ of: 'Packagist/symfony/http-kernel', events: ['0', '!5.0.0'] }]),
    ]
    const [answer] = answersOf({
      packages: [pkg('composer', 'symfony/http-kernel', 'dev-master')],
      advisories,
    })
    expect(answer).toMatch(/unknown VERSION_UNPARSABLE|not-affected/)
  })

  hardCase(42, 'a name means something in its own ecosystem only', () => {
    const advisories = [
      advisory('GHSA-1', [{ of: 'npm/handlebars', events: ['0'] }]),
      advisory('GHSA-2', [{ of: 'Maven/org.gradle:gradle', events: ['0'] }]),
      advisory('GHSA-3', [{ of: 'PyPI/mysql', events: ['0'] }]),
    ]
    const packages = [
      pkg('vscode-extension', 'handlebars', '1.0.0'),
      pkg('maven', 'org.jenkins-ci.plugins:gradle', '1.0.0'),
      pkg('deb', 'mysql', '8.0.0-1'),
    ]
    expect(
      answersOf({
        packages,
        advisories: [...advisories, advisory('DSA-1', [{ of: 'Debian:12/curl', events: ['0'] }])],
        on: os('debian', '12'),
      }),
    ).toEqual(['handlebars unknown NO_ECOSYSTEM'])
  })

  hardCase(43, 'a binary without a package is listed as not assessed, and its end of life is known', () => {
    const packages = [pkg('generic', 'node', '16.20.2', { certainty: 'derived' })]
    const { findings, unknowns } = assessmentOf({
      packages,
      advisories: [],
      reader: { cycles: [{ product: 'nodejs', cycle: '16', endOfLife: '2023-09-11' }] },
    })
    expect(unknowns).toMatchObject([{ code: 'NO_ECOSYSTEM', packages: ['pkg:generic/node@16.20.2'] }])
    expect(findings).toMatchObject([{ type: 'END_OF_LIFE', vulnerabilityId: 'EOL-nodejs-16' }])
  })
})
