// What a Maven project declares. Versions that only Maven could find (in a parent elsewhere, in an imported list) stay unknown.
// https://maven.apache.org/pom.html

import type { Cataloger } from '../../cataloger.ts'
import { lockCataloger, noLock } from '../../lock-file.ts'
import type { LockedPackage } from '../../lock-file.ts'
import { child, childText, parseXml } from '../xml.ts'
import type { XmlElement } from '../xml.ts'

export const pom: Cataloger<LockedPackage> = lockCataloger({
  name: 'java/pom',
  version: 1,
  type: 'maven',
  wants: [{ name: 'pom.xml' }],
  code: 'POM_MALFORMED',
  infoCode: 'POM_VERSIONS_UNKNOWN',
  parse(text) {
    const project = parseXml(text)
    if ('problem' in project) return noLock(project.problem)
    if (project.name !== 'project') return noLock('it is no project')
    const properties = propertiesOf(project)
    const value = (element: XmlElement, name: string): string | undefined =>
      substitute(childText(element, name), properties)
    const managed = new Map<string, string>()
    for (const one of dependenciesOf(child(project, 'dependencyManagement'))) {
      const version = value(one, 'version')
      if (version !== undefined) managed.set(`${value(one, 'groupId')}:${value(one, 'artifactId')}`, version)
    }
    const packages: LockedPackage[] = []
    let unknown = 0
    for (const one of dependenciesOf(project)) {
      const group = value(one, 'groupId')
      const artifact = value(one, 'artifactId')
      if (group === undefined || artifact === undefined) {
        unknown += 1
        continue
      }
      const name = `${group}:${artifact}`
      const version = value(one, 'version') ?? managed.get(name)
      // `[1.0]` is that version alone, `[1.0,2.0)` a choice.
      const single = /^\[(?<version>[^,]+)\]$/.exec(version ?? '')?.groups?.['version'] ?? version
      if (single === undefined || /[[\](),]/.test(single)) unknown += 1
      else {
        const scope = value(one, 'scope')
        packages.push({
          name,
          version: single,
          state: 'declared',
          notes: scope === 'test' ? ['development'] : [],
        })
      }
    }
    if (unknown === 0) return { packages }
    const message = `${unknown} dependencies have no version that this file tells`
    return { packages, problems: [{ level: 'info', message }] }
  },
})

function dependenciesOf(element: XmlElement | undefined): readonly XmlElement[] {
  return (child(element, 'dependencies')?.children ?? []).filter(({ name }) => name === 'dependency')
}

function propertiesOf(project: XmlElement): ReadonlyMap<string, string> {
  const parent = child(project, 'parent')
  const properties = new Map(
    (child(project, 'properties')?.children ?? []).map(({ name, text }) => [name, text]),
  )
  for (const key of ['groupId', 'version']) {
    const own = childText(project, key) ?? childText(parent, key)
    const above = childText(parent, key)
    if (own !== undefined) properties.set(`project.${key}`, own).set(`pom.${key}`, own)
    if (above !== undefined) properties.set(`project.parent.${key}`, above)
  }
  return properties
}

/** Replaces `${name}`, a few levels deep; undefined when one stays unknown. */
function substitute(text: string | undefined, properties: ReadonlyMap<string, string>): string | undefined {
  let result = text
  for (let level = 0; level < 5 && result?.includes('${') === true && result.length < 1000; level += 1) {
    result = result.replaceAll(
      /\$\{(?<name>[^}]+)\}/g,
      (whole, name: string) => properties.get(name) ?? whole,
    )
  }
  return result?.includes('${') === true ? undefined : result
}
