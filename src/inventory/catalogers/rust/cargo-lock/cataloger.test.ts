import { expect, test } from 'vitest'
import { runCataloger } from '../../testing.ts'
import { cargoLock } from './cataloger.ts'

test('crates of a registry and of git; the workspace itself is left out', async () => {
  const text = `version = 3
[[package]]
name = "app"
version = "0.1.0"
dependencies = ["time"]
[[package]]
name = "time"
version = "0.1.43"
source = "registry+https://github.com/rust-lang/crates.io-index"
[[package]]
name = "forked"
version = "1.0.0"
source = "git+https://example.org/forked?rev=abc#abc"
[[package]]
name = "no-version"
`
  const { packages, diagnostics } = await runCataloger(cargoLock, { 'Cargo.lock': text }, { mode: 'project' })
  expect(packages.map(({ purl, notes }) => [purl, ...(notes ?? [])])).toEqual([
    ['pkg:cargo/forked@1.0.0', 'from git+https://example.org/forked?rev=abc#abc'],
    ['pkg:cargo/time@0.1.43'],
  ])
  expect(diagnostics.map(({ code, place }) => [code, place])).toEqual([['CARGO_LOCK_MALFORMED', 'package 4']])
})
