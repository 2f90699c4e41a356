// Sentences that several formats say, and the escaping of what strangers wrote.

import { printable } from '../style.ts'
import type { ReportAffectedPackage, ReportFinding } from '../../report/report.ts'

/** What to do about one package, as a sentence. */
export function fixText({ fixedVersion, name, source }: ReportAffectedPackage): string {
  return fixedVersion === undefined ? 'No fix is known yet.' : `Upgrade ${source ?? name} to ${fixedVersion}.`
}

/** `4.17.21`, several by commas, or `–`. */
export function fixedVersions(finding: ReportFinding): string {
  const versions = new Set(finding.packages.flatMap(({ fixedVersion }) => fixedVersion ?? []))
  return versions.size === 0 ? '–' : [...versions].join(', ')
}

// Not allowed in XML 1.0 at all, escaped or not. https://www.w3.org/TR/xml/#charsets
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for XML and HTML, in content and in quoted attributes. */
export function escapeMarkup(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(notXml, '\ufffd')
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}

/** For pages that people read: marks that turn the direction of text are shown rather than obeyed. */
export function escapeHtml(text: string): string {
  return escapeMarkup(text.split('\n').map(printable).join('\n'))
}

/** The address when it is one of the web: no other scheme leaves as a link. */
export function webLinks(references: readonly string[]): readonly string[] {
  return references.filter((url) => /^https?:\/\/[^\s"<>\\^`{|}]+$/.test(url) && URL.canParse(url))
}

/** The address that is about the vulnerability itself, where one names it; any other web address otherwise. */
export function bestLink({ aliases, references, vulnerabilityId }: ReportFinding): string | undefined {
  const links = webLinks(references)
  const ids = [vulnerabilityId, ...aliases]
  return links.find((url) => ids.some((id) => url.endsWith(`/${id}`))) ?? links[0]
}
