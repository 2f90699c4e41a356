// The words vendors rate with, and who is the vendor of an ecosystem.

import type { Severity } from '../model/index.ts'

/** A rated band, and the score that stands for it where only the word is known: its middle. */
export interface WordRating {
  readonly severity: Exclude<Severity, 'UNTRIAGED'>
  readonly score: number
}

const critical: WordRating = { severity: 'CRITICAL', score: 9.5 }
const high: WordRating = { severity: 'HIGH', score: 8 }
const medium: WordRating = { severity: 'MEDIUM', score: 5.5 }
const low: WordRating = { severity: 'LOW', score: 2.5 }
const none: WordRating = { severity: 'INFORMATIONAL', score: 0 }

const words: ReadonlyMap<string, WordRating> = new Map([
  ['critical', critical],
  ['important', high],
  ['high', high],
  ['moderate', medium],
  ['medium', medium],
  ['low', low],
  ['minor', low],
  ['negligible', none],
  ['unimportant', none],
  ['none', none],
  ['informational', none],
])

/** What a vendor's word means; undefined for words that only say that nobody has rated yet (`not yet assigned`). */
export function ratingOfWord(word: string | undefined): WordRating | undefined {
  // Debian marks guesses of its own with stars: `medium**`
  return word === undefined ? undefined : words.get(word.trim().toLowerCase().replaceAll('*', ''))
}

/** Debian's and Ubuntu's way to say that a flaw has no effect on the package as built. It beats any score of others. */
export function isDismissed(word: string | undefined): boolean {
  return word?.trim().toLowerCase() === 'unimportant'
}

const vendors: ReadonlyMap<string, string> = new Map([
  ['Debian', 'DEBIAN'],
  ['Ubuntu', 'UBUNTU'],
  ['Alpine', 'ALPINE'],
  ['Wolfi', 'WOLFI'],
  ['Chainguard', 'CHAINGUARD'],
  ['AlmaLinux', 'ALMALINUX'],
  ['Rocky Linux', 'ROCKY'],
  ['Red Hat', 'REDHAT'],
  ['Amazon Linux', 'AMAZON'],
  ['Fedora', 'FEDORA'],
  ['Oracle Linux', 'ORACLE'],
  ['SUSE', 'SUSE'],
  ['openSUSE', 'SUSE'],
  ['Photon OS', 'PHOTON'],
  ['Azure Linux', 'AZURE'],
  ['Bottlerocket', 'BOTTLEROCKET'],
])

/** True when `source` is the vendor of that ecosystem (`AMAZON`, `AMAZON_CVE` for Amazon Linux). */
export function isVendorOf(ecosystem: string | undefined, source: string): boolean {
  const vendor = ecosystem === undefined ? undefined : vendors.get(ecosystem)
  if (vendor === undefined) return false
  const letters = source.toUpperCase().replaceAll(/[^A-Z]/g, '')
  return letters.startsWith(vendor)
}

/** True when `source` is some distribution's vendor. */
export function isAnyVendor(source: string): boolean {
  return [...vendors.keys()].some((ecosystem) => isVendorOf(ecosystem, source))
}
