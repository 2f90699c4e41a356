// CVE ids in what feeds write.

/** True for a whole, well-formed CVE id. https://www.cve.org/ResourcesSupport/Glossary#glossaryCVEID */
export function isCveId(text: string): boolean {
  return /^CVE-\d{4}-\d{4,19}$/.test(text)
}
