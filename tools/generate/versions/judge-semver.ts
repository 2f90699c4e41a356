// Reads `a b` lines and answers `<`, `=`, `>` or `?` for each, as node-semver does when it is loose.

import { createInterface } from 'node:readline'
import { parse } from 'semver'

for await (const line of createInterface({ input: process.stdin })) {
  const [a = '', b = ''] = line.split(' ')
  const one = parse(a, { loose: true })
  const other = parse(b, { loose: true })
  console.log(one === null || other === null ? '?' : ['<', '=', '>'][one.compare(other) + 1])
}
