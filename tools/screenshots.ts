// Makes docs/images/report-*.png: the HTML report and the table of a real scan, as a browser shows them. Needs Chromium (Debian's package).
//
//   node tools/screenshots.ts TARGET [FEEDS]

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const [target, feeds = '../shared/feeds'] = process.argv.slice(2)
if (target === undefined) {
  console.error('usage: node tools/screenshots.ts TARGET [FEEDS]')
  process.exit(2)
}
const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'screenshots-'))

/** What the terminal shows, colours included, as a page. */
function terminalPage(text: string): string {
  const colours: Readonly<Record<string, string>> = {
    31: '#ff7b72',
    32: '#7ee787',
    33: '#e3b341',
    36: '#79c0ff',
  }
  const body = text
    .replaceAll(/[&<>]/g, (character) => `&#${character.codePointAt(0)};`)
    // oxlint-disable-next-line no-control-regex -- terminal sequences are what this is about
    .replaceAll(/\u001b\[(\d+)m/g, (_, code: string) => {
      if (code === '1') return '<span style="font-weight:bold">'
      if (code === '2') return '<span style="opacity:.6">'
      return code in colours ? `<span style="color:${colours[code]}">` : '</span>'
    })
  return `<!doctype html><meta charset="utf-8"><body style="margin:0;background:#0d1117;color:#e6edf3"><pre style="margin:0;padding:20px;font:14px/1.45 DejaVu Sans Mono,monospace">${body}</pre>`
}

function shoot(page: string, name: string, size: string, dark: boolean): void {
  execFileSync(
    'chromium',
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      ...(dark ? ['--blink-settings=preferredColorScheme=0'] : ['--blink-settings=preferredColorScheme=1']),
      `--window-size=${size}`,
      `--screenshot=${join(root, 'docs/images', name)}`,
      `file://${page}`,
    ],
    { stdio: 'ignore' },
  )
}

try {
  const html = join(folder, 'report.html')
  const terminal = join(folder, 'terminal.html')
  const table = execFileSync(
    process.execPath,
    [
      join(root, 'bin/longwatch.js'),
      '--data-dir',
      join(folder, 'data'),
      'scan',
      target,
      '--feeds',
      feeds,
      '-o',
      'table',
      '-o',
      `html=${html}`,
    ],
    { encoding: 'utf8', env: { ...process.env, FORCE_COLOR: '1' } },
  )
  writeFileSync(terminal, terminalPage(table))
  shoot(html, 'report-html.png', '1180,1500', false)
  shoot(html, 'report-html-dark.png', '1180,1500', true)
  shoot(terminal, 'report-table.png', '1180,1180', false)
} finally {
  rmSync(folder, { recursive: true })
}
