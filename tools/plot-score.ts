// Draws the plots of docs/score.md from the weights themselves: `node tools/plot-score.ts`. Run it after a weight has changed.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { multiplyOdds } from '../src/scoring/odds.ts'
import { weights } from '../src/scoring/weights.ts'

interface Line {
  readonly label: string
  readonly odds: number
  readonly color: string
}

const folder = resolve(import.meta.dirname, '../docs/images')
const size = { width: 640, height: 420, left: 48, right: 230, top: 40, bottom: 44 }
const plot = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom }
const x = (base: number): number => size.left + (base / 10) * plot.width
const y = (score: number): number => size.top + plot.height - (score / 10) * plot.height
const short = (value: number): string => value.toFixed(1)

/** Not rounded, so that the curve is one. */
const exact = (base: number, odds: number): number => {
  const share = Math.min(base / 10, 0.995)
  const product = (share / (1 - share)) * odds
  return odds === 1 ? base : (10 * product) / (1 + product)
}

function grid(): string {
  const parts: string[] = []
  for (let value = 0; value <= 10; value += 1) {
    const strong = value === 0 || value === 4 || value === 7 || value === 9 || value === 10
    const stroke = strong ? '#9a9a9a' : '#e4e4e4'
    parts.push(`<path d="M${short(x(0))} ${short(y(value))}H${short(x(10))}" stroke="${stroke}"/>`)
    parts.push(`<path d="M${short(x(value))} ${short(y(0))}V${short(y(10))}" stroke="#e4e4e4"/>`)
    parts.push(`<text x="${short(x(0) - 8)}" y="${short(y(value) + 4)}" text-anchor="end">${value}</text>`)
    parts.push(`<text x="${short(x(value))}" y="${short(y(0) + 18)}" text-anchor="middle">${value}</text>`)
  }
  return parts.join('\n')
}

function curve({ odds, color }: Line): string {
  const points = Array.from({ length: 201 }, (_, step) => step / 20)
    .map((base) => `${short(x(base))} ${short(y(exact(base, odds)))}`)
    .join('L')
  return `<path d="M${points}" fill="none" stroke="${color}" stroke-width="2"/>`
}

function legend({ label, odds, color }: Line, index: number): string {
  const at = size.top + 12 + index * 22
  const from = size.width - size.right + 18
  const example = multiplyOdds(7.5, [odds]).toFixed(1)
  return [
    `<path d="M${from} ${at - 4}h18" stroke="${color}" stroke-width="3"/>`,
    `<text x="${from + 24}" y="${at}">${escape(label)}</text>`,
    `<text x="${from + 24}" y="${at + 11}" class="small">odds × ${odds}, 7.5 → ${example}</text>`,
  ].join('\n')
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function draw(name: string, title: string, lines: readonly Line[]): void {
  const spaced = lines.map((line, index) => legend(line, index * 1.5))
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escape(title)}">
<style>text{font:12px system-ui,sans-serif;fill:#222}.small{font-size:10px;fill:#666}.title{font-size:14px;font-weight:600}</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${size.left}" y="22" class="title">${escape(title)}</text>
${grid()}
${lines.map(curve).join('\n')}
${spaced.join('\n')}
<text x="${short(x(5))}" y="${size.height - 8}" text-anchor="middle">base score</text>
<text transform="translate(14 ${short(y(5))}) rotate(-90)" text-anchor="middle">score</text>
</svg>
`
  writeFileSync(join(folder, `${name}.svg`), svg)
}

const neutral: Line = { label: 'nothing known: the base score', odds: 1, color: '#555555' }
const colors = ['#b3001b', '#e8590c', '#f2b705', '#2b8a3e', '#1971c2'] as const
const line = ({ metric, odds }: { readonly metric: string; readonly odds: number }, index: number): Line => ({
  label: metric,
  odds,
  color: colors[index] ?? '#000000',
})

mkdirSync(folder, { recursive: true })
const { exploitation, reachability } = weights
draw('score-exploitation', 'What is known about exploits', [
  ...[exploitation.exploited, exploitation.weaponised, exploitation.published].map(line),
  neutral,
])
draw('score-epss', 'The probability of exploitation', weights.epss.map(line))
draw('score-place', 'The place, and whether there is a fix', [
  line(reachability.reachable, 0),
  neutral,
  line(weights.noFix, 3),
  line(reachability['not-reachable'], 4),
])
draw('score-together', 'Factors together', [
  {
    label: 'exploited, reachable',
    odds: exploitation.exploited.odds * reachability.reachable.odds,
    color: '#b3001b',
  },
  {
    label: 'public exploit, reachable',
    odds: exploitation.published.odds * reachability.reachable.odds,
    color: '#e8590c',
  },
  neutral,
  {
    label: 'not reachable, no fix',
    odds: reachability['not-reachable'].odds * weights.noFix.odds,
    color: '#1971c2',
  },
])
