// Packages of all systems that use rpm, from its three forms of database and from what yum and dnf know of their repositories.

import type { Diagnostic } from '../../../../model/index.ts'
import type {
  Assembled,
  CatalogedFile,
  Cataloger,
  ExtractContext,
  Extraction,
  LocatedFact,
} from '../../cataloger.ts'
import { addProblem, doubtful, readText, unread } from '../../diagnostics.ts'
import { kernelOfGrubenv } from '../boot.ts'
import { assembleRpm } from './assemble.ts'
import type { BootedKernel } from './assemble.ts'
import { readBdb } from './bdb.ts'
import { DatabaseDamage } from './blob-database.ts'
import type { Blob } from './blob-database.ts'
import { readManifest } from './manifest.ts'
import { readNdb } from './ndb.ts'
import { packageOfHeader } from './package.ts'
import type { RpmPackage } from './package.ts'
import { readDnfHistory, readYumdb } from './repositories.ts'
import type { FromRepository } from './repositories.ts'
import { readSqlite } from './sqlite/rpmdb.ts'

export type RpmFact = RpmPackage | FromRepository | BootedKernel

/** Where systems keep the database: of old, since 2019 (SUSE, Fedora), and on systems made by ostree. */
const folders = ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm']
const databases = ['rpmdb.sqlite', 'Packages', 'Packages.db']
const manifest = 'var/lib/rpmmanifest/container-manifest-2'
const dnfHistory = 'var/lib/dnf/history.sqlite'
const yumdb = 'var/lib/yum/yumdb'
const grubenv = 'boot/grub2/grubenv'

/** A header lists every file of its package; the largest known have a few megabytes. */
const maximumHeaderBytes = 64 * 1024 * 1024

export const rpm: Cataloger<RpmFact> = {
  name: 'os/rpm',
  version: 2,
  modes: ['installed'],
  wants: [
    ...folders.flatMap((folder) => databases.map((name) => ({ path: `${folder}/${name}` }))),
    { path: manifest },
    { path: dnfHistory },
    { path: grubenv },
    { under: yumdb, suffix: '/from_repo' },
  ],
  companions: (path) => (path.endsWith('.sqlite') ? [`${path}-wal`] : []),
  async extract(file, context): Promise<Extraction<RpmFact>> {
    if (file.path === dnfHistory) return readHistory(file, context)
    if (databases.some((name) => file.path.endsWith(`/${name}`))) return readDatabase(file, context)
    const read = await readText(file)
    if ('problem' in read) return { facts: [], diagnostics: [read.problem] }
    if (file.path === manifest) return readManifest(file.path, read.text)
    if (file.path === grubenv) {
      const release = kernelOfGrubenv(read.text)
      return { facts: release === undefined ? [] : [{ kind: 'kernel', release }] }
    }
    const origin = readYumdb(file.path, read.text)
    return { facts: origin === undefined ? [] : [origin] }
  },
  assemble: (facts: readonly LocatedFact<RpmFact>[], context): Assembled => assembleRpm(facts, context),
}

async function readDatabase(file: CatalogedFile, context: ExtractContext): Promise<Extraction<RpmPackage>> {
  const facts: RpmPackage[] = []
  const diagnostics: Diagnostic[] = []
  const damage = (message: string, place: string): void => {
    addProblem(diagnostics, unread('RPM_DATABASE_DAMAGED', file.path, message, place))
  }
  try {
    for await (const blob of blobsOf(file, context)) {
      context.signal.throwIfAborted()
      const found = 'problem' in blob ? blob.problem : packageOfHeader(blob.bytes)
      if (typeof found === 'string') damage(found, blob.place)
      else if (found !== undefined) facts.push(found)
    }
  } catch (error) {
    if (!(error instanceof DatabaseDamage)) throw error
    damage(error.message, error.place)
  }
  return { facts, diagnostics }
}

function blobsOf(file: CatalogedFile, context: ExtractContext): AsyncGenerator<Blob> {
  const limits = {
    blobBytes: Math.min(maximumHeaderBytes, context.limits.fileBytes),
    blobs: context.limits.packages,
  }
  if (file.path.endsWith('.sqlite')) {
    return readSqlite(file.content, context.companion(`${file.path}-wal`), limits)
  }
  return file.path.endsWith('.db') ? readNdb(file.content, limits) : readBdb(file.content, limits)
}

// Without it packages lose only where they came from, so damage is no gap.
async function readHistory(
  file: CatalogedFile,
  context: ExtractContext,
): Promise<Extraction<FromRepository>> {
  try {
    return { facts: await readDnfHistory(file.content, context.companion(`${file.path}-wal`)) }
  } catch (error) {
    if (!(error instanceof DatabaseDamage)) throw error
    return {
      facts: [],
      diagnostics: [doubtful('DNF_HISTORY_UNREAD', file.path, error.message, error.place)],
    }
  }
}
