// `npm run bench [name …]`: every benchmark of this folder, or those named. Each prints one or more tables.

import { readdirSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'

const names = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && name !== 'run.ts')
  .map((name) => name.slice(0, -3))
  .sort()
const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !names.includes(name))
if (unknown !== undefined) {
  console.error(`there is no benchmark ${unknown}; there are ${names.join(', ')}`)
  process.exit(2)
}
console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB`,
)
for (const name of wanted.length === 0 ? names : wanted) {
  const { run } = (await import(`./${name}.ts`)) as { run: () => Promise<void> }
  console.log(`\n== ${name}`)
  await run()
}
