// The list of packages that Azure Linux and Mariner leave in images without rpm's database.
// https://github.com/microsoft/azurelinux: var/lib/rpmmanifest/container-manifest-2, tab separated

import type { Diagnostic } from '../../../../model/index.ts'
import type { Extraction } from '../../cataloger.ts'
import { addProblem, unread } from '../../diagnostics.ts'
import { isPlainWord } from '../../language.ts'
import type { RpmPackage } from './package.ts'

/** Columns: name, version-release, install time, build time, vendor, epoch, size, architecture, epoch number, source rpm. */
export function readManifest(path: string, text: string): Extraction<RpmPackage> {
  const facts: RpmPackage[] = []
  const diagnostics: Diagnostic[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const [name = '', full = '', , , vendor = '', , , arch = '', epoch = '', sourceRpm = ''] = line
      .trim()
      .split('\t')
    const dash = full.lastIndexOf('-')
    if (!isPlainWord(name) || dash < 1 || !isPlainWord(full)) {
      addProblem(
        diagnostics,
        unread('RPM_MANIFEST_MALFORMED', path, 'a line names no package', `line ${index + 1}`),
      )
      continue
    }
    if (name === 'gpg-pubkey') continue
    facts.push({
      kind: 'package',
      name,
      ...(/^\d{1,9}$/.test(epoch) ? { epoch: Number(epoch) } : {}),
      version: full.slice(0, dash),
      release: full.slice(dash + 1),
      ...(isStated(arch) ? { arch } : {}),
      ...(isStated(sourceRpm) ? { sourceRpm } : {}),
      ...(isStated(vendor) ? { vendor } : {}),
      paths: [],
    })
  }
  return { facts, diagnostics }
}

const isStated = (text: string): boolean => text !== '' && text !== '(none)'
