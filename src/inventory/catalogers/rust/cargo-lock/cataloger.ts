// Cargo's lock file. https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html

import { addProblem } from '../../diagnostics.ts'
import type { Cataloger } from '../../cataloger.ts'
import { field, itemsOf, textField } from '../../json.ts'
import { lockCataloger, noLock } from '../../lock-file.ts'
import type { LockedPackage, LockProblem } from '../../lock-file.ts'
import { parseToml } from '../../toml.ts'

export const cargoLock: Cataloger<LockedPackage> = lockCataloger({
  name: 'rust/cargo-lock',
  version: 1,
  type: 'cargo',
  wants: [{ name: 'Cargo.lock' }],
  code: 'CARGO_LOCK_MALFORMED',
  parse(text) {
    const parsed = parseToml(text)
    if ('problem' in parsed) return noLock(parsed.problem)
    const packages: LockedPackage[] = []
    const problems: LockProblem[] = []
    for (const [index, record] of itemsOf(field(parsed.value, 'package')).entries()) {
      const name = textField(record, 'name')
      const version = textField(record, 'version')
      const source = textField(record, 'source')
      if (name === undefined || version === undefined) {
        addProblem(problems, { message: 'a package has no name or version', place: `package ${index + 1}` })
      } else if (source !== undefined) {
        // Without a source it is the project's own.
        const registry = /^(?:sparse|registry)\+/.test(source)
        packages.push({ name, version, notes: registry ? [] : [`from ${source.slice(0, 200)}`] })
      }
    }
    return { packages, problems }
  },
})
