// docs/score.md and its plots say what the table says.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { multiplyOdds } from './odds.ts'
import { weights } from './weights.ts'

const docs = resolve(import.meta.dirname, '../../docs')
const page = readFileSync(resolve(docs, 'score.md'), 'utf8')
const all = [
  ...Object.values(weights.exploitation),
  ...weights.epss,
  ...Object.values(weights.reachability),
  weights.noFix,
]

test.each(all)('the page has the row of $metric', ({ metric, odds }) => {
  expect(page).toContain(`| ${metric} | ${odds} | ${multiplyOdds(7.5, [odds]).toFixed(1)} |`)
})

test.each(all)('a plot shows $metric with its weight', ({ metric, odds }) => {
  const plots = ['exploitation', 'epss', 'place'].map((name) =>
    readFileSync(resolve(docs, `images/score-${name}.svg`), 'utf8'),
  )
  const example = `odds × ${odds}, 7.5 → ${multiplyOdds(7.5, [odds]).toFixed(1)}`
  expect(plots.some((plot) => plot.includes(`>${metric}<`) && plot.includes(example))).toBe(true)
})

test('the demands of the page hold', () => {
  expect(multiplyOdds(9.8, [0.2, 0.8])).toBe(8.9)
  expect(multiplyOdds(7.5, [2, 2])).toBe(9.2)
  expect(multiplyOdds(5, [weights.exploitation.exploited.odds])).toBe(8.6)
  expect(multiplyOdds(5, [2])).toBe(6.7)
})
