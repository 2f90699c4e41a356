// Under which releases the advisories about a distribution are filed: os-release on one side, OSV's ecosystem suffixes and the
// vendors' own feeds on the other. https://ossf.github.io/osv-schema/#defined-ecosystems

import type { Distribution, Ecosystem } from '../model/index.ts'
import { ecosystemOfOs } from '../model/index.ts'

/** One release under which advisories are looked up. */
export interface ReleaseKey {
  readonly release: string
  /** The line is maintained for subscribers only, and nothing shows that this system is one. */
  readonly paid: boolean
  /** What the line is called, for people: `Ubuntu Pro`, `EUS`. */
  readonly channel?: string
}

/** Where a distribution's packages are looked up. */
export interface ReleaseTarget {
  readonly ecosystem: Ecosystem
  /** The first is the main line: coverage is asked of all, and one is enough. */
  readonly releases: readonly ReleaseKey[]
}

/** The lookup releases of a distribution; undefined when its `ID` is of no ecosystem that Longwatch knows. */
export function releasesOf(distribution: Distribution): ReleaseTarget | undefined {
  const ecosystem = ecosystemOfOs(distribution.id)
  if (ecosystem === undefined) return undefined
  const names = namers.get(ecosystem.name) ?? plain
  return { ecosystem, releases: names(distribution) }
}

type Namer = (distribution: Distribution) => readonly ReleaseKey[]

const key = (release: string): ReleaseKey => ({ release, paid: false })
const major = (versionId: string): string => versionId.split('.')[0] ?? versionId
const minor = (versionId: string): string => versionId.split('.').slice(0, 2).join('.')

/** `VERSION_ID` as it stands. A release without number is looked up under its codename, and fails to be covered. */
const plain: Namer = ({ versionId, codename }) => [key(versionId ?? codename ?? '')]
const byMajor: Namer = ({ versionId, codename }) => [
  key(versionId === undefined ? (codename ?? '') : major(versionId)),
]
const byMinor: Namer = ({ versionId, codename }) => [
  key(versionId === undefined ? (codename ?? '') : minor(versionId)),
]
const rolling: Namer = () => [key('')]

/** `v3.18`; `edge` for snapshots, which call themselves `3.19_alpha20230901` or `edge`. */
const alpine: Namer = ({ versionId }) => {
  if (versionId === undefined || !/^\d+\.\d+/.test(versionId) || versionId.includes('_')) return [key('edge')]
  return [key(`v${minor(versionId)}`)]
}

/** `22.04:LTS` and `25.10`; the Pro lines are readable by everyone and installable by subscribers. */
const ubuntu: Namer = ({ versionId, channels }) => {
  if (versionId === undefined) return [key('')]
  const [year = '', month = ''] = versionId.split('.')
  const lts = month === '04' && Number(year) % 2 === 0
  const release = lts ? `${versionId}:LTS` : versionId
  if (!lts) return [key(release)]
  const subscribed = channels.some((channel) => channel.startsWith('esm'))
  return [key(release), { release: `Pro:${release}`, paid: !subscribed, channel: 'Ubuntu Pro' }]
}

/** Amazon Linux 1 has dates for versions. */
const amazon: Namer = ({ versionId = '' }) => [key(/^201\d\./.test(versionId) ? '1' : major(versionId))]

const redHatRepositories = [
  'baseos',
  'appstream',
  'crb',
  'supplementary',
  'highavailability',
  'resilientstorage',
  'nfv',
  'realtime',
  'sap',
  'sap_hana',
] as const
const redHatVariants7 = ['server', 'client', 'workstation', 'computenode'] as const

/** OSV files Red Hat's advisories under CPEs without their prefix: `enterprise_linux:9::appstream`, `rhel_eus:9.4::baseos`. */
const redHat: Namer = ({ versionId = '', channels }) => {
  const release = major(versionId)
  const products = Number(release) <= 7 ? redHatVariants7 : redHatRepositories
  const main = [
    release,
    ...products.map((product) => `${release}::${product}`),
    ...(Number(release) >= 10 ? [minor(versionId)] : []),
  ].map((suffix) => key(`enterprise_linux:${suffix}`))
  const extended = ['eus', 'aus', 'e4s', 'tus'].filter((line) => channels.includes(line))
  return [
    key(release),
    ...main,
    ...extended.flatMap((line) =>
      redHatRepositories.slice(0, 3).map((repository) => ({
        release: `rhel_${line}:${minor(versionId)}::${repository}`,
        paid: false,
        channel: `${line}/${minor(versionId)}`,
      })),
    ),
  ]
}

const suseModules = [
  'Basesystem',
  'Server Applications',
  'Development Tools',
  'Web and Scripting',
  'Python 3',
  'Containers',
  'Legacy',
  'Public Cloud',
  'Desktop Applications',
] as const

/** SUSE's products and modules carry the service pack: `Linux Enterprise Module for Basesystem 15 SP5`. */
const suse: Namer = ({ id, versionId = '' }) => {
  if (id === 'sle-micro') return [key(`Linux Enterprise Micro ${versionId}`)]
  if (id === 'sl-micro') return [key(`Linux Micro ${versionId}`)]
  const [release = '', pack] = versionId.split('.')
  const version = pack === undefined || pack === '0' ? release : `${release} SP${pack}`
  return [
    key(`Linux Enterprise Server ${version}`),
    ...suseModules.map((module) => key(`Linux Enterprise Module for ${module} ${version}`)),
    { release: `Linux Enterprise Server ${version}-LTSS`, paid: true, channel: 'SUSE LTSS' },
  ]
}

const openSuse: Namer = ({ id, versionId = '' }) => [
  key(id === 'opensuse-tumbleweed' ? 'Tumbleweed' : `Leap ${versionId}`),
]

const namers: ReadonlyMap<string, Namer> = new Map([
  ['Debian', byMajor],
  ['Ubuntu', ubuntu],
  ['Alpine', alpine],
  ['Wolfi', rolling],
  ['Chainguard', rolling],
  ['AlmaLinux', byMajor],
  ['Rocky Linux', byMajor],
  ['Red Hat', redHat],
  ['Amazon Linux', amazon],
  ['Oracle Linux', byMajor],
  ['SUSE', suse],
  ['openSUSE', openSuse],
  ['Photon OS', byMinor],
  ['Azure Linux', byMajor],
])
