import { expect, test } from 'vitest'
import { describeLab, labPath, truthOf } from '../../../../../test/support/lab.ts'
import { runCataloger, runCatalogerOnArchives } from '../../testing.ts'
import { gemspec } from './cataloger.ts'

/** What RubyGems 3.3 writes, cut. */
const stubbed = `# -*- encoding: utf-8 -*-
# stub: nokogiri 1.13.10 x86_64-linux lib

Gem::Specification.new do |s|
  s.name = "nokogiri".freeze
  s.version = "1.13.10"
  s.platform = "x86_64-linux".freeze
  s.licenses = ["MIT".freeze, "Apache-2.0".freeze]
end
`

test('a gem has its platform apart from its version', async () => {
  const path = 'usr/local/bundle/specifications/nokogiri-1.13.10-x86_64-linux.gemspec'
  const { packages, diagnostics } = await runCataloger(gemspec, { [path]: stubbed })
  expect(diagnostics).toEqual([])
  expect(packages).toEqual([
    {
      purl: 'pkg:gem/nokogiri@1.13.10?platform=x86_64-linux',
      type: 'gem',
      name: 'nokogiri',
      version: '1.13.10',
      licenses: ['MIT', 'Apache-2.0'],
      state: 'installed',
      certainty: 'exact',
      path,
    },
  ])
})

test.each([
  ['s.name = "rack"\n s.version = "2.2.6.2"', 'rack', '2.2.6.2', 'exact'],
  ["spec.name = 'rack'\nspec.version = Gem::Version.new('3.0.0.beta1')", 'rack', '3.0.0.beta1', 'exact'],
  ['s.name = NAME\n s.version = Rack::VERSION', 'rack-test', '2.0.2', 'derived'],
  ['', 'rack-test', '2.0.2', 'derived'],
])('%j is %s %s, %s', async (text, name, version, certainty) => {
  const { packages } = await runCataloger(gemspec, { 'x/specifications/rack-test-2.0.2.gemspec': text })
  expect(packages.map((p) => [p.name, p.version, p.certainty])).toEqual([[name, version, certainty]])
})

test('default gems say so; specifications elsewhere are sources, not installed gems', async () => {
  const { packages } = await runCataloger(gemspec, {
    'usr/lib/ruby/gems/3.1.0/specifications/default/json-2.6.1.gemspec': '# stub: json 2.6.1 ruby lib\n',
    'app/vendor/thing/thing.gemspec': 's.name = "thing"\ns.version = "1.0"\n',
  })
  expect(packages.map(({ name, notes }) => [name, notes])).toEqual([
    ['json', ['default gem of the Ruby it came with']],
  ])
})

test('a specification without a version anywhere is said to be unread', async () => {
  const { packages, diagnostics } = await runCataloger(gemspec, { 'specifications/x.gemspec': '\u0000' })
  expect(packages).toEqual([])
  expect(diagnostics.map(({ code, level }) => [code, level])).toEqual([['GEMSPEC_MALFORMED', 'error']])
})

describeLab('installed gems of the lab', ['layers/ruby-app.tar', 'rootfs/debian-owned-langs.tar'], () => {
  test.each([
    ['layers/ruby-app.tar', 'image.ruby-app'],
    ['rootfs/debian-owned-langs.tar', 'image.debian-owned-langs'],
  ])('%s has exactly the gems that RubyGems loads', async (tar, artifact) => {
    const { packages, diagnostics } = await runCatalogerOnArchives(gemspec, [labPath(tar)])
    const truth = truthOf(artifact).packages.filter(({ type }) => type === 'gem')
    expect(diagnostics).toEqual([])
    expect(packages.map((p) => `${p.name} ${p.version} /${p.path}`).sort()).toEqual(
      truth.map((t) => `${t.name} ${t.version} ${t.path}`).sort(),
    )
  })
})
