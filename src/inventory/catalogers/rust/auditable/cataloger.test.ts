import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { describeLab, labPath, truthOf } from '../../../../../test/support/lab.ts'
import { makeElf, makePe } from '../../binary/testing.ts'
import { runCataloger, runCatalogerOnArchives } from '../../testing.ts'
import { rustAuditable } from './cataloger.ts'

const program = (data: Uint8Array) => makeElf([{ name: '.dep-v0', bytes: data }])
const audit = (value: unknown) => deflateSync(JSON.stringify(value))
const crates = {
  packages: [
    { name: 'adler', version: '1.0.2', source: 'registry' },
    { name: 'mine', version: '0.1.0', source: 'local', dependencies: [0], root: true },
    { name: 'cc', version: '1.0.73', source: 'crates.io', kind: 'build' },
    { name: 'time', version: '0.1.43', source: 'crates.io' },
  ],
}

test.each([
  ['ELF', 'bin/tool', program(audit(crates))],
  ['PE', 'tool.exe', makePe([{ name: '.dep-v0', bytes: Buffer.concat([audit(crates), Buffer.alloc(40)]) }])],
])('%s: crates, and what sets them apart', async (_name, path, bytes) => {
  const { packages, diagnostics } = await runCataloger(rustAuditable, { [path]: bytes })
  expect(diagnostics).toEqual([])
  expect(packages.map(({ purl, notes }) => [purl, notes])).toEqual([
    ['pkg:cargo/adler@1.0.2', ['source: registry']],
    ['pkg:cargo/cc@1.0.73', ['used to build it, not linked into it']],
    ['pkg:cargo/mine@0.1.0', ['main-module', 'source: local']],
    ['pkg:cargo/time@0.1.43', undefined],
  ])
})

test('programs without the section have nothing to tell', async () => {
  const { packages, diagnostics } = await runCataloger(rustAuditable, {
    'bin/x': makeElf([{ name: '.text', bytes: Buffer.alloc(9) }]),
  })
  expect([packages, diagnostics]).toEqual([[], []])
})

test.each([
  ['cut', audit(crates).subarray(0, 20)],
  ['no zlib', Buffer.from('text')],
  ['no JSON', deflateSync('{')],
  ['a bomb', deflateSync(Buffer.alloc(64 * 1024 * 1024))],
  ['a crate without name', audit({ packages: [{ version: '1' }] })],
])('%s is said to be unread', async (_name, data) => {
  const { packages, diagnostics } = await runCataloger(rustAuditable, { 'bin/x': program(data) })
  expect(packages).toEqual([])
  expect(diagnostics.map(({ code, level }) => [code, level])).toEqual([['RUST_AUDIT_DATA_DAMAGED', 'error']])
})

describeLab('Rust programs of the lab', ['layers/rust-app.tar', 'truth/image.go-rust-app.json'], () => {
  test('layers/rust-app.tar has exactly the crates of its sections', async () => {
    const { packages, diagnostics } = await runCatalogerOnArchives(rustAuditable, [
      labPath('layers/rust-app.tar'),
    ])
    const truth = truthOf('image.go-rust-app').packages.filter(({ type }) => type === 'rust')
    expect(diagnostics).toEqual([])
    expect(packages.map((p) => `${p.name} ${p.version} /${p.path}`).sort()).toEqual(
      truth.map((t) => `${t.name} ${t.version} ${t.path}`).sort(),
    )
  })
})
