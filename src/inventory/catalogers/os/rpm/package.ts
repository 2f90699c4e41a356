// What an rpm header says about an installed package.
// https://rpm-software-management.github.io/rpm/manual/tags.html

import { isPlainWord } from '../../language.ts'
import { parseHeader } from './header.ts'
import type { HeaderValue } from './header.ts'

export interface RpmPackage {
  readonly kind: 'package'
  readonly name: string
  readonly epoch?: number
  readonly version: string
  readonly release: string
  readonly arch?: string
  /** File name of the source package, `bash-5.1.8-6.el9_1.src.rpm`. */
  readonly sourceRpm?: string
  /** `name:stream:version:context`. */
  readonly module?: string
  readonly vendor?: string
  readonly license?: string
  /** Paths from the root. */
  readonly paths: readonly string[]
}

const tag = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  license: 1014,
  arch: 1022,
  sourceRpm: 1044,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  modularityLabel: 5096,
}
const wanted: ReadonlySet<number> = new Set(Object.values(tag))

/** The package of a header; undefined for a public key, which rpm keeps beside them; a sentence when it cannot be read. */
export function packageOfHeader(bytes: Uint8Array): RpmPackage | string | undefined {
  const values = parseHeader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), wanted)
  if (typeof values === 'string') return values
  const text = (number: number): string | undefined => {
    const found = values.get(number)?.texts[0]
    // rpm itself prints `(none)` for what is not there, and some tools store that.
    return found === '' || found === '(none)' ? undefined : found
  }
  const name = text(tag.name)
  const version = text(tag.version)
  const release = text(tag.release)
  if (name === 'gpg-pubkey') return undefined
  if (name === undefined || version === undefined || release === undefined) {
    return 'the header has no name, version or release'
  }
  if (!isPlainWord(name) || !isPlainWord(version) || !isPlainWord(release)) {
    return 'the header has a name, version or release that no package can have'
  }
  const epoch = values.get(tag.epoch)?.numbers[0]
  const optional = {
    arch: text(tag.arch),
    sourceRpm: text(tag.sourceRpm),
    module: text(tag.modularityLabel),
    vendor: text(tag.vendor),
    license: text(tag.license),
  }
  return {
    kind: 'package',
    name,
    ...(epoch === undefined ? {} : { epoch }),
    version,
    release,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    paths: pathsOf(values),
  }
}

function pathsOf(values: ReadonlyMap<number, HeaderValue>): readonly string[] {
  const folders = values.get(tag.dirNames)?.texts ?? []
  const names = values.get(tag.baseNames)?.texts ?? []
  const indexes = values.get(tag.dirIndexes)?.numbers ?? []
  return names.flatMap((name, index) => {
    const folder = folders[indexes[index] ?? -1]
    return folder === undefined ? [] : [`${folder}${name}`.replace(/^\/+/, '')]
  })
}
